"""What follows for a petition from what dispatch tells of its event.  Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from govcore.messages import (
    EventAttached,
    EventClosed,
    EventFacts,
    EventReopened,
    EventReworked,
    EventVoided,
    HandOffAccepted,
)
from govcore.petitions import Changed, Law, Petition, accept, answer, linked, redo, send_back

OPEN = ("referred", "handling")
"""States in which an organ has the matter."""


def follow(petition: Petition, said: EventFacts, *, at: datetime, law: Law) -> Changed:
    """``said`` is the newest that has been heard of the event; ``at``: when it was said.

    An answer stands until the event is reworked or opened again; an event that is closed anew is a new answer.  What
    the desk has taken back, or a reviewer has, no event changes any more.
    """
    if petition.state not in (*OPEN, "answered"):
        return Changed()
    by = f"dept:{said.lead}" if said.lead else "dispatch"
    at = max(at, petition.received_at)
    changed = linked(petition, event_id=said.event_id, by=by)
    match said:
        case EventAttached(into=str(into)):
            return then(changed, petition, lambda one: linked(one, event_id=into, by=by))
        case EventVoided() if petition.state in OPEN:
            return then(changed, petition, lambda one: send_back(one, by=by, at=at, reason=said.reason))
        case EventReworked() | EventReopened() if petition.state == "answered":
            return then(changed, petition, lambda one: redo(one, by=by, at=at, reason=said.reason, law=law))
        case EventClosed():
            closed_at = max(said.closed_at, petition.received_at)
            if petition.state == "answered":
                reason = "PETITION_CLOSED_AGAIN"
                changed = then(changed, petition, lambda one: redo(one, by=by, at=at, reason=reason, law=law))
            return then(
                changed,
                petition,
                lambda one: answer(one, by=by, at=closed_at, outcome=said.outcome, law=law, lead=said.lead),
            )
    return changed


def accepted(petition: Petition, said: HandOffAccepted, *, at: datetime, law: Law) -> Changed:
    """The leading department has accepted; its term (art 34) runs from there."""
    if said.role != "lead" or petition.event_id != said.event_id or petition.state == "registered":
        return Changed()
    return accept(petition, by=f"dept:{said.dept}", at=max(at, petition.received_at), law=law, lead=said.dept)


def then(first: Changed, before: Petition, step: Callable[[Petition], Changed]) -> Changed:
    """Two decisions as one."""
    second = step(first.petition or before)
    return Changed(
        second.petition or first.petition,
        first.said + second.said,
        first.notes + second.notes,
        first.promises + second.promises,
    )
