"""When a notice has come out: which days it changes, and which dues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from govcore.calendar.days import Day, WorkCalendar
from govcore.calendar.reckon import Due, due


class Renewed(NamedTuple):
    """A due as it was, and as it is by the newer calendar."""

    before: Due
    after: Due

    @property
    def moved(self) -> bool:
        """Whether it falls at another moment, or only is settled now."""
        return self.before.at != self.after.at


def renewed(before: Due, calendar: WorkCalendar) -> Due:
    """The same question asked of ``calendar``.  Raises what :func:`govcore.calendar.due` raises."""
    return due(before.started, before.term, calendar, before.counting, before.pauses)


def renewals(dues: Iterable[Due], calendar: WorkCalendar) -> Iterator[Renewed]:
    """Of dues reckoned by an older calendar those that ``calendar`` moves or settles, in the order given."""
    for before in dues:
        after = renewed(before, calendar)
        if (after.at, after.provisional) != (before.at, before.provisional):
            yield Renewed(before, after)


def changed_days(before: WorkCalendar, after: WorkCalendar, first: date, last: date) -> Iterator[tuple[Day, Day]]:
    """The days from ``first`` to ``last`` of another kind or name in ``after``, each as it was and as it is."""
    at = first
    while at <= last:
        was, now = before.day(at), after.day(at)
        if (was.kind, was.name) != (now.kind, now.name):
            yield was, now
        at += timedelta(days=1)
