"""Puts a matter or a task into words that can be read alone."""

from __future__ import annotations

from typing import Any

from govcore.events.decision import Said
from govcore.events.event import Event
from govcore.events.handoff import HandOff, dept_of
from govcore.messages.event import EventFacts
from govcore.messages.handoff import HandOffFacts
from govcore.workflow import Transition


def about_event(event: Event, payload: type[EventFacts], *, to: tuple[str, ...] = (), **more: Any) -> Said:
    """A message of type ``payload`` about ``event`` as it is now; ``more`` are the payload's own fields."""
    said = payload(
        event_id=event.id,
        state=event.state,
        holder=event.holder,
        channel=event.channel,
        class_code=event.class_code,
        class_name=event.class_name,
        severity=event.severity,
        place=event.place,
        division=event.division,
        grid=event.grid,
        duty_post=event.duty_post,
        duty_person=event.duty_person,
        opened_at=event.opened_at,
        due_at=event.due_at,
        provisional=event.provisional or None,
        lead=event.lead,
        cause=event.cause,
        **more,
    )
    return Said(said, event.id, event.version, event.place, event.lead, to)


def about_task(handoff: HandOff, payload: type[HandOffFacts], *, to: tuple[str, ...] = (), **more: Any) -> Said:
    """A message of type ``payload`` about ``handoff`` as it is now; ``more`` are the payload's own fields."""
    said = payload(
        handoff_id=handoff.id,
        event_id=handoff.event_id,
        role=handoff.role,
        dept=handoff.dept,
        state=handoff.state,
        generation=handoff.generation,
        holder=handoff.holder,
        class_code=handoff.class_code,
        class_name=handoff.class_name,
        severity=handoff.severity,
        place=handoff.place,
        grid=handoff.grid,
        duty_post=handoff.duty_post,
        offered_at=handoff.offered_at,
        accept_due_at=handoff.accept_due_at,
        due_at=handoff.due_at,
        provisional=handoff.provisional or None,
        **more,
    )
    return Said(said, handoff.id, handoff.version, handoff.place, handoff.dept, to)


def hearers(handoff: HandOff, before: HandOff, line: Transition, lead: str | None) -> tuple[str, ...]:
    """The departments that ``line`` names; ``before``: the task before the step, ``handoff`` after it."""
    known = {
        "sender": before.dept,
        "addressee": handoff.dept,
        "holder": dept_of(before.holder),
        "offerer": dept_of(before.offerer),
        "lead": lead,
    }
    return tuple(dict.fromkeys(dept for word in line.tell if (dept := known[word]) is not None))


def closing(event: Event) -> dict[str, Any]:
    """The fields of :class:`govcore.messages.event.CreditFacts` besides those of every event."""
    return {
        "outcome": event.outcome,
        "on_time": event.on_time,
        "closed_at": event.closed_at,
        "closing": event.reopens + 1,
        "reworks": event.reworks,
        "handoffs": event.handoffs_total,
    }
