"""The ports of the domain in memory: a clock that is told the time, ids that count, chance with a seed, a shelf."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from random import Random

from govcore.ports import Kept
from govcore.storage.keys import key_of


def _aware(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError("a clock tells the time with its zone")
    return now


class FixedClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now = _aware(now)

    def now(self) -> datetime:
        """The moment it was set to."""
        return self._now

    def set(self, now: datetime) -> None:
        """Set to ``now``, forwards or backwards."""
        self._now = _aware(now)

    def forward(self, by: timedelta) -> datetime:
        """Moved on by ``by``; answers the new time."""
        self._now += by
        return self._now


class StepClock:
    """Moves on by ``step`` each time it is asked, so that no two moments are the same."""

    def __init__(self, start: datetime, step: timedelta = timedelta(seconds=1)) -> None:
        self._next, self._step = _aware(start), step

    def now(self) -> datetime:
        """``start`` first, one step later each time."""
        now = self._next
        self._next += self._step
        return now


class SequentialIds:
    """``E-000001``, ``E-000002``, ``H-000001`` …: counts for each prefix by itself."""

    def __init__(self) -> None:
        self._counts: dict[str, count[int]] = {}

    def new(self, prefix: str) -> str:
        """The next id with ``prefix``; sorts in the order of making up to a million."""
        return f"{prefix}-{next(self._counts.setdefault(prefix, count(1))):06d}"


class SeededChance:
    """The same numbers again for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def random(self) -> float:
        """A number in [0, 1)."""
        return self._random.random()


class MemoryStorage:
    """Keeps files as long as it lives."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[bytes, str]] = {}

    def put(self, data: bytes, media_type: str) -> str:
        """Keep the bytes; their key."""
        key = key_of(data)
        self._files.setdefault(key, (data, media_type))
        return key

    def get(self, key: str) -> bytes | None:
        """The bytes."""
        found = self._files.get(key)
        return found[0] if found else None

    def stat(self, key: str) -> Kept | None:
        """Type and size."""
        found = self._files.get(key)
        return Kept(found[1], len(found[0])) if found else None
