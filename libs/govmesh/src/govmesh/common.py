"""What every service obeys and answers, whatever its business: receipts, archives, refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

import sqlalchemy as sa

from govcore.errors import Refusal
from govcore.messages import ArchiveWanted, CommandRefused, Message, MessagesReceived, Payload
from govmesh import bulk, feed
from govmesh.broker import topology
from govmesh.clock import wall
from govmesh.handlers import On
from govmesh.items import Item
from govmesh.parking import plain
from govmesh.work import Work

_INBOXES = {topology.inbox(service) for service in topology.SERVICES}
"""The only queues an archive is fed into, whoever asks."""
COMMANDS: tuple[type[Payload], ...] = (MessagesReceived, ArchiveWanted)


class CatchUp(Payload):
    """Local: ask ``speaker`` for its archive, once."""

    type: ClassVar[str] = "archive.ask.v1"
    speaker: str
    queue: str
    types: tuple[str, ...]


def received(heirs: Mapping[str, Sequence[str]], message: Message[MessagesReceived], work: Work) -> None:
    """A department says which messages it has: its receipts.

    ``heirs``: by user those whose queues it took over; what lay unread there came to its own.
    """
    if not work.user:
        raise Refusal("COMMAND_NO_SENDER", field="user_id")
    users = (work.user, *heirs.get(work.user, ()))
    keys = [f"{ident}@{user}" for ident in message.data.ids for user in users]

    def mark(conn: sa.Connection) -> None:
        sql = sa.text(f"UPDATE outbox SET receipt_at = :at WHERE receipt_at IS NULL AND {bulk.among(conn, 'id')}")
        conn.execute(sql, {"at": wall(), "keys": bulk.keys(conn, keys)})

    work.extras.append(mark)


def answered_by_hand(work: Work, subject: str, queue: str) -> None:
    """A person answered what had been sent to ``queue`` about ``subject``: as good as a receipt."""

    def mark(conn: sa.Connection) -> None:
        sql = (
            "UPDATE outbox SET receipt_at = :at"
            " WHERE subject = :subject AND exchange = '' AND routing_key = :queue AND receipt_at IS NULL"
        )
        conn.execute(sa.text(sql), {"at": wall(), "subject": subject, "queue": queue})

    work.extras.append(mark)


def archive_wanted(message: Message[ArchiveWanted], work: Work) -> None:
    """A late service asks for the archive; only the mesh itself may."""
    wanted = message.data
    if work.user is not None or wanted.queue not in _INBOXES:
        raise Refusal("COMMAND_NOT_ALLOWED", field="queue", value=wanted.queue)
    work.extras.append(lambda conn: feed.begin(conn, wanted.queue, wanted.types, message.place, wanted.after))


def catch_up(message: Message[CatchUp], work: Work) -> None:
    """Send the request and remember that it was sent."""
    wanted = message.data
    work.ask(
        wanted.speaker,
        ArchiveWanted(queue=wanted.queue, types=list(wanted.types), after=0),
        subject=wanted.queue,
        place="",
    )

    def remember(conn: sa.Connection) -> None:
        sql = "INSERT INTO cursors (speaker, place, seq) VALUES (:speaker, '', 0) ON CONFLICT (speaker) DO NOTHING"
        conn.execute(sa.text(sql), {"speaker": wanted.speaker})

    work.extras.append(remember)


def handlers(former: Mapping[str, str | None]) -> tuple[On, ...]:
    """What every service has beside its own; ``former``: the successor of each department that is no more."""
    heirs: dict[str, list[str]] = {}
    for gone, successor in former.items():
        heirs.setdefault(f"dept.{successor}", []).append(f"dept.{gone}")
    return (On(MessagesReceived, partial(received, heirs)), On(ArchiveWanted, archive_wanted), On(CatchUp, catch_up))


def refuse(work: Work, item: Item, refusal: Refusal) -> None:
    """Answer a command that cannot be obeyed: straight to its sender's queue, with the reason code."""
    assert work.user
    message = item.message
    handoff = getattr(message.data, "handoff_id", None) if message else None
    handoff = plain(handoff)[:80] if handoff else None
    place = message.place if message else ""
    work.say(
        CommandRefused(
            command_id=message.id if message else item.key,
            command=message.type if message else "unknown",
            code=refusal.code,
            zh=refusal.text("zh_CN"),
            en=refusal.text("en"),
            handoff_id=handoff,
            generation=getattr(message.data, "generation", None) if message else None,
            refused_at=work.now,
        ),
        subject=handoff or (message.subject if message else "?"),
        version=0,
        place=place,
        dept=work.user.removeprefix("dept."),
        to=(work.user,),
        topic=False,
    )
    work.note(handoff or "?", "command.refused", place=place, reason=refusal.code)
