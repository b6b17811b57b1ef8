"""What a batch loads: always the event first, then its hand-offs, so that everybody locks in one order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gov_dispatch.store import EVENTS, HANDOFFS, OPERATIONS
from govcore.errors import Refusal
from govcore.events.event import Event
from govcore.events.handoff import HandOff
from govcore.messages import Message
from govmesh.handlers import Via
from govmesh.work import Need, Work

BY_HANDOFF = Via(HANDOFFS, "event_id", lambda message: str(message.data.handoff_id))
"""For commands that name a hand-off only."""


def the_event(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield EVENTS, "id", message.data.event_id


def the_matter(message: Message[Any], _found: Any) -> Iterable[Need]:
    """The event and all its hand-offs."""
    yield EVENTS, "id", message.data.event_id
    yield HANDOFFS, "event_id", message.data.event_id


def the_matter_and_operations(message: Message[Any], _found: Any) -> Iterable[Need]:
    """The event, all its hand-offs, and the operations about it."""
    yield from the_matter(message, None)
    yield OPERATIONS, "event_id", message.data.event_id


def the_task(message: Message[Any], event_id: str | None) -> Iterable[Need]:
    """The event and the one hand-off a command names."""
    yield EVENTS, "id", event_id
    yield HANDOFFS, "id", message.data.handoff_id


def the_joint_task(message: Message[Any], event_id: str | None) -> Iterable[Need]:
    """The event, the one hand-off a command names, and the operations about the event."""
    yield from the_task(message, event_id)
    yield OPERATIONS, "event_id", event_id


def the_tasks(message: Message[Any], event_id: str | None) -> Iterable[Need]:
    """The event and all its hand-offs, for a command that names one of them."""
    yield EVENTS, "id", event_id
    yield HANDOFFS, "event_id", event_id


def event(work: Work, key: str) -> Event:
    """Raises ``EVENT_UNKNOWN``."""
    found = work.get(EVENTS, key)
    if found is None:
        raise Refusal("EVENT_UNKNOWN", field="event_id", value=key[:80])
    return found


def task(work: Work, key: str) -> tuple[Event, HandOff]:
    """The hand-off and its event.  Raises ``HANDOFF_UNKNOWN``."""
    found = work.get(HANDOFFS, key)
    if found is None:
        raise Refusal("HANDOFF_UNKNOWN", field="handoff_id", value=key[:80])
    return event(work, found.event_id), found


def tasks(work: Work, of: Event) -> list[HandOff]:
    return work.find(HANDOFFS, "event_id", of.id)
