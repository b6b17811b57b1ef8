"""What a promise about an operation wakes: nobody answered, somebody is missing, nobody has ended it."""

from __future__ import annotations

from datetime import datetime

from govcore.errors import Refusal
from govcore.events.decision import Note, Promise, Said
from govcore.events.event import Event
from govcore.events.handoff import HandOff
from govcore.events.rungs import Clock, after, standing
from govcore.events.way import Way
from govcore.joint._saying import about, changed, note, order, promise
from govcore.joint.calling import undecided
from govcore.joint.ending import moot
from govcore.joint.operation import NOTHING_DECIDED, Decided, JointRules, Operation, Part, Timer
from govcore.joint.table import PART
from govcore.messages.operation import OperationStalled

TIMERS = ("joint.answer", "joint.muster", "joint.conclude")
"""Every kind of promise the decisions about operations make."""


def woken(
    kind: str,
    operation: Operation,
    *,
    event: Event | None,
    task: HandOff | None,
    at: datetime,
    way: Way,
    rules: JointRules,
) -> Decided:
    """The promise ``kind`` is due; ``event`` and ``task`` are what it is about, ``rules`` the pack's terms.

    Changes nothing where the operation has ended.  Raises ``EVENT_UNKNOWN_TIMER``.
    """
    if kind not in TIMERS:
        raise Refusal("EVENT_UNKNOWN_TIMER", field="kind", value=kind[:40])
    if not operation.open:
        return NOTHING_DECIDED
    if kind == "joint.answer":
        return _silent(operation, at=at, way=way, rules=rules)
    if kind == "joint.muster":
        return _absent(operation, at=at, way=way)
    if operation.kind == "consultation" and not undecided(event, task):
        return moot(operation, at=at)
    return _unended(operation, at=at, way=way, rules=rules)


def _silent(operation: Operation, *, at: datetime, way: Way, rules: JointRules) -> Decided:
    """Who has not answered gets an order, each time a rung higher; the supervising department is told."""
    quiet = list(operation.in_state("called", "silent"))
    if not quiet:
        return NOTHING_DECIDED
    since, reason = operation.answer_due_at, "JOINT_SILENT"
    now = _each(
        operation,
        {
            part.dept: part.model_copy(
                update={
                    "state": PART.step(part.state, "lapse") if part.state == "called" else part.state,
                    "orders": part.orders + 1,
                    "silent_at": part.silent_at or at,
                }
            )
            for part in quiet
        },
    )
    orders = [
        order(now, to="dept:" + part.dept, number=part.orders + 1, reason=reason, since=since, at=at, way=way)
        for part in quiet
    ]
    highest = max(part.orders for part in quiet)
    return Decided(
        now,
        (_finding(now, "silent", tuple(part.dept for part in quiet), since, at, way), *orders),
        tuple(_told(now, part.dept, reason) for part in quiet),
        _again(now, "answer", highest, at, way, rules),
    )


def _absent(operation: Operation, *, at: datetime, way: Way) -> Decided:
    """Who said that it comes and has not checked in gets an order, once; the supervising department is told."""
    missing = list(operation.in_state("coming"))
    if not missing or operation.meeting is None:
        return NOTHING_DECIDED
    since, reason = operation.meeting.at, "JOINT_ABSENT"
    now = _each(
        operation,
        {part.dept: part.model_copy(update={"absent_at": at, "orders": part.orders + 1}) for part in missing},
    )
    orders = [
        order(now, to="dept:" + part.dept, number=part.orders + 1, reason=reason, since=since, at=at, way=way)
        for part in missing
    ]
    return Decided(
        now,
        (_finding(now, "absent", tuple(part.dept for part in missing), since, at, way), *orders),
        tuple(_told(now, part.dept, reason) for part in missing),
    )


def _unended(operation: Operation, *, at: datetime, way: Way, rules: JointRules) -> Decided:
    """The caller has not ended it in time: an order to the caller, each time a rung higher."""
    since, reason, number = operation.conclude_due_at, "JOINT_UNENDED", operation.orders + 1
    now = changed(operation, orders=number)
    issued = order(now, to=now.caller, number=number, reason=reason, since=since, at=at, way=way)
    return Decided(
        now,
        (_finding(now, "unended", (), since, at, way), issued),
        (note(now, "order", operation.state, "clock", reason),),
        _again(now, "conclude", operation.orders, at, way, rules),
    )


def _each(operation: Operation, parts: dict[str, Part]) -> Operation:
    return changed(operation, parts=tuple(parts.get(one.dept, one) for one in operation.parts))


def _finding(
    operation: Operation, finding: str, missing: tuple[str, ...], since: datetime, at: datetime, way: Way
) -> Said:
    to = (way.rules.supervisor,)
    return about(operation, OperationStalled, to=to, finding=finding, missing=missing, since=since, found_at=at)


def _told(operation: Operation, dept: str, reason: str) -> Note:
    return note(operation, "order", operation.state, "clock", reason)._replace(holder="dept:" + dept)


def _again(
    operation: Operation, timer: Timer, orders: int, at: datetime, way: Way, rules: JointRules
) -> tuple[Promise, ...]:
    """The promise of the next rung of the pack's ladder, by shares of the term; the last one has none."""
    terms = rules.terms[operation.kind]
    term = terms.answer if timer == "answer" else terms.conclude
    next_at = after(standing(way, orders), Clock(operation.called_at, term, operation.place), at, way)
    return () if next_at is None else (promise(operation, timer, next_at),)
