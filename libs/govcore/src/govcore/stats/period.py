"""The days a table of figures is about, in the locality's own time zone: a day, a week, a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from govcore.errors import Refusal

KINDS = ("day", "week", "month")
"""Day table 日报, week summary 周报 (Monday to Sunday), month analysis 月报."""
_FIRST, _LAST = 1900, 9000


@dataclass(frozen=True, slots=True)
class Window:
    """The moments from ``start`` to ``end`` (not counted itself), both in UTC; ``whole`` once all of it is past."""

    start: datetime
    end: datetime
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Period:
    """One day, week or month of the civil calendar; ``first`` is its first day.

    Make it with :meth:`holding`, which takes any day of it.
    """

    kind: str
    first: date
    zone: ZoneInfo

    @classmethod
    def holding(cls, kind: str, day: date, zone: ZoneInfo) -> Period:
        """The period of that kind with ``day`` in it.  Raises ``STATS_BAD_PERIOD`` and ``STATS_BAD_DATE``."""
        if kind not in KINDS:
            raise Refusal("STATS_BAD_PERIOD", field="period", value=kind[:40])
        if not _FIRST <= day.year <= _LAST:
            raise Refusal("STATS_BAD_DATE", field="date", value=day.isoformat())
        first = {"day": day, "week": day - timedelta(days=day.weekday()), "month": day.replace(day=1)}[kind]
        return cls(kind, first, zone)

    @property
    def after(self) -> date:
        """The first day that is no longer part of it."""
        if self.kind == "month":
            return (self.first + timedelta(days=31)).replace(day=1)
        return self.first + timedelta(days=1 if self.kind == "day" else 7)

    @property
    def label(self) -> str:
        """``2026-03-02``, ``2026-W10`` (ISO 8601) or ``2026-03``."""
        if self.kind == "day":
            return self.first.isoformat()
        if self.kind == "month":
            return f"{self.first:%Y-%m}"
        year, week, _ = self.first.isocalendar()
        return f"{year}-W{week:02}"

    def before(self) -> Period:
        """The period just before (环比)."""
        return Period.holding(self.kind, self.first - timedelta(days=1), self.zone)

    def year_before(self) -> Period:
        """The same period of the year before (同比); of the 29th of February the 28th, of week 53 the last one."""
        year = self.first.year - 1
        if self.kind == "week":
            year, week, _ = self.first.isocalendar()
            last = date(year - 1, 12, 28).isocalendar().week
            return Period(self.kind, date.fromisocalendar(year - 1, min(week, last), 1), self.zone)
        leap_day = (self.first.month, self.first.day) == (2, 29)
        return Period(self.kind, self.first.replace(year=year, day=28 if leap_day else self.first.day), self.zone)

    def days(self) -> tuple[Period, ...]:
        """Its days, each a period."""
        count = (self.after - self.first).days
        return tuple(Period("day", self.first + timedelta(days=n), self.zone) for n in range(count))

    def begun(self, now: datetime) -> bool:
        """Whether any of it is past."""
        return _midnight(self.first, self.zone) < now

    def window(self, now: datetime) -> Window:
        """Its moments as far as they are past at ``now``.  Raises ``STATS_FUTURE`` where none is."""
        start, end = _midnight(self.first, self.zone), _midnight(self.after, self.zone)
        if not self.begun(now):
            raise Refusal("STATS_FUTURE", field="date", value=self.label)
        return Window(start, min(end, now.astimezone(UTC)), end <= now)

    def as_far_as(self, other: Period, now: datetime) -> Window:
        """The same stretch of this period as is past of ``other`` at ``now``: half a month against half a month.

        Counted in the locality's clock time from the first midnight on, never beyond the period's own end.
        """
        start, end = _midnight(self.first, self.zone), _midnight(self.after, self.zone)
        if _midnight(other.after, other.zone) <= now:
            return Window(start, end)
        clock = now.astimezone(other.zone).replace(tzinfo=None) - datetime.combine(other.first, time())
        same = (datetime.combine(self.first, time()) + clock).replace(tzinfo=self.zone).astimezone(UTC)
        return Window(start, min(end, same), same >= end)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
