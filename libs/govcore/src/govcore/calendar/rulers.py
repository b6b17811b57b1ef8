"""The three scales on which time is counted, each with a way there and back.

A *ruler* puts every moment on an integer scale; a term is a distance on it, a pause a stretch that is
left out.  Adding n and then m is adding n + m because both are sums on the same scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

from govcore.calendar.days import WorkCalendar
from govcore.calendar.terms import Unit
from govcore.errors import Refusal

Counting = Literal["civil-code", "days", "elapsed"]
"""How ``d`` terms count.  ``civil-code``: the day of the event is not counted, the period ends at 24:00 of its last
day, and a last day that is a holiday or rest day moves to the next working day (Civil Code 民法典 arts 201–203);
``days``: the same without the move; ``elapsed``: 24 hours a day, to the second."""

COUNTINGS: tuple[Counting, ...] = ("civil-code", "days", "elapsed")

HOUR = 3_600_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """A suspension 缓办/中止 that is over: nothing counts from ``since`` to ``until``.

    While a pause is still open a matter has no due moment; ask again when it ends.
    """

    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        if self.since.tzinfo is None or self.until.tzinfo is None:
            raise Refusal("CALENDAR_NAIVE_TIME", field="pause", value=self.since.isoformat())
        if self.until < self.since:
            raise Refusal(
                "CALENDAR_BAD_PAUSE", field="pause", value=f"{self.since.isoformat()}/{self.until.isoformat()}"
            )


class Ruler(Protocol):
    """A scale: where a moment lies on it, which moment lies there, and how long one unit is."""

    unit: int

    def pos(self, moment: datetime) -> int: ...

    def at(self, pos: int) -> datetime: ...


class Continuous:
    """Every microsecond counts: urgent hours, and days by elapsed time."""

    __slots__ = ("calendar", "unit")

    def __init__(self, calendar: WorkCalendar, unit: int = HOUR) -> None:
        self.calendar, self.unit = calendar, unit

    def pos(self, moment: datetime) -> int:
        return (moment - _EPOCH) // _TICK

    def at(self, pos: int) -> datetime:
        return (_EPOCH + timedelta(microseconds=pos)).astimezone(self.calendar.zone)


class Working:
    """Working time counts.  Hours end where they are worked off (18:00), days keep their clock (08:00 of the next)."""

    __slots__ = ("calendar", "opening", "unit")

    def __init__(self, calendar: WorkCalendar, unit: Unit) -> None:
        self.calendar = calendar
        self.opening = unit is Unit.WORKING_DAYS
        self.unit = calendar.day_length if self.opening else HOUR

    def pos(self, moment: datetime) -> int:
        return self.calendar.worked_until(moment)

    def at(self, pos: int) -> datetime:
        return self.calendar.when_worked(pos, opening=self.opening)


def ruler(calendar: WorkCalendar, unit: Unit, counting: Counting) -> Ruler | None:
    """The scale of a unit; none for whole calendar days, which end by a rule of their own."""
    if unit is Unit.URGENT_HOURS:
        return Continuous(calendar)
    if unit is not Unit.CALENDAR_DAYS:
        return Working(calendar, unit)
    return Continuous(calendar, 24 * HOUR) if counting == "elapsed" else None


def in_order(pauses: Sequence[Pause]) -> Sequence[Pause]:
    """The pauses by their start, overlapping ones made one."""
    if len(pauses) < 2:
        return pauses
    joined: list[Pause] = []
    for pause in sorted(pauses, key=lambda each: each.since):
        if joined and pause.since <= joined[-1].until:
            joined[-1] = Pause(joined[-1].since, max(joined[-1].until, pause.until))
        else:
            joined.append(pause)
    return joined


def reach(scale: Ruler, begin: datetime, distance: int, pauses: Sequence[Pause]) -> int:
    """The position ``distance`` after ``begin``, with the pauses left out."""
    start = scale.pos(begin)
    target = start + distance
    for pause in pauses:
        if pause.since >= scale.at(target):
            break
        target += max(0, scale.pos(pause.until) - max(scale.pos(pause.since), start))
    return target


def covered(scale: Ruler, begin: datetime, end: datetime, pauses: Sequence[Pause]) -> int:
    """How much counts between two moments, with the pauses left out; the inverse of :func:`reach`."""
    first, last = scale.pos(begin), scale.pos(end)
    total = last - first
    for pause in pauses:
        since, until = max(scale.pos(pause.since), first), min(scale.pos(pause.until), last)
        total -= max(0, until - since)
    return total


def last_day(
    calendar: WorkCalendar, first: int, days: int, counting: Counting, pauses: Sequence[Pause]
) -> tuple[int, int]:
    """Ordinals of a day term's last day: as counted, and after the counting rule.

    ``first`` is the day of the event, itself not counted.  A pause moves the last day on by the days it
    spans; one that begins while the last day waits for a working day lets it fall on the day it ends.
    """
    shifts = counting == "civil-code"
    nominal = first + days
    for pause in pauses:
        since, until = (max(calendar.local(at).toordinal(), first) for at in (pause.since, pause.until))
        if since > (calendar.next_workday(nominal) if shifts else nominal):
            break
        nominal = nominal + until - since if since <= nominal else max(nominal, until)
    return nominal, calendar.next_workday(nominal) if shifts else nominal
