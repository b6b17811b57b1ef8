"""What grid says, hears and obeys."""

from __future__ import annotations

from govcore.messages import EventLocated, EventReported, EventUnlocated, Payload

HEARS: tuple[type[Payload], ...] = (EventReported,)
SAYS: tuple[type[Payload], ...] = (EventLocated, EventUnlocated)
COMMANDS: tuple[type[Payload], ...] = ()
