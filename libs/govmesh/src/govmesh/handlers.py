"""Which function handles which message, and what a batch must load for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from govcore.messages import Message, Payload
from govmesh.work import Need, Work


def nothing(_message: Message[Any]) -> Iterable[Need]:
    """Needs nothing loaded."""
    return ()


@dataclass(frozen=True, slots=True)
class On:
    """``do`` handles messages of type ``hears``; ``needs`` names what a batch loads for one beforehand."""

    hears: type[Payload]
    do: Callable[[Message[Any], Work], None]
    needs: Callable[[Message[Any]], Iterable[Need]] = nothing


class TimerFired(Payload):
    """A durable timer came due.  Never crosses the broker."""

    type: ClassVar[str] = "timer.fired.v1"
    timer: str
    kind: str
    subject: str
    place: str
    due_at: datetime
    data: str
