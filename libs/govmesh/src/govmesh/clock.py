"""The mesh's time, fresh ids and trace context; all handed in, so that a simulator can own them."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


class SystemClock:
    """Wall-clock time in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class PacedClock:
    """A sped-up clock that a driver moves: ``now`` stands still between two ``advance`` calls.

    ``until``: how far somebody has let it go (``--by-hand``); None where nobody holds it.
    """

    at: datetime
    until: datetime | None = None

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by

    def let_go(self, until: datetime) -> None:
        """It may go on to this moment; never back."""
        self.until = max(self.until or self.at, until)


@dataclass(slots=True)
class RandomIds:
    """Ids that sort by the time they were made: ``<prefix>-<48-bit milliseconds><80 random bits>``."""

    chance: random.Random = field(default_factory=random.SystemRandom)

    def new(self, prefix: str) -> str:
        return f"{prefix}-{time.time_ns() // 1_000_000:012x}{self.chance.getrandbits(64):016x}"


@dataclass(slots=True)
class Traces:
    """W3C trace context: one trace a matter, one span a message."""

    chance: random.Random = field(default_factory=random.Random)

    def start(self) -> str:
        """A ``traceparent`` that begins a trace."""
        return f"00-{self.chance.getrandbits(128) or 1:032x}-{self.chance.getrandbits(64) or 1:016x}-01"

    def child(self, parent: str) -> str:
        """A new span in the parent's trace; a new trace where the parent is missing or malformed."""
        trace = trace_id(parent)
        if trace is None:
            return self.start()
        return f"00-{trace}-{self.chance.getrandbits(64) or 1:016x}-01"


def trace_id(traceparent: str) -> str | None:
    """The 32 hex digits of the trace, or None where malformed."""
    parts = traceparent.split("-")
    return parts[1] if len(parts) == 4 and len(parts[1]) == 32 else None


def span_id(traceparent: str) -> str | None:
    """The 16 hex digits of the span, or None where malformed."""
    parts = traceparent.split("-")
    return parts[2] if len(parts) == 4 and len(parts[2]) == 16 else None


def stamp(moment: datetime) -> str:
    """UTC with fixed width, so that text order is time order (SQLite) and PostgreSQL reads it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def wall() -> str:
    """The wall clock as a stamp: leases and retries count real seconds, whatever the mesh's clock says."""
    return stamp(datetime.now(UTC))


def wall_after(seconds: float) -> str:
    return stamp(datetime.now(UTC) + timedelta(seconds=seconds))
