"""What the domain asks of the world: the time, fresh ids, chance, a place for evidence."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol


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


class Kept(NamedTuple):
    """What is known of something kept without reading it; ``size`` in bytes."""

    media_type: str
    size: int


class Storage(Protocol):
    """Keeps files under the digest of their bytes; nothing kept is ever changed."""

    def put(self, data: bytes, media_type: str) -> str:
        """Keep the bytes; their key, ``sha256:`` and the digest.  The same bytes again keep their first media type."""
        ...

    def get(self, key: str) -> bytes | None:
        """The bytes; None where there are none under this key, whatever it looks like."""
        ...

    def stat(self, key: str) -> Kept | None:
        """Type and size; None as for :meth:`get`."""
        ...
