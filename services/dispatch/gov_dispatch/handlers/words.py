"""What people write in passing, with nothing left in it that would say who reported.

A reason, a note or a result goes to departments, into the history and to whoever asks: so every command is cleaned at
the door, before its handler sees it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gov_dispatch.sealing import hidden
from gov_dispatch.store import OPERATIONS, REPORTS
from govcore.events.event import Report
from govcore.events.redact import without_identity
from govcore.events.report_in import ReportIn
from govcore.messages import Message, Payload
from govmesh.handlers import On
from govmesh.vault import Vault
from govmesh.work import Work

WRITTEN = ("reason", "note", "result", "words", "finding", "measures", "comment", "what")
"""Fields of commands in which people write freely; a command may name more of its own, in ``written``."""
_SAID = ("title", "text", "address")


def cleaned(on: On, vault: Vault) -> On:
    """The same handler, given its messages with clean words."""
    if not any(name in on.hears.model_fields for name in _written(on.hears)):
        return on

    def do(message: Message[Any], work: Work) -> None:
        on.do(replace(message, data=_plain(message.data, work, vault)), work)

    return replace(on, do=do)


def told(said: ReportIn, report: Report) -> dict[str, dict[str, str]]:
    """The words that were masked, as they were said: part of the sealed record; empty where none were."""
    words = {name: word for name in _SAID if (word := getattr(said, name)) and word != getattr(report, name)}
    return {"said": words} if words else {}


def _plain(said: Payload, work: Work, vault: Vault) -> Payload:
    words = {name: word for name in _written(type(said)) if isinstance(word := getattr(said, name, None), str) and word}
    if not words:
        return said
    # Reporters object through the API and the desks have read them; a department knows none of them.
    event_id = _about(said, work) if work.user is None else None
    known = tuple(_known(event_id, work, vault)) if event_id else ()
    clean = {name: without_identity(word, known) for name, word in words.items()}
    return said if clean == words else said.model_copy(update=clean)


def _written(command: type[Payload]) -> tuple[str, ...]:
    return (*WRITTEN, *getattr(command, "written", ()))


def _about(said: Payload, work: Work) -> str | None:
    """The matter that a command is about, itself or by its operation."""
    operation = work.get(OPERATIONS, getattr(said, "operation_id", None))
    return operation.event_id if operation is not None else getattr(said, "event_id", None)


def _known(event_id: str, work: Work, vault: Vault) -> Iterator[str]:
    """What there is about everybody who reported the event."""
    for one in work.find(REPORTS, "event_id", event_id):
        yield from hidden(work, vault, id=one.id, matter=event_id)
