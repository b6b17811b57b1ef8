"""An operation ends as its kind must: with its record, with the street's grades of the units, with a holder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from govcore.errors import Refusal
from govcore.events._moves import reasoned
from govcore.events.decision import NOTHING_CHANGED, Changed
from govcore.events.event import Event
from govcore.events.filing import triage
from govcore.events.handling import designate
from govcore.events.handoff import HandOff
from govcore.events.redact import without_identity
from govcore.events.way import Way
from govcore.joint._saying import about, changed, note
from govcore.joint.calling import undecided
from govcore.joint.operation import Decided, Operation, Part, Rating, Record
from govcore.joint.table import OPERATION
from govcore.messages.operation import OperationCancelled, OperationConcluded, OperationRecorded


def record(
    operation: Operation, *, by: str, found: str, measures: str, evidence: tuple[str, ...], at: datetime
) -> Decided:
    """The caller writes down what was found and done; who was there is known from the check-ins.

    Written anew it takes the old one's place; the history keeps that it was.  Raises ``JOINT_NOT_OPEN``,
    ``JOINT_END_NOT_YOURS``, ``JOINT_NO_RECORD``.
    """
    _callers(operation, by, "record")
    if not found.strip():
        raise Refusal("JOINT_NO_RECORD", field="found")
    written = Record(
        present=tuple(part.dept for part in operation.in_state("present")),
        found=without_identity(found),
        measures=without_identity(measures),
        evidence=evidence,
        recorded_at=at,
    )
    after = changed(operation, record=written)
    said = about(after, OperationRecorded, to=after.departments, **dict(written))
    return Decided(after, (said,), (note(after, "record", operation.state, by),))


def conclude(
    operation: Operation,
    *,
    by: str,
    at: datetime,
    way: Way,
    outcome: str = "",
    ratings: Sequence[Rating] = (),
    dept: str | None = None,
    event: Event | None = None,
    task: HandOff | None = None,
) -> Decided:
    """Its caller ends it.  Joint enforcement: with its record.  A whistle: with a grade for each unit called.  A task
    force: with its outcome.  A consultation: with the ``dept`` that holds the task (or the matter) from now on.

    ``event`` and ``task``: what a consultation is about.  Raises ``JOINT_NOT_OPEN``, ``JOINT_END_NOT_YOURS``,
    ``JOINT_NO_RECORD``, ``JOINT_RATE_EACH``, ``EVENT_NO_REASON``, ``JOINT_MUST_DESIGNATE``,
    ``HANDOFF_UNKNOWN_DEPARTMENT``, ``HANDOFF_NOT_ALLOWED``.
    """
    _callers(operation, by, "conclude")
    outcome, matter, parts = without_identity(outcome), NOTHING_CHANGED, operation.parts
    if operation.kind == "joint" and operation.record is None:
        raise Refusal("JOINT_NO_RECORD", field="record")
    if operation.kind == "whistle":
        parts = _rated(operation, ratings)
    elif ratings:
        raise Refusal("JOINT_RATE_EACH", field="ratings", value=operation.kind)
    if operation.kind == "task_force":
        reasoned(outcome)
    if operation.kind == "consultation":
        matter = _holder(operation, event, task, dept, outcome, by, at, way)
    elif dept is not None:
        raise Refusal("JOINT_NOTHING_TO_DECIDE", field="dept", value=dept)
    return _concluded(operation, by=by, at=at, outcome=outcome, parts=parts, dept=dept)._replace(matter=matter)


def designated(operation: Operation, *, dept: str, by: str, at: datetime, reason: str) -> Decided:
    """The desk designated the holder without waiting for the consultation: that is its end."""
    return _concluded(operation, by=by, at=at, outcome=reason, parts=operation.parts, dept=dept)


def cancel(
    operation: Operation,
    *,
    by: str,
    at: datetime,
    reason: str,
    event: Event | None = None,
    task: HandOff | None = None,
) -> Decided:
    """Called off by its caller.  A consultation only where its task has moved on, for it must find a holder.

    Raises ``JOINT_NOT_OPEN``, ``JOINT_END_NOT_YOURS``, ``JOINT_MUST_DESIGNATE``, ``EVENT_NO_REASON``.
    """
    _callers(operation, by, "cancel")
    if operation.kind == "consultation" and undecided(event, task):
        raise Refusal("JOINT_MUST_DESIGNATE", field="dept")
    return _cancelled(operation, by=by, at=at, reason=without_identity(reasoned(reason)))


def moot(operation: Operation, *, at: datetime) -> Decided:
    """Its task has a holder, or is no longer asked for: there is nothing left to decide."""
    return _cancelled(operation, by="rule", at=at, reason="JOINT_MOOT")


def _callers(operation: Operation, by: str, action: str) -> None:
    OPERATION.step(operation.state, action)
    if by != operation.caller:
        raise Refusal("JOINT_END_NOT_YOURS", field="by", value=by[:80], caller=operation.caller)


def _rated(operation: Operation, ratings: Sequence[Rating]) -> tuple[Part, ...]:
    """The parts with their grades: each unit called exactly once."""
    grades = {one.dept: one for one in ratings}
    wrong = sorted(set(operation.departments) ^ set(grades))
    if wrong or len(grades) != len(ratings):
        raise Refusal("JOINT_RATE_EACH", field="ratings", value=", ".join(wrong) or str(len(ratings)))
    return tuple(
        part.model_copy(
            update={"grade": grades[part.dept].grade, "grade_note": without_identity(grades[part.dept].note)}
        )
        for part in operation.parts
    )


def _holder(
    operation: Operation,
    event: Event | None,
    task: HandOff | None,
    dept: str | None,
    outcome: str,
    by: str,
    at: datetime,
    way: Way,
) -> Changed:
    """The task designated, or the matter at the triage desk given to its lead."""
    if dept is None or event is None:
        raise Refusal("JOINT_MUST_DESIGNATE", field="dept")
    reason = outcome or "JOINT_CONSULTED"
    if task is not None:
        return designate(event, task, dept=dept, by=by, at=at, reason=reason, way=way)
    return triage(event, lead=dept, reason=reason, by=by, at=at, way=way)


def _concluded(
    operation: Operation, *, by: str, at: datetime, outcome: str, parts: tuple[Part, ...], dept: str | None
) -> Decided:
    state = OPERATION.step(operation.state, "conclude")
    after = changed(operation, state=state, parts=parts, outcome=outcome, designated=dept, ended_at=at)
    more: dict[str, Any] = {
        "outcome": outcome,
        "present": tuple(part.dept for part in after.in_state("present")),
        "ratings": {part.dept: part.grade for part in parts if part.grade is not None},
        "designated": dept,
        "ended_by": by,
        "ended_at": at,
    }
    said = about(after, OperationConcluded, to=after.departments, **more)
    return Decided(after, (said,), (note(after, "conclude", operation.state, by, outcome),))


def _cancelled(operation: Operation, *, by: str, at: datetime, reason: str) -> Decided:
    state = OPERATION.step(operation.state, "cancel")
    after = changed(operation, state=state, outcome=reason, ended_at=at)
    said = about(after, OperationCancelled, to=after.departments, reason=reason, ended_at=at)
    return Decided(after, (said,), (note(after, "cancel", operation.state, by, reason),))
