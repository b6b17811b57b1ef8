"""What a promise wakes: one rule for each kind of timer."""

from __future__ import annotations

from datetime import datetime

from govcore.errors import Refusal
from govcore.events.decision import NOTHING_CHANGED, Changed
from govcore.events.event import Event
from govcore.events.filing import go_on
from govcore.events.handling import expire, undelivered
from govcore.events.handoff import HandOff
from govcore.events.late import desk_late, overdue, undecided, waiting
from govcore.events.pausing import end_pause
from govcore.events.way import Way
from govcore.workflow.vocabulary import EVENT_TIMERS, HANDOFF_TIMERS

KINDS = tuple(dict.fromkeys((*EVENT_TIMERS, *HANDOFF_TIMERS)))
"""Every kind of promise the decisions make; :func:`woken` serves each."""


def woken(kind: str, event: Event, handoff: HandOff | None, *, generation: int, at: datetime, way: Way) -> Changed:
    """The promise ``kind`` is due.  ``handoff`` is its subject where that is a hand-off, else None.

    Changes nothing where its subject has moved on, to a state in which its table runs no such timer.
    Raises ``EVENT_UNKNOWN_TIMER``.
    """
    if kind not in (EVENT_TIMERS if handoff is None else HANDOFF_TIMERS):
        raise Refusal("EVENT_UNKNOWN_TIMER", field="kind", value=kind[:40])
    table, state = (
        (way.workflows.event(event), event.state) if handoff is None else (way.workflows.task(handoff), handoff.state)
    )
    if not table.runs(state, kind):
        return NOTHING_CHANGED
    if handoff is None:
        if kind == "locate":
            return go_on(event, at=at, way=way, reason="EVENT_LOCATE_LATE")
        return desk_late(event, kind=kind, at=at, way=way)
    if kind == "accept":
        return expire(event, handoff, generation=generation, at=at, way=way)
    if kind == "receipt":
        return undelivered(handoff, generation=generation, at=at)
    if kind == "resume":
        if handoff.paused_until is None or at < handoff.paused_until:
            return NOTHING_CHANGED
        return end_pause(event, handoff, by="clock", at=at, way=way, reason="HANDOFF_PAUSE_OVER")
    rule = {"finish": overdue, "triage": waiting, "request": undecided}[kind]
    return rule(handoff, generation=generation, at=at, way=way)
