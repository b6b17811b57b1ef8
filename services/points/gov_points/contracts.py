"""What points says and hears.  It obeys nobody: no command moves points, only facts do."""

from __future__ import annotations

from govcore.messages import (
    ClaimFulfilled,
    EventClosed,
    EventRated,
    EventReopened,
    EventReworked,
    EventVoided,
    HandOffExpired,
    HandOffReturned,
    HandOffStalled,
    OrderIssued,
    Payload,
    PointsPosted,
)

FAULTS: tuple[type[Payload], ...] = (HandOffExpired, HandOffReturned, HandOffStalled, OrderIssued)
"""Faults of handling, the only thing a rule may take points for (:mod:`govcore.points.guard`)."""

HEARS: tuple[type[Payload], ...] = (
    EventClosed,
    EventRated,
    EventReworked,
    EventReopened,
    EventVoided,
    ClaimFulfilled,
    *FAULTS,
)
SAYS: tuple[type[Payload], ...] = (PointsPosted,)
COMMANDS: tuple[type[Payload], ...] = ()
