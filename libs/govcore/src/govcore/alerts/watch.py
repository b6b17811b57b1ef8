"""What is remembered of alerts: each one, and for each device and kind the run of them that is one matter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict

from govcore.messages.alert import AlertRaised
from govcore.messages.words import Time


class Alert(BaseModel):
    """One alert as it was taken in; ``id`` is its gateway's code and its own number there."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str
    event_id: str
    watch: str
    place: str
    reading: float | None
    observed_at: Time


class Watch(BaseModel):
    """The latest run of one kind's alerts from one device: its event, how many, from when to when, the peak."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str
    event_id: str
    kind: str
    watcher: str
    device: str
    place: str
    severity: str
    count: int = 1
    first_at: Time
    last_at: Time
    peak: float | None = None

    @property
    def telling(self) -> bool:
        """Whether this many are worth a message: two, four, eight …, so that a flood of alerts is none of messages."""
        return self.count & (self.count - 1) == 0

    def near(self, moment: datetime, fold: timedelta) -> bool:
        """Whether an alert of that moment belongs to the run, also one that comes late."""
        return self.first_at - fold <= moment <= self.last_at + fold

    def with_one(self, said: AlertRaised, severity: str) -> Self:
        """The run with one more alert, after which it is of this severity."""
        readings = [reading for reading in (self.peak, said.reading) if reading is not None]
        return self.model_copy(
            update={
                "count": self.count + 1,
                "severity": severity,
                "first_at": min(self.first_at, said.observed_at),
                "last_at": max(self.last_at, said.observed_at),
                "peak": max(readings, default=None),
            }
        )


def alert_id(said: AlertRaised) -> str:
    """Under which an alert is recognised when it comes again."""
    return f"{said.gateway}|{said.alert_id}"


def watch_id(said: AlertRaised) -> str:
    """Under which the run that an alert may belong to is kept."""
    return f"{said.gateway}|{said.watcher}|{said.device}|{said.kind}"
