"""A matter goes round once more: its lead has to put it right before it closes, or it is opened again after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from govcore.events._moves import due_of, move, note, together, told, with_receipt
from govcore.events.decision import Changed, Promise, Said
from govcore.events.event import TRIAGE, VERIFY, Event
from govcore.events.handoff import HandOff
from govcore.events.offers import offer_again, stalled
from govcore.events.way import Way
from govcore.messages.event import EventReopened, EventReworked
from govcore.workflow import Workflows

_NOT_ENDED: dict[str, Any] = dict.fromkeys(
    ("handled_at", "closed_at", "outcome", "on_time", "grade", "final_grade", "rated_at", "rectifying")
)


def again(
    event: Event, handoffs: Sequence[HandOff], *, action: str, by: str, at: datetime, reason: str, way: Way
) -> Changed:
    """The lead's task is offered once more (``rework``, ``reopen``); one that is being put right already goes on as
    the matter's; without one the triage desk has the matter.  After the pack's number of reworks the supervising
    department is told of every further one."""
    workflows = way.workflows
    lead = next((one for one in handoffs if one.role == "lead" and (one.phase == "done" or one.open)), None)
    counted: dict[str, Any] = {"reworks": event.reworks + 1} if action == "rework" else {"reopens": event.reopens + 1}
    if lead is None:
        after = move(event, "reopen_at_desk", at=at, workflows=workflows, holder=TRIAGE, **counted, **_NOT_ENDED)
        promises = [Promise("triage", after.id, way.due(at, way.rules.triage, after.place), after.id)]
        notes = [note(after, "reopen_at_desk", event.state, by, reason)]
        said = [_said(event.state, "reopen_at_desk", after, at, reason, workflows)]
        return together(after, said=said, notes=notes, promises=promises, workflows=workflows)
    if lead.open:
        return _goes_on(event, lead, counted, by=by, at=at, reason=reason, workflows=workflows)
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
    said = [_said(event.state, action, after, at, reason, workflows)]
    steps = [with_receipt(step, at, way)]
    most = way.rules.most_reworks
    if action == "rework" and most is not None and after.reworks >= most:
        said.append(stalled(step.handoff, finding="reworked", since=at, to=(way.rules.supervisor,)))
    return together(after, steps, said=said, notes=notes, event_first=True, workflows=workflows)


def _goes_on(
    event: Event, lead: HandOff, counted: dict[str, Any], *, by: str, at: datetime, reason: str, workflows: Workflows
) -> Changed:
    """Opened again while its lead puts something right: that task, with its own time, is the matter's from now on."""
    after = move(event, "reopen", at=at, workflows=workflows, **due_of(lead), **counted, **_NOT_ENDED)
    notes = [note(after, "reopen", event.state, by, reason)]
    said = [_said(event.state, "reopen", after, at, reason, workflows)]
    if lead.phase in ("held", "paused") and workflows.event(after).allows(after.state, "handle"):
        handled = move(after, "handle", at=at, workflows=workflows)
        notes.append(note(handled, "handle", after.state, "rule"))
        after = handled
    return together(after, said=said, notes=notes, workflows=workflows)


def _said(before: str, action: str, after: Event, at: datetime, reason: str, workflows: Workflows) -> Said:
    if action == "rework":
        more: dict[str, Any] = {"reworks": after.reworks, "reworked_at": at}
        return told(before, action, after, EventReworked, workflows, reason=reason, **more)
    more = {"reopens": after.reopens, "reopened_at": at}
    return told(before, action, after, EventReopened, workflows, reason=reason, **more)
