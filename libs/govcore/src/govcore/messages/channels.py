"""Who says what, and where it travels: the broker's side of the catalogue, for documentation and checks."""

from __future__ import annotations

from govcore.messages.alert import ALERTS, BROUGHT
from govcore.messages.base import Payload
from govcore.messages.boundary import BOUNDARIES
from govcore.messages.claims import CLAIMS
from govcore.messages.commands import ANSWERS, COMMANDS, ArchiveWanted, CommandRefused
from govcore.messages.division import DIVISIONS
from govcore.messages.event import EventCorrected, EventHandled, EventLocated, EventSucceeded, EventUnlocated
from govcore.messages.grids import GRIDS
from govcore.messages.handoff import (
    HandOffAccepted,
    HandOffDone,
    HandOffExpired,
    HandOffOffered,
    HandOffRegained,
    HandOffRenewed,
    HandOffReturned,
    HandOffStalled,
    HandOffSucceeded,
    HandOffTransferred,
    HandOffWithdrawn,
)
from govcore.messages.operation import OPERATION_COMMANDS, OPERATIONS
from govcore.messages.order import ORDERS
from govcore.messages.person import PERSONS
from govcore.messages.petition import PETITIONS
from govcore.messages.points import POINTS
from govcore.messages.surge import SURGES
from govcore.messages.suspension import (
    HandOffDenied,
    HandOffExtended,
    HandOffRequested,
    HandOffResumed,
    HandOffSuspended,
)
from govcore.messages.visit import VISITS

SERVICES = ("grid", "dispatch", "petition", "points")
"""The services that say something: each has the topic exchanges ``<service>.events`` and ``<service>.commands``."""

_ADDRESSED: tuple[type[Payload], ...] = (
    HandOffOffered,
    HandOffAccepted,
    HandOffReturned,
    HandOffTransferred,
    HandOffRegained,
    HandOffExpired,
    HandOffWithdrawn,
    HandOffDone,
    HandOffRenewed,
    HandOffStalled,
    HandOffSucceeded,
    HandOffRequested,
    HandOffDenied,
    HandOffSuspended,
    HandOffResumed,
    HandOffExtended,
    EventCorrected,
    EventHandled,
    EventSucceeded,
    *ORDERS,
    *OPERATIONS,
    *SURGES,
    *ALERTS,
    *VISITS,
    *PERSONS,
    *CLAIMS,
    *ANSWERS,
)
TO_DEPARTMENTS = frozenset(payload.type for payload in _ADDRESSED)
"""What also goes straight to the queue ``dept.<code>`` of each department concerned."""

FROM_GATEWAYS = frozenset(payload.type for payload in BROUGHT)
"""What gateways of devices bring to the exchange ``alerts.in``."""

_COMMANDS = frozenset(payload.type for payload in (*COMMANDS, *OPERATION_COMMANDS))
_OF_GRID: tuple[type[Payload], ...] = (*BOUNDARIES, *DIVISIONS, *PERSONS, *GRIDS)
_BY_SERVICE = {
    EventLocated.type: "grid",
    EventUnlocated.type: "grid",
    **{payload.type: "grid" for payload in _OF_GRID},
    **{payload.type: "petition" for payload in PETITIONS},
    **{payload.type: "points" for payload in POINTS},
}


def speaker(type: str) -> str | None:
    """The service that says messages of ``type``; None for what is not a topic: commands, answers to them, and what
    gateways bring."""
    if type in _COMMANDS or type in FROM_GATEWAYS or type == CommandRefused.type:
        return None
    return _BY_SERVICE.get(type, "dispatch")


def commanded(type: str) -> tuple[str, ...]:
    """The services that take the command ``type``; empty if it is none."""
    if type not in _COMMANDS:
        return ()
    return SERVICES if type == ArchiveWanted.type else ("dispatch",)
