"""The escalation ladder (催办): which rung comes next and when, whom its order is addressed to, what the order says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from govcore.events.decision import Said
from govcore.events.handoff import dept_of
from govcore.events.way import Way
from govcore.messages.order import OrderIssued


@dataclass(frozen=True, slots=True)
class Clock:
    """What a share of the ladder is a share of: a term from its start on, the pauses left out."""

    start: datetime
    term: str | None
    place: str
    pauses: tuple[tuple[datetime, datetime], ...] = ()

    def moment(self, share: float, way: Way) -> datetime:
        """When so much of it is used up; its start where it has no term."""
        return self.start if self.term is None else way.at_share(self.start, self.term, self.place, share, self.pauses)


def standing(way: Way, given: int) -> int:
    """The rung of the next order for lateness after ``given`` ones: above all warnings, the last again and again."""
    return min(len(way.rules.warnings) + given, len(way.rules.ladder) - 1)


def after(rung: int, clock: Clock, at: datetime, way: Way) -> datetime | None:
    """When the rung above ``rung``, whose order went out ``at``, comes; None for the last one, or without a term.

    By its share of the clock; a share that is gone already comes at once.
    """
    ladder = way.rules.ladder
    if rung + 1 >= len(ladder) or clock.term is None:
        return None
    return max(at, clock.moment(ladder[rung + 1].at, way))


def addressed(rung: int, to: str, place: str, at: datetime, way: Way) -> tuple[str, str | None]:
    """Whom the order of ``rung`` is addressed to, and the department that owes the answer (None: a desk does).

    Where the place names no such leader, the holder ``to`` itself.
    """
    one, dept = way.rules.ladder[rung], dept_of(to)
    if one.to == "supervisor":
        return "dept:" + way.rules.supervisor, way.rules.supervisor
    post = None
    if one.to == "duty":
        post = way.leader(None, place, one.level, at)
    elif one.to == "leader" and dept is not None:
        post = way.leader(dept, place, None, at)
    return (to if post is None else "post:" + post), dept


def issued(rung: int, *, to: str, place: str, at: datetime, way: Way, **facts: Any) -> Said:
    """The order of ``rung`` about what ``to`` holds, as a message; ``facts`` are the payload's own.

    It goes straight to the department that owes the answer, and to the holder's where that is another one.
    """
    one = way.rules.ladder[rung]
    addressee, dept = addressed(rung, to, place, at, way)
    order = OrderIssued(
        order_id=way.ids.new("O"),
        kind=one.kind,
        to=addressee,
        dept=dept,
        place=place,
        issued_at=at,
        rung=rung,
        term=one.answer,
        answer_due_at=None if one.answer is None else way.due(at, one.answer, place),
        receipt_due_at=None if dept is None else at + way.rules.receipt,
        **facts,
    )
    queues = tuple(dict.fromkeys(filter(None, (dept, dept_of(to)))))
    return Said(order, order.order_id, 1, place, dept, queues)
