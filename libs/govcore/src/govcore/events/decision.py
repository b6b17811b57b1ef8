"""What a rule decides, as plain values: new states, what to say, what to write down, what to wake up for.

The mesh stores and sends them; nothing here knows how.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from govcore.events.event import Event
from govcore.events.handoff import HandOff
from govcore.events.visit import Visit
from govcore.messages.base import Payload


class Said(NamedTuple):
    """One message to send.

    ``subject`` with ``version`` is what it is about; ``dept`` the last word of its routing key; ``to`` the
    departments whose own queues get it besides the topic exchange.
    """

    payload: Payload
    subject: str
    version: int
    place: str
    dept: str | None = None
    to: tuple[str, ...] = ()


class Note(NamedTuple):
    """One line of the history: what happened to ``subject``, who did it, who holds it after."""

    subject: str
    kind: str
    from_state: str
    to_state: str
    holder: str | None
    actor: str
    reason: str = ""
    event_id: str = ""
    generation: int = 0


class Promise(NamedTuple):
    """Something to look at again: one durable timer.

    ``kind``: locate, triage, verify (``subject`` an event, or for triage also a hand-off at the desk); accept,
    finish, receipt (a hand-off); revisit, revisit_late (a visit).  A promise is made stale by its subject moving on
    (for hand-offs: another ``generation``): the rule it wakes then changes nothing, so promises need not be cancelled.
    """

    kind: str
    subject: str
    at: datetime
    event_id: str
    generation: int = 0


class Step(NamedTuple):
    """One step of one hand-off."""

    handoff: HandOff
    said: tuple[Said, ...]
    notes: tuple[Note, ...]
    promises: tuple[Promise, ...] = ()


class Changed(NamedTuple):
    """All that a decision changes; empty (false) where there was nothing to do.

    ``event``, ``handoffs`` and ``visits`` are the rows to write, each in its last form; their ``version`` may have
    moved by more than one.
    """

    event: Event | None = None
    handoffs: tuple[HandOff, ...] = ()
    said: tuple[Said, ...] = ()
    notes: tuple[Note, ...] = ()
    promises: tuple[Promise, ...] = ()
    visits: tuple[Visit, ...] = ()

    def __bool__(self) -> bool:
        return self.event is not None or any(self[1:])


NOTHING_CHANGED = Changed()
