"""A report as sheets of plain cells: what the workbook holds and the command line shows.

Every sheet has its heads in both languages.  A share is a :class:`Percent`, so that who shows it need not guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from govcore.stats.facts import DIMENSIONS
from govcore.stats.ledger import COUNTS, RATES, Account
from govcore.stats.names import Named, word
from govcore.stats.rates import Share, Why
from govcore.stats.report import Figures, Report, Row

CALLED = ("called", "answered", "late", "silent", "absent", "mean")
"""What of the operations a department was called to has a column in the ledger."""


@dataclass(frozen=True, slots=True)
class Percent:
    """A share to be shown in per cent; None with the word that stands for it."""

    value: float | None
    why: Why = "empty"

    def __str__(self) -> str:
        if self.value is None:
            stands = word("why", self.why)
            return stands.zh if stands.zh == stands.en else f"{stands.zh} {stands.en}"
        return f"{self.value:.1%}"


Value = str | int | float | Percent | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: ``heads`` one a column."""

    title: Named
    heads: tuple[Named, ...]
    rows: tuple[tuple[Value, ...], ...]


def percent(share: Share) -> Percent:
    return Percent(share.value, share.why or "empty")


def totals(report: Report) -> Sheet:
    """The whole: each count, then each rate with its numerator and denominator, beside the other two periods."""
    total = report.total
    three = (total.now, total.before, total.year_before)
    heads = _heads("figure", "name", "now", "before", "year_before", "share", "numerator", "denominator")
    rows: list[tuple[Value, ...]] = []
    for one in report.counts:
        numbers = [part.counts.get(one.code) for part in three]
        rows.append((one.zh, one.en, *map(_number, numbers), _change(*numbers[:2]), None, None))
    for formula in report.formulas:
        shares = [part.rates[formula.code] for part in three]
        own = shares[0]
        rows.append((formula.zh, formula.en, *map(percent, shares), None, own.numerator, own.denominator))
    return Sheet(word("head", "total"), heads, tuple(rows))


def divided(
    report: Report, dimension: str, counts: Iterable[str] | None = None, rates: Iterable[str] | None = None
) -> Sheet:
    """One row a class, department, town or channel: received in the three periods, then counts and rates.

    ``counts`` and ``rates`` say which; all where they are absent.
    """
    counted = [one for one in report.counts if counts is None or one.code in set(counts)]
    rated = [one for one in report.formulas if rates is None or one.code in set(rates)]
    received = next(one for one in report.counts if one.code == "received")
    heads = (
        *_heads("code", "name"),
        received,
        *_heads("before", "year_before", "share"),
        *(one for one in counted if one.code != "received"),
        *rated,
    )
    rows = tuple(
        (row.code, _both(row), *_received(row), *_figures(row.now, counted, rated)) for row in report.tables[dimension]
    )
    return Sheet(word("dimension", dimension), heads, rows)


def movers(report: Report) -> Sheet:
    """What changed most, dimension by dimension."""
    heads = _heads("dimension", "code", "name", "now", "before", "change", "share")
    rows = tuple(
        (_both(word("dimension", dimension)), one.code, _both(one), one.now, one.before, one.change, Percent(one.share))
        for dimension in DIMENSIONS
        for one in report.movers[dimension]
    )
    return Sheet(word("head", "movers"), heads, rows)


def days(report: Report) -> Sheet:
    """One row a day."""
    heads = (*_heads("day"), *report.counts, *report.formulas)
    rows = tuple(
        (
            day.label,
            *(_number(day.figures.counts.get(one.code)) for one in report.counts),
            *(percent(day.figures.rates[one.code]) for one in report.formulas),
        )
        for day in report.days
    )
    return Sheet(word("head", "days"), heads, rows)


def ledger(accounts: Sequence[Account], zone: ZoneInfo) -> Sheet:
    """One row a department; moments in ``zone``."""
    heads = (
        *_heads("code", "name"),
        *(word("count", code) for code in COUNTS),
        *_heads("overruled", "undecided"),
        *(word("rate", code) for code in RATES),
        *_heads("reasons", "done", "done_on_time", "median", "p90", "waiting", "held", "oldest"),
        *_heads(*(f"called.{name}" for name in CALLED)),
    )
    rows = tuple(
        (
            one.code,
            _both(one),
            *(one.counts[code] for code in COUNTS),
            one.returns_overruled,
            one.returns_open,
            *(percent(one.rates[code]) for code in RATES),
            "；".join(f"{_both(reason)} {reason.number}" for reason in one.reasons),
            one.done,
            one.done_on_time,
            one.median_hours,
            one.p90_hours,
            one.waiting,
            one.held,
            moment(one.oldest, zone),
            *(getattr(one.called, name) if one.called else None for name in CALLED),
        )
        for one in accounts
    )
    return Sheet(word("kind", "ledger"), heads, rows)


def legend(report: Report) -> Sheet:
    """How each rate is made and where that is from; the periods, and the weights."""
    heads = _heads("figure", "name", "numerator", "denominator", "source")
    rows: list[tuple[Value, ...]] = [
        (
            one.zh,
            one.en,
            _both(one.numerator) if one.numerator else None,
            _both(one.denominator) if one.denominator else None,
            _both(one.source),
        )
        for one in report.formulas
    ]
    zone = ZoneInfo(report.zone)
    if report.weights is not None:
        weighed = "/".join(f"{report.weights.weight(code):g}" for code in ("response", "solution", "satisfaction"))
        name = word("head", "weights")
        rows.append((name.zh, name.en, weighed, None, report.weights.source))
    for code, part in (("now", report.period), ("before", report.before), ("year_before", report.year_before)):
        name = word("head", code)
        rows.append(
            (name.zh, name.en, part.label, f"{moment(part.start, zone)} – {moment(part.end, zone)}", report.zone)
        )
    name = word("head", "read_at")
    rows.append((name.zh, name.en, moment(report.read_at, zone), None, report.zone))
    return Sheet(word("head", "legend"), heads, tuple(rows))


def sheets(report: Report) -> tuple[Sheet, ...]:
    """All sheets of the workbook, in order."""
    by_day = (days(report),) if report.days else ()
    return (
        totals(report),
        *by_day,
        *(divided(report, dimension) for dimension in DIMENSIONS),
        movers(report),
        ledger(report.ledger, ZoneInfo(report.zone)),
        legend(report),
    )


def moment(at: datetime | None, zone: ZoneInfo) -> str | None:
    """To the minute, in ``zone``."""
    return None if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _heads(*codes: str) -> tuple[Named, ...]:
    return tuple(word("head", code) for code in codes)


def _both(one: Named) -> str:
    return one.zh if one.zh == one.en else f"{one.zh} {one.en}"


def _number(count: int | None) -> Value:
    return Percent(None, "no_data") if count is None else count


def _change(now: int | None, before: int | None) -> Percent:
    if now is None or before is None:
        return Percent(None, "no_data")
    return Percent((now - before) / before if before else None)


def _received(row: Row) -> tuple[Value, ...]:
    numbers = [part.counts.get("received") for part in (row.now, row.before, row.year_before)]
    return *map(_number, numbers), _change(*numbers[:2])


def _figures(figures: Figures, counted: Iterable[Named], rated: Iterable[Named]) -> tuple[Value, ...]:
    numbers = (_number(figures.counts.get(one.code)) for one in counted if one.code != "received")
    return (*numbers, *(percent(figures.rates[one.code]) for one in rated))
