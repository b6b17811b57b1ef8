"""The tables: day table 日报, week summary 周报, month analysis 月报, as one value that is shown, sent or written.

Each number stands beside that of the period before and of the same period of the year before; a period that is not
over is held against the same stretch of the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from govcore.messages.words import Time
from govcore.packs.schema import ThreeRates
from govcore.stats.counts import Judging, known, tally
from govcore.stats.facts import DIMENSIONS, Cell, Fact
from govcore.stats.ledger import Account
from govcore.stats.names import Named, Naming, word
from govcore.stats.period import Period, Window
from govcore.stats.rates import CATALOGUE as RATES
from govcore.stats.rates import SCORE, Share, shares

MOST_MOVERS = 5
"""How many of each dimension are named as those that changed most."""


Tally = Mapping[Cell, Counter[str]]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Stretch(_Frozen):
    """What is looked at: the period's label, and from when to when (UTC; ``end`` is not counted itself)."""

    label: str
    start: Time
    end: Time
    whole: bool


class Figures(_Frozen):
    """Numbers and rates of one division in one stretch; a count that is missing, or all of them, is no data."""

    counts: dict[str, int]
    rates: dict[str, Share]


class Row(Named):
    """One division (a class, department, town, channel, or the whole) now, before, and a year before."""

    now: Figures
    before: Figures
    year_before: Figures


class Mover(Named):
    """What came in more, or less, than before: ``change`` in matters received, ``share`` of what it was before."""

    now: int
    before: int
    change: int
    share: float | None


class Formula(Named):
    """How a rate is made."""

    numerator: Named | None
    denominator: Named | None
    source: Named


class Day(_Frozen):
    """One day of a week."""

    label: str
    figures: Figures


class Report(_Frozen):
    """A table of figures.  ``read_at`` is when the rows were read: what is reopened later changes it."""

    kind: str
    pack: str
    zone: str
    read_at: Time
    period: Stretch
    before: Stretch
    year_before: Stretch
    total: Row
    tables: dict[str, tuple[Row, ...]]
    movers: dict[str, tuple[Mover, ...]]
    days: tuple[Day, ...]
    ledger: tuple[Account, ...]
    counts: tuple[Named, ...]
    formulas: tuple[Formula, ...]
    weights: ThreeRates | None


class Three(NamedTuple):
    """Something of the period itself, of the one before, and of the same one of the year before."""

    now: Sequence[Fact]
    before: Sequence[Fact]
    year_before: Sequence[Fact]


def windows(period: Period, now: datetime) -> tuple[Window, Window, Window]:
    """The three windows of a report.  Raises ``STATS_FUTURE`` where nothing of the period is past."""
    own = period.window(now)
    return own, period.before().as_far_as(period, now), period.year_before().as_far_as(period, now)


def report(
    period: Period,
    facts: Three,
    *,
    pack: str,
    now: datetime,
    judging: Judging,
    weights: ThreeRates | None,
    name: Naming,
    since: datetime | None,
    days: Mapping[str, Sequence[Fact]],
    ledger: Sequence[Account],
) -> Report:
    """The whole report.

    ``since``: when the first matter that is known came in; what ended before has no data.  ``days``: the facts of each
    day by its label.  ``now``: when the rows were read.
    """
    made = _Maker(judging, weights, name)
    stretches = windows(period, now)

    def counted(part: Sequence[Fact], window: Window) -> Tally | None:
        return tally(part, judging) if since is not None and window.end > since else None

    tallies = [counted(part, window) for part, window in zip(facts, stretches, strict=True)]
    tables = {dimension: made.rows(dimension, tallies) for dimension in DIMENSIONS}
    periods = (period, period.before(), period.year_before())
    own, before, year_before = (
        Stretch(label=one.label, start=window.start, end=window.end, whole=window.whole)
        for one, window in zip(periods, stretches, strict=True)
    )
    return Report(
        kind=period.kind,
        pack=pack,
        zone=period.zone.key,
        read_at=now,
        period=own,
        before=before,
        year_before=year_before,
        total=made.row(word("none", "total"), [_whole(part) for part in tallies]),
        tables=tables,
        movers={dimension: movers(rows) for dimension, rows in tables.items()},
        days=tuple(
            Day(label=day.label, figures=made.figures(_whole(counted(days[day.label], day.window(now)))))
            for day in period.days()
            if day.label in days
        ),
        ledger=tuple(ledger),
        counts=tuple(word("count", code) for code in known({}, judging)),
        formulas=formulas(judging),
        weights=weights,
    )


def movers(rows: Iterable[Row], most: int = MOST_MOVERS) -> tuple[Mover, ...]:
    """Whose matters received changed most against the period before, the greatest change first, up or down."""
    found = []
    for row in rows:
        now, before = (part.counts.get("received") for part in (row.now, row.before))
        if now is not None and before is not None and now != before:
            share = (now - before) / before if before else None
            names = {"code": row.code, "zh": row.zh, "en": row.en}
            found.append(Mover(**names, now=now, before=before, change=now - before, share=share))
    return tuple(sorted(found, key=lambda one: (-abs(one.change), one.code))[:most])


def formulas(judging: Judging) -> tuple[Formula, ...]:
    """How each rate is made, in both languages, with the source of its definition and the grade that counts."""
    made = [
        Formula(
            **word("rate", rate.code).model_dump(),
            numerator=word("count", rate.numerator),
            denominator=word("count", rate.denominator),
            source=word("source", _FINAL.get(rate.code, rate.code) if judging.final else rate.code),
        )
        for rate in RATES.values()
    ]
    score = Formula(**word("rate", SCORE).model_dump(), numerator=None, denominator=None, source=word("source", SCORE))
    return (*made, score)


_FINAL = {code: f"{code}_final" for code in ("solution", "satisfaction")}
"""Rates made of a grade: where the final one counts, their source says so."""


class _Maker(NamedTuple):
    judging: Judging
    weights: ThreeRates | None
    name: Naming

    def rows(self, dimension: str, tallies: Sequence[Tally | None]) -> tuple[Row, ...]:
        """The divisions of a dimension, those that received most first."""
        rolled = [None if part is None else _rolled(dimension, part) for part in tallies]
        codes = dict.fromkeys(code for part in rolled if part is not None for code in part)
        made = [
            self.row(
                self.name(dimension, code), [None if part is None else part.get(code, Counter()) for part in rolled]
            )
            for code in codes
        ]
        return tuple(sorted(made, key=lambda row: (-row.now.counts.get("received", 0), row.code)))

    def row(self, named: Named, parts: Sequence[Mapping[str, int] | None]) -> Row:
        now, before, year_before = (self.figures(part) for part in parts)
        return Row(**named.model_dump(), now=now, before=before, year_before=year_before)

    def figures(self, numbers: Mapping[str, int] | None) -> Figures:
        counts = {} if numbers is None else known(numbers, self.judging)
        return Figures(counts=counts, rates=shares(counts, self.weights))


def _whole(cells: Tally | None) -> Counter[str] | None:
    return None if cells is None else sum(cells.values(), Counter())


def _rolled(dimension: str, cells: Tally) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for cell, numbers in cells.items():
        found.setdefault(cell.by(dimension), Counter()).update(numbers)
    return found


__all__ = ["Day", "Figures", "Formula", "Mover", "Report", "Row", "Stretch", "Three", "report", "windows"]
