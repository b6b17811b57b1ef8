"""Which function handles which message, and what a batch must load for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from govcore.messages import Message, Payload
from govmesh.kinds import Kind
from govmesh.work import Need, Work


def nothing(_message: Message[Any], _found: Any) -> Iterable[Need]:
    """Needs nothing loaded."""
    return ()


@dataclass(frozen=True, slots=True)
class Via:
    """A step before loading: look ``column`` (one that never changes) of an aggregate up, without locking it.

    So a command that names a hand-off can lock the event first, as everybody does.
    """

    kind: Kind[Any]
    column: str
    key: Callable[[Message[Any]], str | None]


@dataclass(frozen=True, slots=True)
class On:
    """``do`` handles messages of type ``hears``; ``needs`` names what a batch loads for one beforehand.

    ``needs`` gets the message and what ``via`` found (None without one).
    """

    hears: type[Payload]
    do: Callable[[Message[Any], Work], None]
    needs: Callable[[Message[Any], Any], Iterable[Need]] = nothing
    via: Via | None = None


class TimerFired(Payload):
    """A durable timer came due.  Never crosses the broker."""

    type: ClassVar[str] = "timer.fired.v1"
    timer: str
    kind: str
    subject: str
    place: str
    due_at: datetime
    data: str
