"""A matter ends: done after the join rule, verified or put right, closed, rated, and sometimes opened again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from govcore.errors import Refusal
from govcore.events import answers
from govcore.events._moves import change, due_of, find, move, note, reasoned, together, told, with_new, with_receipt
from govcore.events.decision import Changed, Promise, Said, Step
from govcore.events.event import TRIAGE, VERIFY, Event
from govcore.events.handoff import HandOff
from govcore.events.join import joined
from govcore.events.offers import offer_again
from govcore.events.offers import withdraw as withdrawn
from govcore.events.rating import check_grade
from govcore.events.saying import closing
from govcore.events.verify import sampled
from govcore.events.way import Way
from govcore.messages.closing import EventClosed, EventRated
from govcore.messages.event import EventHandled, EventReopened, EventReworked
from govcore.workflow import ONLY_SHIPPED, Workflows, roles_of

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
        workflows=way.workflows,
        lead=event.lead,
    )
    result = result if step.handoff.role == "lead" else event.result
    after = change(event, handoffs_open=event.handoffs_open - 1, handoffs_done=event.handoffs_done + 1, result=result)
    return _joined_or_not(after, with_new(handoffs, step.handoff), [step], at=at, way=way)


def withdraw(
    event: Event, handoffs: Sequence[HandOff], *, handoff_id: str, by: str, at: datetime, reason: str, way: Way
) -> Changed:
    """An assisting task is no longer asked for; the lead's stays with the matter (``HANDOFF_LEAD_STAYS``).

    Other refusals: ``HANDOFF_UNKNOWN``, ``HANDOFF_NOT_ALLOWED`` (ended already), ``LIFECYCLE_NOT_YOURS``,
    ``EVENT_NO_REASON``.
    """
    task = find(handoffs, handoff_id)
    if task.role == "lead":
        raise Refusal("HANDOFF_LEAD_STAYS", field="handoff_id", value=task.id)
    roles = roles_of(by, desk="triage", offerer=task.offerer)
    way.workflows.task(task).guard(task.state, "withdraw", by=by, roles=roles)
    step = withdrawn(task, by=by, at=at, reason=reasoned(reason), workflows=way.workflows, lead=event.lead)
    after = change(event, handoffs_open=event.handoffs_open - 1)
    return _joined_or_not(after, with_new(handoffs, step.handoff), [step], at=at, way=way)


def verify(
    event: Event, handoffs: Sequence[HandOff], *, ok: bool, by: str, at: datetime, way: Way, reason: str = ""
) -> Changed:
    """The verifying desk (核查) says whether it is handled.  If not, the lead has to put it right; ``reason`` is
    required then (``EVENT_NO_REASON``).  Raises ``EVENT_NOT_ALLOWED`` unless it is being verified,
    ``LIFECYCLE_NOT_YOURS``."""
    action = "approve" if ok else "rework"
    way.workflows.event(event).guard(event.state, action, by=by, roles=roles_of(by, desk="verify"))
    if ok:
        after, said = _closed(event, "approve", at=at, workflows=way.workflows)
        return together(after, said=[said], notes=[note(after, "approve", event.state, by, reason)])
    reasoned(reason)
    return _again(event, handoffs, action="rework", by=by, at=at, reason=reason, way=way)


def rate(event: Event, *, grade: int, at: datetime, workflows: Workflows = ONLY_SHIPPED) -> Changed:
    """The resident's grade, 5 (very satisfied) to 1 (very dissatisfied), once.

    Raises ``EVENT_BAD_GRADE``, ``EVENT_ALREADY_RATED``, ``EVENT_NOT_ALLOWED`` (not closed).
    """
    check_grade(grade)
    if workflows.event(event).entered_by(event.state, "rate"):
        raise Refusal("EVENT_ALREADY_RATED", field="grade", value=grade)
    after = move(event, "rate", at=at, workflows=workflows, grade=grade, rated_at=at)
    said = told(event.state, "rate", after, EventRated, workflows, grade=grade, rated_at=at, **closing(after))
    return together(after, said=[said], notes=[note(after, "rate", event.state, "reporter", str(grade))])


def reopen(event: Event, handoffs: Sequence[HandOff], *, by: str, at: datetime, reason: str, way: Way) -> Changed:
    """The reporter objects within the pack's window, whose clock starts at closing and nothing else moves it.

    The lead is asked again; where no task of a lead is known, the triage desk has it.  Raises
    ``EVENT_REOPEN_TOO_LATE``, ``EVENT_NO_REASON``, ``EVENT_NOT_ALLOWED``, ``LIFECYCLE_NOT_YOURS``.
    """
    way.workflows.event(event).guard(event.state, "reopen", by=by, roles=roles_of(by, desk="triage"))
    reasoned(reason)
    if event.closed_at is None or at > event.closed_at + way.rules.reopen:
        raise Refusal("EVENT_REOPEN_TOO_LATE", field="event_id", value=event.id)
    return _again(event, handoffs, action="reopen", by=by, at=at, reason=reason, way=way)


def _joined_or_not(event: Event, handoffs: Sequence[HandOff], steps: list[Step], *, at: datetime, way: Way) -> Changed:
    """``event`` as it is, or handled if its join rule is met now."""
    workflows = way.workflows
    table = workflows.event(event)
    if not table.allows(event.state, "finish") or not joined(event.join, handoffs):
        return together(event, steps)
    idle = [one for one in handoffs if one.open and one.phase not in ("held", "paused")]
    steps = steps + [
        withdrawn(one, by="rule", at=at, reason="EVENT_JOIN_MET", workflows=workflows, lead=event.lead) for one in idle
    ]
    left = event.handoffs_open - len(idle)
    handled = move(event, "finish", at=at, workflows=workflows, handled_at=at, handoffs_open=left)
    notes = [note(handled, "finish", event.state, "rule", event.join)]
    if not _looked_at(handled, way):
        after, said = _closed(handled, "close", at=at, workflows=workflows)
        notes.append(note(after, "close", handled.state, "rule", "EVENT_NOT_SAMPLED"))
        return together(after, steps, said=[said], notes=notes)
    after = move(handled, "check", at=at, workflows=workflows, holder=VERIFY)
    notes.append(note(after, "check", handled.state, "rule"))
    promise = Promise("verify", after.id, way.due(at, way.rules.verify, after.place), after.id)
    said = told(handled.state, "check", after, EventHandled, workflows, handled_at=at)
    return together(after, steps, said=[said], notes=notes, promises=[promise], workflows=workflows)


def _looked_at(event: Event, way: Way) -> bool:
    """Whether it is verified: drawn, where the table leaves the choice."""
    table = way.workflows.event(event)
    if not table.allows(event.state, "close"):
        return True
    return table.allows(event.state, "check") and sampled(event.id, way.rules.verify_share)


def _closed(event: Event, action: str, *, at: datetime, workflows: Workflows) -> tuple[Event, Said]:
    on_time = None if event.due_at is None else at <= event.due_at
    after = move(event, action, at=at, workflows=workflows, closed_at=at, outcome="handled", on_time=on_time)
    still = after.handoffs_open
    return after, told(event.state, action, after, EventClosed, workflows, still_open=still, **closing(after))


def _again(
    event: Event, handoffs: Sequence[HandOff], *, action: str, by: str, at: datetime, reason: str, way: Way
) -> Changed:
    """The lead's task is offered once more (rework, reopen); without one the triage desk has the matter."""
    workflows = way.workflows
    lead = next((one for one in handoffs if one.role == "lead" and one.phase == "done"), None)
    counted: dict[str, Any] = {"reworks": event.reworks + 1} if action == "rework" else {"reopens": event.reopens + 1}
    if lead is None:
        after = move(event, "reopen_at_desk", at=at, workflows=workflows, holder=TRIAGE, **counted, **_NOT_ENDED)
        promises = [Promise("triage", after.id, way.due(at, way.rules.triage, after.place), after.id)]
        notes = [note(after, "reopen_at_desk", event.state, by, reason)]
        said = _said_again(event.state, "reopen_at_desk", after, at, reason, workflows)
        return together(after, said=[said], notes=notes, promises=promises, workflows=workflows)
    times = way.times(at, way.rules.rework or lead.term, event.place)
    after = move(
        event,
        action,
        at=at,
        workflows=workflows,
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
        workflows=workflows,
    )
    notes = [note(after, action, event.state, by, reason)]
    said = _said_again(event.state, action, after, at, reason, workflows)
    steps = [with_receipt(step, at, way)]
    return together(after, steps, said=[said], notes=notes, event_first=True, workflows=workflows)


def _said_again(before: str, action: str, after: Event, at: datetime, reason: str, workflows: Workflows) -> Said:
    if action == "rework":
        more: dict[str, Any] = {"reworks": after.reworks, "reworked_at": at}
        return told(before, action, after, EventReworked, workflows, reason=reason, **more)
    more = {"reopens": after.reopens, "reopened_at": at}
    return told(before, action, after, EventReopened, workflows, reason=reason, **more)
