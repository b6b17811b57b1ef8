"""Surges 激增: counts of a class at a place that its own past does not explain.

Every series (class × place) is compared with its own past, on windows of some days, by the upper tail of a negative
binomial.  The chance of a false alarm is shared out over all series and windows that are watched on a day, so that the
number of false alarms does not grow with the number of series.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import log10
from typing import NamedTuple

from govcore.calendar.days import WorkCalendar
from govcore.events.surge.baseline import kinds_of, past_of, rhythm
from govcore.events.surge.rules import SurgeRules
from govcore.events.surge.tail import at_least
from govcore.i18n import reason

_MONTH = 28
_WEEK = 7
_SURE = 12.0
"""A chance of 10 to the minus this is as good as never: a score of 1."""


class Key(NamedTuple):
    """One series: a class at a place (a dotted path; empty: everywhere)."""

    class_code: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Surge:
    """``observed`` reports from ``first`` to ``last``, both included, where ``expected`` were usual.

    ``chance``: how likely that many are without a cause; ``score``: the same from 0 (nothing) to 1 (as good as
    impossible).  ``since`` and ``until``: all days of the surge, of which ``first`` to ``last`` are the least likely.
    """

    key: Key
    first: date
    last: date
    observed: int
    expected: float
    chance: float
    since: date
    until: date

    @property
    def times(self) -> float:
        """Observed to expected."""
        return self.observed / max(self.expected, 0.05)

    @property
    def score(self) -> float:
        return round(min(1.0, -log10(max(self.chance, 1e-300)) / _SURE), 3)

    def reason(self, lang: str, class_name: str = "", place_name: str = "") -> str:
        """Why it stands out, in ``zh_CN`` or ``en``; the codes stand for names that are not given."""
        return reason(
            "EVENT_SURGE",
            lang,
            name=class_name or self.key.class_code,
            place=place_name or self.key.place or "-",
            first=self.first.isoformat(),
            last=self.last.isoformat(),
            observed=self.observed,
            expected=f"{self.expected:.1f}",
            times=f"{self.times:.1f}",
            chance=f"{self.chance:.1g}",
        )


class Watch:
    """Counts of all series over the days ``first`` to ``last``, ready to be asked what surged on a day."""

    def __init__(
        self,
        counts: Mapping[Key, Mapping[date, int]],
        *,
        first: date,
        last: date,
        calendar: WorkCalendar,
        rules: SurgeRules,
    ) -> None:
        self._first, self._rules = first, rules
        days = (last - first).days + 1
        self._kinds = kinds_of(calendar, first, days)
        dates = [first + timedelta(days=at) for at in range(days)]
        self._counts = {key: [seen.get(day, 0) for day in dates] for key, seen in sorted(counts.items())}

    def on(self, day: date) -> list[Surge]:
        """What stands out in the windows that end on ``day``, the most unlikely window of each series."""
        at = (day - self._first).days
        rules = self._rules
        watched = {
            key: counts
            for key, counts in self._counts.items()
            if 0 <= at < len(counts) and sum(counts[max(0, at - _MONTH) : at + 1]) >= rules.volume
        }
        if not watched:
            return []
        begin = max(0, at - max(rules.windows) + 1 - rules.span)
        total = [sum(counts[one] for counts in watched.values()) for one in range(begin, at)]
        shared = rhythm(total, self._kinds[begin:at])
        chance = rules.alarms_a_week / _WEEK / len(watched)
        found = (self._worst(key, counts, at, shared, chance) for key, counts in watched.items())
        return [surge for surge in found if surge is not None]

    def through(self, first: date, last: date) -> list[Surge]:
        """Every surge from ``first`` to ``last``, each once with all its days, in the order they were found."""
        told: list[Surge] = []
        known: dict[Key, int] = {}
        for at in range((last - first).days + 1):
            for found in self.on(first + timedelta(days=at)):
                place = known.get(found.key)
                if place is not None and goes_on(told[place], found, self._rules):
                    told[place] = joined(told[place], found)
                else:
                    known[found.key] = len(told)
                    told.append(found)
        return told

    def _worst(
        self, key: Key, counts: list[int], at: int, shared: tuple[float, float, float], chance: float
    ) -> Surge | None:
        rules = self._rules
        found: Surge | None = None
        for window, share in rules.windows.items():
            start = at + 1 - window
            observed = sum(counts[max(0, start) : at + 1])
            begin = max(0, start - rules.span)
            if start - begin < rules.least_past or observed < rules.least:
                continue
            past = past_of(counts[begin:start], self._kinds[begin:start], shared, rules)
            usual = past.over(self._kinds[start : at + 1], rules.drift)
            if observed < rules.times * usual.mean:
                continue
            rare = at_least(observed, usual.mean, usual.variance)
            if rare <= chance * share and (found is None or rare < found.chance):
                first = self._first + timedelta(days=start)
                last = self._first + timedelta(days=at)
                found = Surge(key, first, last, observed, usual.mean, rare, first, last)
        return found


def goes_on(known: Surge, found: Surge, rules: SurgeRules) -> bool:
    """Whether ``found``, of the same series and later, is still the surge that is ``known``."""
    return (found.first - known.until).days <= rules.quiet


def joined(known: Surge, found: Surge) -> Surge:
    """One surge with the days of both, told by the less likely of the two."""
    worst = found if found.chance < known.chance else known
    return replace(worst, since=min(known.since, found.since), until=max(known.until, found.until))
