"""How many alerts came in of late: no device keeps the others out, no gateway the people at the desks busy."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from pydantic import BaseModel, ConfigDict

from govcore.errors import Refusal
from govcore.messages.alert import AlertRaised
from govcore.messages.words import Time


class Gauge(BaseModel):
    """Alerts counted since a moment; ``id`` says of whom."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str
    since: Time
    count: int
    place: str = ""


def counted(gauge: Gauge | None, id: str, *, most: int, span: timedelta, at: datetime) -> Gauge:
    """The gauge with one more alert; a new ``span`` begins with the first alert after the last one was over.

    Raises ``ALERT_RATE_LIMIT`` with ``most`` in the span; its ``seconds`` say when the next one may come.
    """
    if gauge is None or at >= gauge.since + span or at < gauge.since:
        return Gauge(id=id, since=at, count=1)
    if gauge.count >= most:
        seconds = max(1, ceil((gauge.since + span - at).total_seconds()))
        minutes = int(span.total_seconds() // 60)
        raise Refusal("ALERT_RATE_LIMIT", field="device", value=id, most=most, minutes=minutes, seconds=seconds)
    return gauge.model_copy(update={"count": gauge.count + 1})


def gauge_ids(said: AlertRaised) -> tuple[str, str]:
    """Of whom is counted: the device, and all of its watcher's kind that the gateway brings."""
    whose = f"{said.gateway}|{said.watcher}"
    return f"{whose}|{said.device}", whose
