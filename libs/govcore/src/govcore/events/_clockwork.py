"""What becomes of a task, and of the matter it leads, when its clock is stopped, runs again or gets more time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from govcore.events import rungs
from govcore.events._moves import change, due_of, move, note, together, told
from govcore.events.decision import Changed, Note, Promise, Said, Step
from govcore.events.event import Event
from govcore.events.handoff import HandOff, Request
from govcore.events.saying import about_task, hearers
from govcore.events.way import Way
from govcore.messages.handoff import HandOffFacts
from govcore.messages.suspension import (
    EventExtended,
    EventResumed,
    EventSuspended,
    HandOffDenied,
    HandOffExtended,
    HandOffRequested,
    HandOffResumed,
    HandOffSuspended,
)


def requested(
    event: Event,
    handoff: HandOff,
    request: Request,
    *,
    by: str,
    at: datetime,
    answered_at: datetime | None,
    way: Way,
) -> Changed:
    """The desk has to decide within its term; until then nothing changes."""
    step = _step(
        event,
        handoff,
        "request",
        HandOffRequested,
        {"request": request},
        {
            "request": request.kind,
            "reason": request.reason,
            "note": request.note,
            "term": request.term,
            "answered_at": answered_at or at,
            "answer_received_at": at,
        },
        actor="dept:" + by,
        reason=request.reason,
        way=way,
    )
    promise = Promise("request", handoff.id, way.due(at, way.rules.triage, event.place), event.id, handoff.generation)
    return together(None, [step._replace(promises=(promise,))], workflows=way.workflows)


def denied(event: Event, handoff: HandOff, *, by: str, at: datetime, reason: str, way: Way) -> Changed:
    """What was asked for is refused: the clock runs as before."""
    kind = handoff.request.kind if handoff.request else ""
    said = {"request": kind, "reason": reason, "denied_by": by, "denied_at": at}
    step = _step(event, handoff, "deny", HandOffDenied, {"request": None}, said, actor=by, reason=reason, way=way)
    return together(None, [step], workflows=way.workflows)


def paused(event: Event, handoff: HandOff, request: Request, *, by: str, at: datetime, way: Way) -> Step:
    """The clock stands from ``at`` until it is said to go on, at the latest until the term of the request is over."""
    until = way.due(at, request.term, event.place)
    changes = {"paused_at": at, "paused_until": until, "due_at": None, "order_at": None, "provisional": False}
    changes["request"] = None
    said = {"reason": request.reason, "note": request.note, "since": at, "until": until}
    step = _step(event, handoff, "suspend", HandOffSuspended, changes, said, actor=by, reason=request.reason, way=way)
    return step._replace(promises=(Promise("resume", handoff.id, until, event.id, handoff.generation),))


def running(event: Event, handoff: HandOff, *, by: str, at: datetime, reason: str, way: Way) -> Step:
    """The clock runs again; what was left of the term when it stopped is left now."""
    since = handoff.paused_at or at
    pauses = (*handoff.pauses, (since, at))
    changes = {
        "pauses": pauses,
        "paused_at": None,
        "paused_until": None,
        **_end(handoff.model_copy(update={"pauses": pauses}), event.place, at, way),
    }
    said = {"reason": reason, "since": since, "resumed_by": by, "resumed_at": at}
    step = _step(event, handoff, "resume", HandOffResumed, changes, said, actor=by, reason=reason, way=way)
    return step._replace(promises=_finish(step.handoff))


def extended(event: Event, handoff: HandOff, request: Request, *, by: str, at: datetime, way: Way) -> Step:
    """The term of the request is one more stage of the task's own."""
    longer = handoff.model_copy(
        update={
            "due_from": handoff.clock_from,
            "due_term": "+".join(filter(None, (handoff.clock_term, request.term))),
        }
    )
    changes = {
        "due_from": longer.due_from,
        "due_term": longer.due_term,
        **_end(longer, event.place, at, way),
        "extensions": handoff.extensions + 1,
        "request": None,
    }
    said = {
        "reason": request.reason,
        "term": request.term,
        "was_due_at": handoff.due_at,
        "extensions": handoff.extensions + 1,
        "extended_by": by,
        "extended_at": at,
    }
    step = _step(event, handoff, "extend", HandOffExtended, changes, said, actor=by, reason=request.reason, way=way)
    return step._replace(promises=_finish(step.handoff))


def changed(event: Event, before: HandOff, step: Step, action: str, at: datetime, way: Way) -> Changed:
    """The step of a task, and what follows for the matter where it is the lead's."""
    if step.handoff.role != "lead":
        return together(None, [step], workflows=way.workflows)
    moved: dict[str, Any] = {}
    if step.handoff.due_at is not None and _same_clock(event, before, way):
        moved = due_of(step.handoff)
    if not way.workflows.event(event).allows(event.state, action):
        return together(change(event, **moved) if moved else None, [step], workflows=way.workflows)
    after = move(event, action, at=at, workflows=way.workflows, **moved)
    reason = step.notes[-1].reason
    said = _said(action, event, after, step.handoff, reason, at, way)
    told_so = note(after, action, event.state, "rule", reason)
    return together(after, [step], said=[said], notes=[told_so], workflows=way.workflows)


def _same_clock(event: Event, task: HandOff, way: Way) -> bool:
    """Whether the matter is due with its lead's task, and not by an earlier clock that it kept."""
    if event.due_from is None:  # written before a matter kept its clock
        end = way.end_of(task, event.place)
        return end is not None and event.due_at == end.at
    return (event.due_from, event.due_term) == (task.clock_from, task.clock_term)


def _end(task: HandOff, place: str, at: datetime, way: Way) -> dict[str, Any]:
    """When a task that somebody holds is due by its own clock, and warned of next; None where it has no term."""
    end = way.end_of(task, place)
    if end is None:
        return {"due_at": None, "order_at": None, "provisional": False}
    found = {"due_at": end.at, "provisional": end.provisional}
    given = task.orders - task.warned
    if end.at <= at and given:  # late before: no rung is climbed for its having stood
        clock = rungs.Clock(task.clock_from, task.clock_term, place, task.pauses)
        return {**found, "order_at": rungs.after(rungs.standing(way, given - 1), clock, at, way)}
    warned = way.warned_at(task.clock_from, task.clock_term, place, task.pauses, after=at)
    return {**found, "order_at": warned or end.at}


def _said(action: str, event: Event, after: Event, task: HandOff, reason: str, at: datetime, way: Way) -> Said:
    if action == "suspend":
        more = {"reason": reason, "since": at, "until": task.paused_until}
        return told(event.state, action, after, EventSuspended, way.workflows, **more)
    if action == "resume":
        return told(event.state, action, after, EventResumed, way.workflows, reason=reason, resumed_at=at)
    more = {"reason": reason, "was_due_at": event.due_at, "extended_at": at}
    return told(event.state, action, after, EventExtended, way.workflows, **more)


def _step(
    event: Event,
    handoff: HandOff,
    action: str,
    payload: type[HandOffFacts],
    changes: dict[str, Any],
    said: dict[str, Any],
    *,
    actor: str,
    reason: str,
    way: Way,
) -> Step:
    table = way.workflows.task(handoff)
    after = handoff.model_copy(update={**table.after(handoff.state, action), "version": handoff.version + 1, **changes})
    to = hearers(after, handoff, table.line(handoff.state, action), event.lead)
    line = Note(after.id, action, handoff.state, after.state, after.holder, actor, reason, event.id, after.generation)
    return Step(after, (about_task(after, payload, to=to, **said),), (line,))


def _finish(task: HandOff) -> tuple[Promise, ...]:
    if task.finish_at is None:
        return ()
    return (Promise("finish", task.id, task.finish_at, task.event_id, task.generation),)
