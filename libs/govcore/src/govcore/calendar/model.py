"""A calendar as a pack writes it: time zone, sessions, weekend days, notices."""

from __future__ import annotations

import re
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from govcore.calendar.notices import Notice

_MINUTE = 60_000_000
_SESSION = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Session(NamedTuple):
    """Working time inside a day, in microseconds since local midnight; ``before`` = worked until it opens."""

    opens: int
    closes: int
    before: int


def read_sessions(text: str) -> tuple[Session, ...]:
    """Read ``08:00-12:00,14:00-18:00``; ``24:00`` may end the day.

    Raises ``ValueError`` when a session is malformed, empty, overlaps the one before it, or there is none.
    """
    found: list[Session] = []
    before = 0
    for part in text.split(","):
        if (match := _SESSION.fullmatch(part.strip())) is None:
            raise ValueError(part)
        first_hour, first_minute, last_hour, last_minute = map(int, match.groups())
        opens = (first_hour * 60 + first_minute) * _MINUTE
        closes = (last_hour * 60 + last_minute) * _MINUTE
        if closes <= opens or closes > 1440 * _MINUTE or (found and opens < found[-1].closes):
            raise ValueError(part)
        found.append(Session(opens, closes, before))
        before += closes - opens
    return tuple(found)


def _checked_sessions(text: str) -> str:
    try:
        read_sessions(text)
    except ValueError as wrong:
        raise PydanticCustomError(
            "CALENDAR_BAD_SESSIONS", "sessions are written 08:00-12:00,14:00-18:00, not {part}", {"part": str(wrong)}
        ) from None
    return text


class CalendarData(BaseModel):
    """Working time of a place, as data.

    ``base: china`` starts from the notices shipped with govcore; ``notices`` add to them, and where both
    know a day the pack's wins.  A year is *known* when a notice names it; every other year is answered
    from the weekend and the days of year ``*`` and marked provisional, unless ``complete`` says that
    the notices hold for all years.  ``year_end_days``: so many last days of December may still be
    changed by the notice of the year after (in China make-up days fell on 29 December at the earliest).
    ``local``: a place's own days off and days worked 地方放假; they go before every notice, ``*`` means each year, and
    they settle no year, for they say nothing about the country's.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        defer_build=True,
        json_schema_extra={
            "examples": [
                {
                    "zone": "America/New_York",
                    "sessions": "08:30-17:00",
                    "notices": [{"year": 2015, "name": "Labor Day", "holidays": "0907"}],
                }
            ]
        },
    )

    name: str = ""
    zone: str
    sessions: Annotated[str, AfterValidator(_checked_sessions)]
    weekend: tuple[Weekday, ...] = ("sat", "sun")
    base: Literal["china"] | None = None
    notices: tuple[Notice, ...] = ()
    local: tuple[Notice, ...] = ()
    complete: bool = False
    year_end_days: Annotated[int, Field(ge=0, le=31)] = 0
    source: str = ""


CHINA = CalendarData.model_construct(
    name="china",
    zone="Asia/Shanghai",
    sessions="08:00-12:00,14:00-18:00",
    base="china",
    year_end_days=3,
    source="State Council notices 2004-2026; sessions after GB/T 30428 working hours 08-12, 14-18",
)
"""China with the sessions of digital city management 数字城管 (08–12, 14–18)."""
