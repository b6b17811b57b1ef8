"""What a promise wakes: one rule for each kind of timer."""

from __future__ import annotations

from datetime import datetime

from govcore.errors import Refusal
from govcore.events.decision import Changed
from govcore.events.event import Event
from govcore.events.filing import go_on
from govcore.events.handling import expire, undelivered
from govcore.events.handoff import HandOff
from govcore.events.late import desk_late, overdue, waiting
from govcore.events.way import Way

KINDS = ("locate", "triage", "verify", "accept", "finish", "receipt")
"""Every kind of promise the decisions make; :func:`woken` serves each."""


def woken(kind: str, event: Event, handoff: HandOff | None, *, generation: int, at: datetime, way: Way) -> Changed:
    """The promise ``kind`` is due.  ``handoff`` is its subject where that is a hand-off, else None.

    Changes nothing where its subject has moved on.  Raises ``EVENT_UNKNOWN_TIMER``.
    """
    if handoff is None:
        if kind == "locate":
            return go_on(event, at=at, way=way, reason="EVENT_LOCATE_LATE")
        if kind in ("triage", "verify"):
            return desk_late(event, kind=kind, at=at, way=way)
    elif kind == "accept":
        return expire(event, handoff, generation=generation, at=at, way=way)
    elif kind == "finish":
        return overdue(handoff, generation=generation, at=at, way=way)
    elif kind == "receipt":
        return undelivered(handoff, generation=generation, at=at)
    elif kind == "triage":
        return waiting(handoff, generation=generation, at=at, way=way)
    raise Refusal("EVENT_UNKNOWN_TIMER", field="kind", value=kind[:40])
