"""Rectification (整改): an ended matter's lead has to put something right, within a term of its own.

It is the lead's task offered once more, so whatever holds for a task holds for it: accepted, returned, passed on, late
by its own clock, with the orders of the ladder.  The matter stays ended, and no clock of its own moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from govcore.events._moves import change, note, with_receipt
from govcore.events.decision import Changed, Step
from govcore.events.event import TRIAGE, Event
from govcore.events.handoff import HandOff
from govcore.events.offers import offer_again
from govcore.events.visits import call
from govcore.events.way import Way


def rectify(
    event: Event, handoffs: Sequence[HandOff], *, reason: str, by: str, at: datetime, way: Way
) -> tuple[Event, list[Step]]:
    """The lead's task is offered again, its term the pack's for rectification.

    Nothing where the pack has none, where no lead's task is done, or where one is being put right already.
    """
    term = way.rules.rectify
    lead = next((one for one in handoffs if one.role == "lead" and one.phase == "done"), None)
    if term is None or lead is None or event.open:
        return event, []
    after = change(
        event,
        rectifying=lead.id,
        rectifications=event.rectifications + 1,
        handoffs_open=event.handoffs_open + 1,
        handoffs_done=event.handoffs_done - 1,
    )
    step = offer_again(
        lead,
        after,
        action="rework",
        dept=lead.dept,
        at=at,
        times=way.times(at, term, event.place),
        actor=by,
        reason=reason,
        offerer=TRIAGE,
        workflows=way.workflows,
    )
    return after, [with_receipt(step, at, way)]


def rectified(changed: Changed, event: Event, *, at: datetime, way: Way) -> Changed:
    """``changed`` finished the lead's task of ``event`` once more: it is put right, and the reporter is asked again."""
    after = change(changed.event or event, rectifying=None)
    told = note(after, "rectified", after.state, "rule")
    return asked_again(changed._replace(event=after, notes=(*changed.notes, told)), after, at=at, way=way)


def asked_again(changed: Changed, event: Event, *, at: datetime, way: Way) -> Changed:
    """``changed``, and the return call that is due now, if the pack has such."""
    if way.rules.call is None:
        return changed
    made = call(event, way.rules.call, at=at, way=way)
    return Changed(
        changed.event,
        changed.handoffs,
        changed.said + made.said,
        changed.notes + made.notes,
        changed.promises + made.promises,
        changed.visits + made.visits,
    )
