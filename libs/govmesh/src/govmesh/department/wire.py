"""What a department needs of the outside: take messages, ack them, send commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

COMMANDS = "dispatch.commands"
"""The exchange a department publishes to, with the routing key ``dept.<code>.<verb>``."""
CONTENT_TYPE = "application/cloudevents+json"


class Away(Exception):
    """The broker cannot be reached now; ``confirmed`` is what it had confirmed of a batch by then."""

    def __init__(self, reason: str, confirmed: frozenset[str] = frozenset()) -> None:
        super().__init__(reason)
        self.confirmed = confirmed


@dataclass(frozen=True, slots=True)
class Taken:
    """A message as it came, what the wire needs to ack it, and what was sent beside its body."""

    body: bytes
    handle: Any
    headers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """A message to send: its id, its routing key, its CloudEvents type and the CloudEvent itself as JSON."""

    id: str
    key: str
    type: str
    body: bytes


@dataclass(slots=True)
class Sent:
    """``confirmed``: the broker has them.  ``wrong``: it would not take them, and why."""

    confirmed: set[str] = field(default_factory=set)
    wrong: dict[str, str] = field(default_factory=dict)


class Wire(Protocol):
    """A department's two ends of the broker.  Each method may raise :class:`Away`."""

    def take(self, most: int, wait: float) -> list[Taken]:
        """What has come, up to ``most``; waits ``wait`` seconds for the first."""
        ...

    def ack(self, taken: Sequence[Taken]) -> None: ...

    def send(self, commands: Sequence[Command], deadline: float) -> Sent: ...

    def close(self) -> None: ...
