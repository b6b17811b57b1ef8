"""A matter ends: done after the join rule, verified or put right, closed, rated, and sometimes opened again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from govcore.errors import Refusal
from govcore.events import answers
from govcore.events._moves import change, due_of, find, move, note, reasoned, together, with_new, with_receipt
from govcore.events.decision import Changed, Promise, Said, Step
from govcore.events.event import TRIAGE, VERIFY, Event
from govcore.events.handoff import HandOff
from govcore.events.join import joined
from govcore.events.lifecycle import EVENT
from govcore.events.offers import offer_again
from govcore.events.offers import withdraw as withdrawn
from govcore.events.rating import check_grade
from govcore.events.saying import about_event, closing
from govcore.events.verify import sampled
from govcore.events.way import Way
from govcore.messages.closing import EventClosed, EventRated
from govcore.messages.event import EventHandled, EventReopened, EventReworked

_NOT_ENDED: dict[str, Any] = dict.fromkeys(("handled_at", "closed_at", "outcome", "on_time", "grade", "rated_at"))


def finish(
    event: Event,
    handoffs: Sequence[HandOff],
    *,
    handoff_id: str,
    by: str,
    generation: int,
    result: str,
    at: datetime,
    way: Way,
    evidence: tuple[str, ...] = (),
    answered_at: datetime | None = None,
) -> Changed:
    """A department is done; if the join rule is met with it, the matter is handled: verified, or closed at once.

    ``handoffs``: all tasks of the event.  Siblings nobody has accepted are withdrawn then, each told; accepted ones
    live on and are counted in the closing.  Refusals: those of :func:`govcore.events.answers.finish`, and
    ``HANDOFF_UNKNOWN``.
    """
    step = answers.finish(
        find(handoffs, handoff_id),
        by=by,
        generation=generation,
        result=result,
        at=at,
        evidence=evidence,
        answered_at=answered_at,
    )
    result = result if step.handoff.role == "lead" else event.result
    after = change(event, handoffs_open=event.handoffs_open - 1, handoffs_done=event.handoffs_done + 1, result=result)
    return _joined_or_not(after, with_new(handoffs, step.handoff), [step], at=at, way=way)


def withdraw(
    event: Event, handoffs: Sequence[HandOff], *, handoff_id: str, by: str, at: datetime, reason: str, way: Way
) -> Changed:
    """An assisting task is no longer asked for; the lead's stays with the matter (``HANDOFF_LEAD_STAYS``).

    Other refusals: ``HANDOFF_UNKNOWN``, ``HANDOFF_NOT_ALLOWED`` (ended already), ``EVENT_NO_REASON``.
    """
    task = find(handoffs, handoff_id)
    if task.role == "lead":
        raise Refusal("HANDOFF_LEAD_STAYS", field="handoff_id", value=task.id)
    step = withdrawn(task, by=by, at=at, reason=reasoned(reason))
    after = change(event, handoffs_open=event.handoffs_open - 1)
    return _joined_or_not(after, with_new(handoffs, step.handoff), [step], at=at, way=way)


def verify(
    event: Event, handoffs: Sequence[HandOff], *, ok: bool, by: str, at: datetime, way: Way, reason: str = ""
) -> Changed:
    """The verifying desk (核查) says whether it is handled.  If not, the lead has to put it right; ``reason`` is
    required then (``EVENT_NO_REASON``).  Raises ``EVENT_NOT_ALLOWED`` unless it is being verified."""
    if ok:
        after, said = _closed(event, "approve", at=at)
        return together(after, said=[said], notes=[note(after, "approve", event.state, by, reason)])
    EVENT.step(event.state, "rework")
    reasoned(reason)
    return _again(event, handoffs, action="rework", by=by, at=at, reason=reason, way=way)


def rate(event: Event, *, grade: int, at: datetime) -> Changed:
    """The resident's grade, 5 (very satisfied) to 1 (very dissatisfied), once.

    Raises ``EVENT_BAD_GRADE``, ``EVENT_ALREADY_RATED``, ``EVENT_NOT_ALLOWED`` (not closed).
    """
    check_grade(grade)
    if event.state == "rated":
        raise Refusal("EVENT_ALREADY_RATED", field="grade", value=grade)
    after = move(event, "rate", at=at, grade=grade, rated_at=at)
    said = about_event(after, EventRated, grade=grade, rated_at=at, **closing(after))
    return together(after, said=[said], notes=[note(after, "rate", event.state, "reporter", str(grade))])


def reopen(event: Event, handoffs: Sequence[HandOff], *, by: str, at: datetime, reason: str, way: Way) -> Changed:
    """The reporter objects within the pack's window, whose clock starts at closing and nothing else moves it.

    The lead is asked again; where no task of a lead is known, the triage desk has it.  Raises
    ``EVENT_REOPEN_TOO_LATE``, ``EVENT_NO_REASON``, ``EVENT_NOT_ALLOWED``.
    """
    EVENT.step(event.state, "reopen")
    reasoned(reason)
    if event.closed_at is None or at > event.closed_at + way.rules.reopen:
        raise Refusal("EVENT_REOPEN_TOO_LATE", field="event_id", value=event.id)
    return _again(event, handoffs, action="reopen", by=by, at=at, reason=reason, way=way)


def _joined_or_not(event: Event, handoffs: Sequence[HandOff], steps: list[Step], *, at: datetime, way: Way) -> Changed:
    """``event`` as it is, or handled if its join rule is met now."""
    if event.state not in ("assigned", "handling") or not joined(event.join, handoffs):
        return together(event, steps)
    idle = [one for one in handoffs if one.open and one.state != "accepted"]
    steps = steps + [withdrawn(one, by="rule", at=at, reason="EVENT_JOIN_MET") for one in idle]
    handled = move(event, "finish", at=at, handled_at=at, handoffs_open=event.handoffs_open - len(idle))
    notes = [note(handled, "finish", event.state, "rule", event.join)]
    if not sampled(event.id, way.rules.verify_share):
        after, said = _closed(handled, "close", at=at)
        notes.append(note(after, "close", handled.state, "rule", "EVENT_NOT_SAMPLED"))
        return together(after, steps, said=[said], notes=notes)
    after = move(handled, "check", at=at, holder=VERIFY)
    notes.append(note(after, "check", handled.state, "rule"))
    promise = Promise("verify", after.id, way.due(at, way.rules.verify, after.place), after.id)
    said = about_event(after, EventHandled, handled_at=at)
    return together(after, steps, said=[said], notes=notes, promises=[promise])


def _closed(event: Event, action: str, *, at: datetime) -> tuple[Event, Said]:
    on_time = None if event.due_at is None else at <= event.due_at
    after = move(event, action, at=at, closed_at=at, outcome="handled", on_time=on_time)
    return after, about_event(after, EventClosed, still_open=after.handoffs_open, **closing(after))


def _again(
    event: Event, handoffs: Sequence[HandOff], *, action: str, by: str, at: datetime, reason: str, way: Way
) -> Changed:
    """The lead's task is offered once more (rework, reopen); without one the triage desk has the matter."""
    lead = next((one for one in handoffs if one.role == "lead" and one.state == "done"), None)
    counted: dict[str, Any] = {"reworks": event.reworks + 1} if action == "rework" else {"reopens": event.reopens + 1}
    if lead is None:
        after = move(event, "reopen_at_desk", at=at, holder=TRIAGE, **counted, **_NOT_ENDED)
        promises = [Promise("triage", after.id, way.due(at, way.rules.triage, after.place), after.id)]
        told = note(after, "reopen_at_desk", event.state, by, reason)
        return together(after, said=[_said_again(after, action, at, reason)], notes=[told], promises=promises)
    times = way.times(at, way.rules.rework or lead.term, event.place)
    after = move(
        event,
        action,
        at=at,
        handoffs_open=event.handoffs_open + 1,
        handoffs_done=event.handoffs_done - 1,
        **({} if action == "rework" else due_of(times)),
        **counted,
        **_NOT_ENDED,
    )
    step = offer_again(
        lead,
        after,
        action="rework",
        dept=lead.dept,
        at=at,
        times=times,
        actor=by,
        reason=reason,
        offerer=VERIFY if action == "rework" else TRIAGE,
    )
    told = note(after, action, event.state, by, reason)
    said = _said_again(after, action, at, reason)
    return together(after, [with_receipt(step, at, way)], said=[said], notes=[told], event_first=True)


def _said_again(after: Event, action: str, at: datetime, reason: str) -> Said:
    if action == "rework":
        return about_event(after, EventReworked, reason=reason, reworks=after.reworks, reworked_at=at)
    return about_event(after, EventReopened, reason=reason, reopens=after.reopens, reopened_at=at)
