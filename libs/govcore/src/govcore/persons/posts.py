"""Posts 岗位 in grids and divisions, the rota 值班 they serve by, and who stands in for whom."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from govcore.calendar import WEEKDAYS, Weekday

Hours = tuple[tuple[time, time | None], ...]
"""Stretches of a day: from, and to where it ends (None at 24:00; earlier than from: on the next day)."""

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24:00))", re.ASCII)


class Data(BaseModel):
    """Frozen; a key that nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Post(Data):
    """A post and who holds it.

    ``kind``: chief 网格长, worker 网格员, or another word of the locality; ``area``: the code of its grid or division;
    ``person``: a reference, never a name; held from ``since`` (included) to ``until`` (not included).
    """

    id: str
    kind: str
    area: str
    person: str | None = None
    since: date | None = None
    until: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether it is held on this day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@cache
def read_hours(text: str) -> Hours:
    """Read ``08:00-12:00,20:00-06:00``; one that ends before it starts goes over midnight, None is 24:00.

    Raises ``ValueError`` with the part that is wrong.
    """
    found: list[tuple[time, time | None]] = []
    for part in text.split(","):
        if (match := _HOURS.fullmatch(part.strip())) is None:
            raise ValueError(part)
        opens = time(int(match[1]), int(match[2]))
        closes = None if match[5] else time(int(match[3]), int(match[4]))
        if closes == opens:
            raise ValueError(part)
        found.append((opens, closes))
    return tuple(found)


def _checked_hours(text: str) -> str:
    try:
        read_hours(text)
    except ValueError as wrong:
        said = {"part": str(wrong)}
        raise PydanticCustomError("PERSON_BAD_HOURS", "hours such as 08:00-12:00, not {part}", said) from None
    return text


HoursText = Annotated[str, AfterValidator(_checked_hours)]
"""What :func:`read_hours` can read."""


class Cycle(Data):
    """A turn that comes round: of each ``length`` days from ``start`` on, those numbered ``days`` (the first is 0).

    With the ``unit`` month, of each ``length`` months, the first being that of ``start``.
    """

    start: date
    unit: Literal["day", "month"] = "day"
    length: Annotated[int, Field(ge=1, le=1_000)]
    days: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=1)]

    def falls_on(self, day: date) -> bool:
        """Whether the turn comes on this day; never before ``start``."""
        gone = (day - self.start).days
        if self.unit == "month" and gone >= 0:
            gone = (day.year - self.start.year) * 12 + day.month - self.start.month
        return gone >= 0 and gone % self.length in self.days


class Shift(Data):
    """When a post is on duty; a day must fit everything that is said.

    ``hours`` may go over midnight and then belong to the day they start on.  ``month_days``: 1–31, or -1 for the last.
    ``days``: working or rest days of the place's calendar, or any.
    """

    post: str
    hours: HoursText = "00:00-24:00"
    weekdays: tuple[Weekday, ...] = WEEKDAYS
    month_days: tuple[int, ...] = ()
    days: Literal["any", "working", "rest"] = "any"
    cycle: Cycle | None = None
    since: date | None = None
    until: date | None = None

    def falls_on(self, day: date, working: bool) -> bool:
        """Whether it starts on this day, which is a ``working`` day or not."""
        if (self.since and day < self.since) or (self.until and day >= self.until):
            return False
        if self.days != "any" and (self.days == "working") != working:
            return False
        if self.month_days and not {day.day, day.day - monthrange(day.year, day.month)[1] - 1} & {*self.month_days}:
            return False
        return WEEKDAYS[day.weekday()] in self.weekdays and (self.cycle is None or self.cycle.falls_on(day))


class Absence(Data):
    """A post whose holder is away from ``since`` to ``until``; ``substitute`` 代班 is another post's id."""

    post: str
    since: AwareDatetime
    until: AwareDatetime
    substitute: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until < self.since:
            raise PydanticCustomError("PERSON_BAD_ABSENCE", "an absence ends before it starts")
        return self


def covers(hours: Hours, moment: datetime, started: date) -> bool:
    """Whether hours that start on the day ``started`` cover a local moment."""
    clock, today = moment.time(), moment.date()
    for opens, closes in hours:
        over_midnight = closes is not None and closes < opens
        if started == today and clock >= opens and (closes is None or over_midnight or clock < closes):
            return True
        if over_midnight and closes is not None and started == today - timedelta(days=1) and clock < closes:
            return True
    return False
