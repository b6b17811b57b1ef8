"""The responsibility ledger (责任台账): what each department was asked, how it answered, what it holds.

It answers for offers made in a window and what became of them since, for tasks done in that window, and for what
is open now.  Ages are hours of elapsed time, from the department's offer to done; ranks are nearest ranks.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from govcore.joint.units import UnitCount
from govcore.messages.words import Time
from govcore.stats.counts import Judging, tally
from govcore.stats.facts import Offers
from govcore.stats.names import Named, Naming, word
from govcore.stats.rates import CATALOGUE, Share

COUNTS = ("offered", "to_accept", "accepted", "accepted_on_time", "returned", "returns_decided", "returns_upheld")
RATES = ("accepting", "returning", "upholding")
OTHER = "other"
"""The reason of a return that the pack has no code for: whatever was written there is shown to nobody."""


@dataclass(frozen=True, slots=True)
class Work:
    """What the departments did and hold, by code.

    Of the window: ``reasons`` of returns, ``ages`` in seconds of the tasks done, how many of those had a term
    (``termed``) and kept it (``on_time``), and ``units``: what they did in the operations they were called to.  Of
    now: offers ``waiting`` for an answer, tasks ``held``, and since when the oldest of these is held (``oldest``).
    """

    reasons: Mapping[str, Counter[str]] = field(default_factory=dict)
    ages: Mapping[str, Sequence[float]] = field(default_factory=dict)
    termed: Mapping[str, int] = field(default_factory=dict)
    on_time: Mapping[str, int] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[str, int] = field(default_factory=dict)
    oldest: Mapping[str, datetime] = field(default_factory=dict)
    units: Mapping[str, UnitCount] = field(default_factory=dict)


class Reason(Named):
    """Why tasks were returned, and how often."""

    number: int


class Called(BaseModel):
    """What a department did in the operations it was called to in the window (吹哨报到); callers' grades are 1 to 5."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    called: int
    answered: int
    late: int
    silent: int
    declined: int
    present: int
    absent: int
    grades: tuple[int, int, int, int, int]
    mean: float | None


class Account(Named):
    """One department's page of the ledger."""

    counts: dict[str, int]
    rates: dict[str, Share]
    returns_overruled: int
    returns_open: int
    reasons: tuple[Reason, ...] = ()
    done: int = 0
    done_termed: int = 0
    done_on_time: int = 0
    median_hours: float | None = None
    p90_hours: float | None = None
    waiting: int = 0
    held: int = 0
    oldest: Time | None = None
    called: Called | None = None


class Ledger(BaseModel):
    """All departments of the pack, those with nothing too; ``start`` to ``end`` is the window."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    label: str
    start: Time
    end: Time
    read_at: Time
    departments: tuple[Account, ...]


def accounts(
    offers: Iterable[Offers],
    work: Work,
    *,
    departments: Iterable[str],
    reasons: Mapping[str, tuple[str, str]],
    judging: Judging,
    name: Naming,
) -> tuple[Account, ...]:
    """One account a department, in the order of ``departments``; one that the pack no longer has comes after.

    ``reasons``: the pack's return reasons, code to Chinese and English.
    """
    numbers: dict[str, Counter[str]] = {}
    for cell, counted in tally(offers, judging).items():
        numbers.setdefault(cell.dept, Counter()).update(counted)
    seen = {*numbers, *work.ages, *work.waiting, *work.held, *work.units}
    listed = tuple(departments)
    return tuple(
        _account(dept, numbers.get(dept, Counter()), work, reasons, name)
        for dept in (*listed, *sorted(seen - set(listed)))
    )


def _account(
    dept: str, numbers: Counter[str], work: Work, reasons: Mapping[str, tuple[str, str]], name: Naming
) -> Account:
    counts = {code: numbers[code] for code in COUNTS}
    ages = sorted(work.ages.get(dept, ()))
    return Account(
        **name("dept", dept).model_dump(),
        counts=counts,
        rates={code: CATALOGUE[code].of(counts) for code in RATES},
        returns_overruled=counts["returns_decided"] - counts["returns_upheld"],
        returns_open=counts["returned"] - counts["returns_decided"],
        reasons=_reasons(work.reasons.get(dept, Counter()), reasons),
        done=len(ages),
        done_termed=work.termed.get(dept, 0),
        done_on_time=work.on_time.get(dept, 0),
        median_hours=_hours(ages, 0.5),
        p90_hours=_hours(ages, 0.9),
        waiting=work.waiting.get(dept, 0),
        held=work.held.get(dept, 0),
        oldest=work.oldest.get(dept),
        called=Called(**work.units[dept].shown()) if dept in work.units else None,
    )


def _reasons(found: Counter[str], known: Mapping[str, tuple[str, str]]) -> tuple[Reason, ...]:
    sorted_out: Counter[str] = Counter()
    for code, number in found.items():
        sorted_out[code if code in known else OTHER] += number
    other = word("reason", OTHER)
    named = {**known, OTHER: (other.zh, other.en)}
    return tuple(
        Reason(code=code, zh=named[code][0], en=named[code][1], number=number)
        for code, number in sorted_out.most_common()
    )


def rank(ordered: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile of what is ordered already: the least value that ``share`` of them do not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def _hours(ages: Sequence[float], share: float) -> float | None:
    found = rank(ages, share)
    return None if found is None else round(found / 3600, 2)
