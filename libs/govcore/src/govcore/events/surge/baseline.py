"""What would be usual: a series' own past, robust to the rhythm of the week, to holidays and to earlier surges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from math import sqrt
from statistics import median

from govcore.calendar.days import WorkCalendar
from govcore.events.surge.rules import SurgeRules

_WEEK = 7
_CUT = 3.0
"""Standard deviations beyond which a day of the past counts as no more than that: an earlier surge, a lost day."""
_PRIOR_EVENTS = 10.0
"""Events with which all series together speak for the rhythm of one."""
_PRIOR_DAYS = 3.0
"""Days with which rest days speak for holidays, and working days for rest days."""
_PRIOR_WEIGHT = 20.0
"""Days with which all series together speak for the unrest of one."""


class Kind(IntEnum):
    """The three kinds of day that differ: workday 工作日, rest day 休息日, public holiday 法定节假日."""

    WORKDAY = 0
    REST = 1
    HOLIDAY = 2


def kinds_of(calendar: WorkCalendar, first: date, days: int) -> list[Kind]:
    """The kind of each of ``days`` days from ``first`` on; a make-up day is a workday."""
    named = {"workday": Kind.WORKDAY, "makeup": Kind.WORKDAY, "weekend": Kind.REST, "holiday": Kind.HOLIDAY}
    return [named[calendar.day(first + timedelta(days=at)).kind] for at in range(days)]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a window of days may be expected to count, and how far it strays of itself."""

    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class Past:
    """A series' level a working day, the factor of each kind of day, its unrest, and how many days speak for it.

    ``unrest`` is the over-dispersion: a day's variance is mean + unrest · mean².
    """

    level: float
    factors: tuple[float, float, float]
    unrest: float
    weight: float

    def over(self, kinds: Sequence[Kind], drift: float) -> Baseline:
        """The baseline of a window of days of these kinds."""
        means = [self.level * self.factors[kind] for kind in kinds]
        mean = sum(means)
        unsure = drift * drift + self.unrest / self.weight + 1 / (1 + self.level * self.weight)
        return Baseline(mean, mean + self.unrest * sum(one * one for one in means) + unsure * mean * mean)


def rhythm(total: Sequence[int], kinds: Sequence[Kind]) -> tuple[float, float, float]:
    """The factor of each kind of day (workday 1) in the sum of all series, each day against the week around it."""
    shares: tuple[list[float], list[float], list[float]] = ([], [], [])
    for at, kind in enumerate(kinds):
        around = total[max(0, at - 3) : at + 4]
        if mean := sum(around) / len(around):
            shares[kind].append(total[at] / mean)
    workday = median(shares[Kind.WORKDAY]) if shares[Kind.WORKDAY] else 1.0
    rest = _shrunk(shares[Kind.REST], workday, 1.0)
    return 1.0, rest, _shrunk(shares[Kind.HOLIDAY], workday, rest)


def _shrunk(shares: Sequence[float], workday: float, prior: float) -> float:
    own = median(shares) / workday if shares and workday else prior
    return (own * len(shares) + prior * _PRIOR_DAYS) / (len(shares) + _PRIOR_DAYS)


def past_of(
    counts: Sequence[int],
    kinds: Sequence[Kind],
    shared: tuple[float, float, float],
    rules: SurgeRules,
    unrest: float = 0.0,
) -> Past:
    """The past of one series: its ``counts`` day by day, the latest last; ``unrest`` is that of all series."""
    weights = [0.5 ** ((len(counts) - 1 - at) / rules.half_life) for at in range(len(counts))]
    factors = shared
    level = _level(counts, kinds, weights, factors, unrest)
    factors = _own_rhythm(counts, kinds, weights, factors, level)
    level = _level(counts, kinds, weights, factors, unrest)
    return Past(level, factors, _unrest(counts, kinds, weights, factors, level, unrest), sum(weights))


def _level(
    counts: Sequence[int],
    kinds: Sequence[Kind],
    weights: Sequence[float],
    factors: tuple[float, float, float],
    unrest: float,
) -> float:
    """The weighted mean, twice: the second time days far off count as no more than the cut."""
    level, most = 0.0, None
    for _ in range(3):
        seen = due = 0.0
        for count, kind, weight in zip(counts, kinds, weights, strict=True):
            mean = level * factors[kind]
            top = count if most is None else min(count, mean + _CUT * sqrt(mean + unrest * mean * mean) + 1)
            seen += weight * top
            due += weight * factors[kind]
        level, most = seen / due if due else 0.0, True
    return level


def _own_rhythm(
    counts: Sequence[int],
    kinds: Sequence[Kind],
    weights: Sequence[float],
    shared: tuple[float, float, float],
    level: float,
) -> tuple[float, float, float]:
    seen, due = [_PRIOR_EVENTS] * 3, [_PRIOR_EVENTS] * 3
    for count, kind, weight in zip(counts, kinds, weights, strict=True):
        mean = level * shared[kind]
        seen[kind] += weight * min(count, mean + _CUT * sqrt(mean) + 1)
        due[kind] += weight * mean
    own = [shared[kind] * seen[kind] / due[kind] for kind in Kind]
    return 1.0, own[1] / own[0], own[2] / own[0]


def _unrest(
    counts: Sequence[int],
    kinds: Sequence[Kind],
    weights: Sequence[float],
    factors: tuple[float, float, float],
    level: float,
    prior: float,
) -> float:
    """Over-dispersion by moments, days beyond the cut cut off, drawn towards that of all series."""
    seen = due = 0.0
    for count, kind, weight in zip(counts, kinds, weights, strict=True):
        mean = level * factors[kind]
        off = min(abs(count - mean), _CUT * sqrt(mean + prior * mean * mean) + 1)
        seen += weight * (off * off - mean)
        due += weight * mean * mean
    square = level * level or 1.0
    return max(0.0, (seen + _PRIOR_WEIGHT * prior * square) / (due + _PRIOR_WEIGHT * square))
