"""A calendar at work: which days count, and how much working time lies before a moment."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from govcore.calendar.model import CHINA, WEEKDAYS, CalendarData, read_sessions
from govcore.calendar.notices import Notice, china, days_of
from govcore.errors import Refusal

FIRST_YEAR, LAST_YEAR = 1970, 2200
_BASE = date(FIRST_YEAR, 1, 1).toordinal()
_LEAP = 2024
"""A year that has every day, for those that are the same in all years."""

DayKind = Literal["workday", "weekend", "holiday", "makeup"]


@dataclass(frozen=True, slots=True)
class Day:
    """One date: workday, weekend, holiday or makeup 调休上班, the holiday's name, and whether no notice settles it."""

    date: date
    kind: DayKind
    name: str
    provisional: bool

    @property
    def working(self) -> bool:
        return self.kind in ("workday", "makeup")


class _Table(NamedTuple):
    """Working days from ``_BASE`` to the end of ``year``: ``before[i]`` lie before day i, ``days[k]`` is the k-th."""

    year: int
    before: list[int]
    days: list[int]


class _Said(NamedTuple):
    """What notices say: of dates by their ordinal, and of every year by month and day."""

    dates: dict[int, tuple[DayKind, str]]
    yearly: dict[tuple[int, int], tuple[DayKind, str]]

    @classmethod
    def of(cls, notices: Iterable[Notice]) -> _Said:
        found = cls({}, {})
        for notice in notices:
            kinds: tuple[tuple[DayKind, str], ...] = (("holiday", notice.holidays), ("makeup", notice.makeup))
            for kind, days in kinds:
                if notice.year == "*":
                    found.yearly.update({(d.month, d.day): (kind, notice.name) for d in days_of(days, _LEAP)})
                else:
                    found.dates.update({d.toordinal(): (kind, notice.name) for d in days_of(days, notice.year)})
        return found

    def on(self, at: date, *, each_year: bool) -> tuple[DayKind, str] | None:
        found = self.dates.get(at.toordinal())
        return self.yearly.get((at.month, at.day)) if found is None and each_year else found


class WorkCalendar:
    """Working time of one place; built once, asked often, never changed.

    Times given must carry a time zone; times answered are in ``zone``.
    """

    def __init__(self, data: CalendarData | Mapping[str, Any]) -> None:
        """Raises ``CALENDAR_BAD_DATA``, ``CALENDAR_UNKNOWN_ZONE`` or ``CALENDAR_BAD_NOTICE``."""
        self.data = _checked(data)
        try:
            self.zone = ZoneInfo(self.data.zone)
        except (ValueError, OSError, LookupError):
            raise Refusal("CALENDAR_UNKNOWN_ZONE", field="zone", value=self.data.zone) from None
        self.sessions = read_sessions(self.data.sessions)
        self.day_length = sum(session.closes - session.opens for session in self.sessions)
        """Working microseconds of one working day."""
        self._weekend = frozenset(WEEKDAYS.index(day) for day in self.data.weekend)
        if len(self._weekend) == 7:
            raise Refusal(
                "CALENDAR_BAD_DATA", field="weekend", value=",".join(self.data.weekend), reason="no working day"
            )
        self._table = _Table(FIRST_YEAR - 1, [], [])

    @classmethod
    def china(cls) -> WorkCalendar:
        """China, sessions 08–12 and 14–18, notices 2004–2026."""
        return cls(CHINA)

    def with_notices(self, notices: Iterable[Notice]) -> WorkCalendar:
        """The same calendar with more notices, as when next year's has come out."""
        return WorkCalendar(self.data.model_copy(update={"notices": (*self.data.notices, *notices)}))

    # -- days ---------------------------------------------------------------------------------------------------

    def day(self, at: date) -> Day:
        """What kind of day a date is."""
        kind, name = self._kind(at)
        return Day(at, kind, name, not self.settled(at, at))

    def is_working(self, at: date) -> bool:
        """Whether work is done on this date."""
        return self.day(at).working

    @cached_property
    def years(self) -> frozenset[int]:
        """The years that a notice names."""
        return frozenset(notice.year for notice in self._notices if notice.year != "*")

    def settled(self, first: date, last: date) -> bool:
        """Whether notices settle every date from ``first`` to ``last``, both included; else answers are provisional."""
        if self.data.complete:
            return True
        until = last.year
        if last.month == 12 and last.day > 31 - self.data.year_end_days:
            until += 1
        years = self.years
        return first.year in years and (
            until == first.year or all(y in years for y in range(first.year + 1, until + 1))
        )

    # -- moments ------------------------------------------------------------------------------------------------

    def local(self, moment: datetime) -> datetime:
        """The moment in this calendar's zone; raises ``CALENDAR_NAIVE_TIME`` when it carries none."""
        if moment.tzinfo is None:
            raise Refusal("CALENDAR_NAIVE_TIME", field="time", value=moment.isoformat())
        return moment if moment.tzinfo is self.zone else moment.astimezone(self.zone)

    def here(self, moment: datetime) -> datetime:
        """A wall-clock time of this place: a naive one is taken as local, an aware one is converted."""
        return moment.replace(tzinfo=self.zone) if moment.tzinfo is None else self.local(moment)

    def read(self, text: str, field: str = "start") -> datetime:
        """An ISO time as a moment of this place: ``2026-09-30T09:00`` is its wall clock, ``…+08:00`` says which.

        Raises ``CALENDAR_BAD_TIME`` or ``CALENDAR_OUT_OF_RANGE``.
        """
        try:
            at = self.here(datetime.fromisoformat(text.strip()))
        except ValueError:
            raise Refusal("CALENDAR_BAD_TIME", field=field, value=text[:40]) from None
        except OverflowError:
            at = datetime.min
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise Refusal("CALENDAR_OUT_OF_RANGE", field=field, value=text[:40], first=FIRST_YEAR, last=LAST_YEAR)
        return at

    def midnight(self, ordinal: int) -> datetime:
        """The start of the day with this proleptic ordinal."""
        if not _BASE <= ordinal <= _END:
            raise Refusal("CALENDAR_OUT_OF_RANGE", field="time", value=ordinal, first=FIRST_YEAR, last=LAST_YEAR)
        return datetime.fromordinal(ordinal).replace(tzinfo=self.zone)

    def worked_until(self, moment: datetime) -> int:
        """Working microseconds from 1970-01-01 to the moment: the scale on which ``wh`` and ``wd`` are counted."""
        at = self.local(moment)
        index = at.toordinal() - _BASE
        before = self._grown(at.year).before
        whole = before[index]
        worked = whole * self.day_length
        if before[index + 1] != whole:
            clock = ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond
            for session in reversed(self.sessions):
                if clock >= session.opens:
                    return worked + session.before + min(clock, session.closes) - session.opens
        return worked

    def when_worked(self, worked: int, *, opening: bool) -> datetime:
        """The moment at which so much has been worked since 1970.

        Between two sessions no work passes, so both ends fit: ``opening`` takes the later one (08:00 of the
        next day), else the earlier (18:00).
        """
        whole, rest = divmod(worked, self.day_length)
        if not opening and rest == 0:
            whole, rest = whole - 1, self.day_length
        clock = 0
        for session in self.sessions:
            clock = session.opens + rest - session.before
            if clock < session.closes or (clock == session.closes and not opening):
                break
        return self.midnight(self.workday(whole)) + timedelta(microseconds=clock)

    def workday(self, nth: int) -> int:
        """The ordinal of the nth working day since 1970, the first being 0."""
        table = self._table
        while nth >= len(table.days):
            table = self._grown(table.year + 5)
        return table.days[nth]

    def next_workday(self, ordinal: int) -> int:
        """The first working day on or after this ordinal."""
        self.midnight(ordinal)
        table = self._grown(date.fromordinal(ordinal).year)
        found = bisect_left(table.days, ordinal)
        return table.days[found] if found < len(table.days) else self.workday(found)

    # -- tables -------------------------------------------------------------------------------------------------

    @cached_property
    def _notices(self) -> tuple[Notice, ...]:
        return (*(china() if self.data.base == "china" else ()), *self.data.notices)

    @cached_property
    def _said(self) -> _Said:
        return _Said.of(self._notices)

    @cached_property
    def _local(self) -> _Said:
        return _Said.of(self.data.local)

    def _kind(self, at: date) -> tuple[DayKind, str]:
        named = self._local.on(at, each_year=True) or self._said.on(at, each_year=at.year not in self.years)
        return named or ("weekend" if at.weekday() in self._weekend else "workday", "")

    def _grown(self, year: int) -> _Table:
        """The table up to the end of ``year`` or later; a longer one replaces it whole, so readers never see half."""
        table = self._table
        if FIRST_YEAR <= year <= table.year:
            return table
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Refusal("CALENDAR_OUT_OF_RANGE", field="time", value=year, first=FIRST_YEAR, last=LAST_YEAR)
        before, days = table.before[:-1], table.days[:]
        last = min(max(year, 2030), LAST_YEAR)
        for ordinal in range(_BASE + len(before), date(last, 12, 31).toordinal() + 1):
            before.append(len(days))
            if self._kind(date.fromordinal(ordinal))[0] in ("workday", "makeup"):
                days.append(ordinal)
        before.append(len(days))
        self._table = grown = _Table(last, before, days)
        return grown


_END = date(LAST_YEAR, 12, 31).toordinal()


def _checked(data: CalendarData | Mapping[str, Any]) -> CalendarData:
    if isinstance(data, CalendarData):
        return data
    try:
        return CalendarData.model_validate(data)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise Refusal("CALENDAR_BAD_DATA", field=key, value=str(first["input"])[:80], reason=first["msg"]) from None
