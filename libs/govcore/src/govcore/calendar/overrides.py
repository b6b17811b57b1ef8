"""Calendars by place: one for the pack, others where a division works by its own."""

from __future__ import annotations

from collections.abc import Mapping

from govcore.calendar.days import WorkCalendar


class Calendars:
    """The calendar of a place: that of the nearest division upward which has one, else the default."""

    def __init__(self, default: WorkCalendar, overrides: Mapping[str, WorkCalendar] | None = None) -> None:
        """``overrides`` by dotted place: ``{"34.08.81": …, "34.08.81.103": …}``."""
        self.default = default
        self._overrides = dict(overrides or {})

    def but(self, place: str, calendar: WorkCalendar) -> Calendars:
        """The same, but ``calendar`` holds in ``place`` and below."""
        return Calendars(self.default, {**self._overrides, place: calendar})

    def become(self, other: Calendars) -> None:
        """Count by ``other`` from now on, for everybody who asks this one: a notice has come out on a running mesh."""
        self.default, self._overrides = other.default, other._overrides

    def of(self, place: str) -> WorkCalendar:
        """The calendar that holds in a dotted place such as ``34.08.81.103.004``; unknown places have the default."""
        while place and self._overrides:
            if (found := self._overrides.get(place)) is not None:
                return found
            place = place.rpartition(".")[0]
        return self.default
