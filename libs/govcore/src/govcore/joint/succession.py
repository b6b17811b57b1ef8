"""A called department is no more: its successor 承继单位 has its part of the operation."""

from __future__ import annotations

from datetime import datetime

from govcore.events.decision import Said
from govcore.events.succession import REASON, Successor
from govcore.joint._saying import about, changed, note
from govcore.joint.operation import NOTHING_DECIDED, Decided, Operation, Part
from govcore.messages.operation import OperationSucceeded

_WEIGHT = ("present", "coming", "called", "silent", "declined")
"""Of two parts that become one the first counts: who is there is there, and a no of one is none of the other."""


def succeed(operation: Operation, *, at: datetime, successor: Successor) -> Decided:
    """The operation with every part at a department that is there; nothing where all are, or it has ended.

    A part stays as it stood, with what was said and where somebody checked in; the times to answer, to be there and
    to end stay.  Where the successor was called itself, both parts become one.
    """
    gone = [part for part in operation.parts if successor(part.dept) is not None]
    if not operation.open or not gone:
        return NOTHING_DECIDED
    parts: dict[str, Part] = {}
    for part in operation.parts:
        mine = part.model_copy(update={"dept": successor(part.dept) or part.dept})
        there = parts.get(mine.dept)
        parts[mine.dept] = mine if there is None else _one(there, mine)
    now = changed(operation, parts=tuple(parts.values()))
    heirs = [(part.dept, parts[successor(part.dept) or part.dept]) for part in gone]
    said = tuple(_told(now, was, heir, at) for was, heir in heirs)
    line = note(now, "succeed", operation.state, "rule", REASON)
    return Decided(now, said, tuple(line._replace(holder="dept:" + heir.dept) for _, heir in heirs))


def _one(first: Part, second: Part) -> Part:
    kept = min((first, second), key=lambda part: _WEIGHT.index(part.state))
    return kept.model_copy(update={"orders": max(first.orders, second.orders)})


def _told(operation: Operation, was: str, heir: Part, at: datetime) -> Said:
    """To both sides: the call anew, and how the part stands."""
    meeting = operation.meeting
    return about(
        operation,
        OperationSucceeded,
        to=(was, heir.dept),
        dept=heir.dept,
        was_dept=was,
        part=heir.state,
        why=operation.why,
        meet_at=meeting.at if meeting else None,
        address=meeting.address if meeting else "",
        point=meeting.point if meeting else None,
        reason=REASON,
        succeeded_at=at,
    )
