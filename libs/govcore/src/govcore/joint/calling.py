"""Who may call departments together (吹哨、召集、会商), about what, and until when they answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from govcore.errors import Refusal
from govcore.events._moves import reasoned
from govcore.events.event import TRIAGE, Event
from govcore.events.handoff import HandOff
from govcore.events.redact import without_identity
from govcore.events.way import Way
from govcore.joint._saying import about, note, promise
from govcore.joint.operation import Decided, JointRules, Meeting, Operation, Part
from govcore.joint.table import OPERATION
from govcore.messages.operation import Kind, OperationCalled
from govcore.workflow import NOTHING

STREET = "street:"


def call(
    kind: Kind,
    events: Sequence[Event],
    *,
    by: str,
    departments: Sequence[str],
    why: str,
    at: datetime,
    way: Way,
    rules: JointRules,
    meeting: Meeting | None = None,
    task: HandOff | None = None,
    lasts: str | None = None,
    trace: str = "",
) -> Decided:
    """A desk or a street calls the departments; each has the pack's term to answer, or until the meeting if that is
    sooner.  ``lasts``: how long the caller means it to take, where not the pack's term.

    Whistles are a street's, consultations the triage desk's; joint enforcement and task forces either's.  Raises
    ``JOINT_CALL_NOT_YOURS``, ``JOINT_ONE_MATTER``, ``EVENT_NOT_OPEN``, ``JOINT_OTHER_PLACE``, ``JOINT_NOBODY``,
    ``HANDOFF_UNKNOWN_DEPARTMENT``, ``EVENT_NO_REASON``, ``JOINT_NO_MEETING``, ``JOINT_MEETING_PAST``,
    ``JOINT_NOTHING_TO_DECIDE``.
    """
    _may_call(kind, by, events, rules)
    if not events or (len(events) > 1 and kind != "task_force"):
        raise Refusal("JOINT_ONE_MATTER", field="events", value=len(events))
    for event in events:
        if not event.open:
            raise Refusal("EVENT_NOT_OPEN", field="events", value=event.id, state=event.state)
    if not departments:
        raise Refusal("JOINT_NOBODY", field="departments")
    for dept in departments:
        way.known(dept, field="departments")
    reasoned(why)
    if kind == "joint" and meeting is None:
        raise Refusal("JOINT_NO_MEETING", field="meeting")
    if meeting is not None and meeting.at < at:
        raise Refusal("JOINT_MEETING_PAST", field="meeting.at", value=meeting.at.isoformat())
    if kind == "consultation":
        _to_decide(events[0], task)
    return _called(
        kind,
        events,
        by=by,
        departments=departments,
        why=why,
        at=at,
        way=way,
        rules=rules,
        meeting=meeting,
        task=task if kind == "consultation" else None,
        lasts=lasts,
        trace=trace,
    )


def must_consult(task: HandOff, running: Iterable[Operation], *, way: Way) -> bool:
    """Whether a task that has just come back has done so for the last time the pack allows, and nobody consults on it
    yet."""
    if task.phase != "back" or task.returns < way.rules.max_returns:
        return False
    return not any(one.kind == "consultation" and one.handoff_id == task.id for one in running)


def forced(event: Event, task: HandOff, *, at: datetime, way: Way, rules: JointRules) -> Decided:
    """The task came back as often as the pack allows: the triage desk consults (会商) those who tried and the one the
    last of them named, and has to end it with a holder."""
    named = (*task.tried, *([task.proposed] if task.proposed else []))
    return _called(
        "consultation",
        [event],
        by=TRIAGE,
        departments=named,
        why="JOINT_PASSED_ROUND",
        at=at,
        way=way,
        rules=rules,
        task=task,
        trace=event.trace,
        forced=True,
    )


def _may_call(kind: str, by: str, events: Sequence[Event], rules: JointRules) -> None:
    street = rules.streets.get(by.removeprefix(STREET)) if by.startswith(STREET) else None
    if street is None and (by != TRIAGE or kind == "whistle"):
        raise Refusal("JOINT_CALL_NOT_YOURS", field="by", value=by[:80], kind=kind)
    if street is not None and kind == "consultation":
        raise Refusal("JOINT_CALL_NOT_YOURS", field="by", value=by[:80], kind=kind)
    for event in events if street is not None else ():
        if event.place != street and not event.place.startswith(f"{street}."):
            raise Refusal("JOINT_OTHER_PLACE", field="events", value=event.id, place=event.place)


def _to_decide(event: Event, task: HandOff | None) -> None:
    if not undecided(event, task):
        raise Refusal("JOINT_NOTHING_TO_DECIDE", field="handoff_id", value=task.id if task else event.id)


def undecided(event: Event | None, task: HandOff | None) -> bool:
    """Whether a holder is still to be found: for a task that came back, or the matter itself at the triage desk."""
    if task is not None:
        return task.phase == "back"
    return event is not None and event.phase == "triage"


def _called(
    kind: Kind,
    events: Sequence[Event],
    *,
    by: str,
    departments: Sequence[str],
    why: str,
    at: datetime,
    way: Way,
    rules: JointRules,
    meeting: Meeting | None = None,
    task: HandOff | None = None,
    lasts: str | None = None,
    trace: str = "",
    forced: bool = False,
) -> Decided:
    first, terms = events[0], rules.terms[kind]
    answer = way.reckon(at, terms.answer, first.place)
    end = way.reckon(meeting.at if meeting else at, lasts or terms.conclude, first.place)
    if meeting is not None:
        meeting = meeting.model_copy(update={"address": without_identity(meeting.address)})
    operation = Operation(
        id=way.ids.new("J"),
        kind=kind,
        state=OPERATION.step(NOTHING, "call"),
        trace=trace,
        events=tuple(dict.fromkeys(event.id for event in events)),
        handoff_id=task.id if task else None,
        caller=by,
        why=without_identity(why),
        place=first.place,
        class_code=first.class_code,
        meeting=meeting,
        called_at=at,
        answer_due_at=min(answer.at, meeting.at) if meeting else answer.at,
        conclude_due_at=end.at,
        provisional=answer.provisional or end.provisional,
        forced=forced,
        parts=tuple(Part(dept=dept) for dept in dict.fromkeys(departments)),
    )
    promises = [promise(operation, "answer", operation.answer_due_at), promise(operation, "conclude", end.at)]
    if meeting is not None:
        promises.append(promise(operation, "muster", way.due(meeting.at, rules.muster, first.place)))
    called = about(
        operation,
        OperationCalled,
        to=operation.departments,
        why=operation.why,
        forced=forced,
        **({"meet_at": meeting.at, "address": meeting.address, "point": meeting.point} if meeting else {}),
    )
    return Decided(operation, (called,), (note(operation, "call", "", by, kind),), tuple(promises))
