"""What the domain asks of the world: the time, fresh ids, chance."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, with a time zone, never naive."""
        ...


class Ids(Protocol):
    """Makes names nobody has used."""

    def new(self, prefix: str) -> str:
        """A fresh id, ``<prefix>-<sortable unique part>``."""
        ...


class Chance(Protocol):
    """Seeded chance."""

    def random(self) -> float:
        """A number in [0, 1)."""
        ...
