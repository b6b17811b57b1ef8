"""What statistics count of hand-offs: every offer and its fate, from what was said, which is kept as it was said.

An offer is of the window in which it was made, whatever became of it since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from gov_dispatch import tables
from gov_dispatch.store.joint import units
from gov_dispatch.store.reading import Cut, read, said, text
from govcore.events.handoff import dept_of
from govcore.events.lifecycle import HANDOFF, NOTHING
from govcore.messages import (
    HandOffAccepted,
    HandOffDone,
    HandOffExpired,
    HandOffOffered,
    HandOffRegained,
    HandOffReturned,
)
from govcore.stats import Cell, Offers, Window, Work
from govmesh.tables import OUTBOX

E, H = tables.EVENTS.c, tables.HANDOFFS.c
_QUEUE = "dept."
_OFFERED = HANDOFF.step(NOTHING, "offer")
_TYPES = (HandOffOffered, HandOffRegained, HandOffAccepted, HandOffReturned, HandOffExpired)
Key = tuple[str, int]
"""A hand-off's id and the generation of the offer."""


class Offer(NamedTuple):
    """One offer with when it was made, and the reason if it was returned."""

    made_at: datetime
    reason: str | None
    fact: Offers


def offers(conn: sa.Connection, window: Window, cut: Cut, now: datetime) -> list[Offer]:
    """Every offer made in the window, and what became of it until ``now``."""
    found = _Together()
    for row in conn.execute(_about_tasks(conn, window)):
        found.add(row)
    return list(found.made(window, now, cut))


def work(conn: sa.Connection, window: Window, made: Iterable[Offer]) -> Work:
    """What the departments did in the window and hold now, besides the offers ``made`` to them."""
    reasons: dict[str, Counter[str]] = {}
    for offer in made:
        if offer.fact.returned:
            reasons.setdefault(offer.fact.cell.dept, Counter())[offer.reason or ""] += 1
    ages: dict[str, list[float]] = {}
    judged: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    done = sa.select(
        OUTBOX.c.routing_key.label("queue"),
        *(text(conn, OUTBOX.c.body, "data", name).label(name) for name in ("offered_at", "done_at", "on_time")),
    ).where(*said(window, HandOffDone, straight=True))
    for row in conn.execute(done):
        dept = _dept(row.queue)
        ages.setdefault(dept, []).append((read(row.done_at) - read(row.offered_at)).total_seconds())
        if row.on_time is not None:
            judged[str(row.on_time) in ("true", "1")][dept] += 1
    waiting = conn.execute(sa.select(H.dept, sa.func.count()).where(H.state == _OFFERED).group_by(H.dept))
    held = conn.execute(
        sa.select(H.holder, sa.func.count(), sa.func.min(H.held_since)).where(H.holder.is_not(None)).group_by(H.holder)
    ).all()
    by_dept = {code: row for row in held if (code := dept_of(row[0]))}
    return Work(
        reasons=reasons,
        ages=ages,
        termed=judged[True] + judged[False],
        on_time=judged[True],
        waiting={row[0]: row[1] for row in waiting},
        held={dept: row[1] for dept, row in by_dept.items()},
        oldest={dept: read(row[2]) for dept, row in by_dept.items()},
        units=units(conn, window.start, window.end),
    )


class _Together:
    """Puts together what was said about hand-offs, offer by offer."""

    def __init__(self) -> None:
        self._asked: dict[Key, Any] = {}
        self._dept: dict[Key, str] = {}
        self._answered: dict[Key, datetime] = {}
        self._accepted: set[Key] = set()
        self._returned: dict[Key, str] = {}
        self._expired: set[Key] = set()

    def add(self, row: Any) -> None:
        key = (row.subject, int(row.generation))
        if row.type in (HandOffOffered.type, HandOffRegained.type):
            self._dept[key] = _dept(row.queue)
            if row.type == HandOffOffered.type:
                self._asked[key] = row
            return
        if row.type == HandOffExpired.type:
            self._expired.add(key)
            return
        self._answered[key] = min(row.at, self._answered.get(key, row.at))
        if row.type == HandOffAccepted.type:
            self._accepted.add(key)
        else:
            self._returned[key] = row.reason or ""

    def made(self, window: Window, now: datetime, cut: Cut) -> Iterator[Offer]:
        for key, row in self._asked.items():
            if window.start <= row.at < window.end:
                yield Offer(row.at, self._returned.get(key), self._fact(key, row, now, cut))

    def _fact(self, key: Key, row: Any, now: datetime, cut: Cut) -> Offers:
        term = read(row.accept_due_at) if row.accept_due_at else None
        answered = self._answered.get(key)
        dept, following = self._dept[key], self._dept.get((key[0], key[1] + 1))
        return Offers(
            Cell(row.class_code or "", dept, cut(row.place), row.channel or ""),
            lead=row.role == "lead",
            settled=answered is not None or key in self._expired or (term is not None and term <= now),
            in_time=answered is not None and (term is None or answered <= term),
            accepted=key in self._accepted,
            returned=key in self._returned,
            upheld=None if key not in self._returned or following is None else following != dept,
        )


def _about_tasks(conn: sa.Connection, window: Window) -> sa.Select[Any]:
    """What was said, to the departments themselves, about every hand-off that was offered in the window."""
    asked = sa.select(OUTBOX.c.subject).where(*said(window, HandOffOffered, straight=True)).distinct().subquery()
    fields = ("generation", "role", "accept_due_at", "reason")
    return (
        sa.select(
            OUTBOX.c.subject,
            OUTBOX.c.type,
            OUTBOX.c.at,
            OUTBOX.c.routing_key.label("queue"),
            *(text(conn, OUTBOX.c.body, "data", name).label(name) for name in fields),
            E.class_code,
            E.place,
            text(conn, E.doc, "channel").label("channel"),
        )
        .select_from(
            asked.join(OUTBOX, OUTBOX.c.subject == asked.c.subject)
            .join(tables.HANDOFFS, H.id == OUTBOX.c.subject)
            .join(tables.EVENTS, E.id == H.event_id)
        )
        .where(OUTBOX.c.exchange == "", OUTBOX.c.type.in_([one.type for one in _TYPES]))
    )


def _dept(queue: str) -> str:
    return queue.removeprefix(_QUEUE)
