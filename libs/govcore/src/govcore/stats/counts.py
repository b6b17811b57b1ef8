"""Every number that a table of figures may hold: one catalogue, by code, each with what it counts.

The names stand in the ``stats`` texts under ``stats.count.<code>``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from govcore.events.lifecycle import EVENT, Lifecycle
from govcore.stats.facts import Assignments, Cell, Fact, Filings, Matters, Offers, Verdicts

Counts = Mapping[str, int]
"""Code to number.  A code that is missing was not recorded anywhere: no data, which is not nought."""


@dataclass(frozen=True, slots=True)
class Judging:
    """What a count has to know of the place.

    ``no_matter``: states in which it turned out to be no matter of its own (merged, void).  ``suspended``: those in
    which the clock stands (缓办); empty where the lifecycle has none.  ``bad_grades``: those that send a matter back;
    ``final``: the grade that counts is the last one, after a return call, not the first.
    """

    no_matter: frozenset[str]
    suspended: frozenset[str]
    bad_grades: frozenset[int]
    final: bool = False

    @classmethod
    def of(cls, bad_grades: Iterable[int], lifecycle: Lifecycle = EVENT, *, final: bool = False) -> Judging:
        """After a lifecycle's own lines: where ``attach`` and ``void`` lead, and where ``suspend`` does."""
        return cls(_led_to(lifecycle, "attach", "void"), _led_to(lifecycle, "suspend"), frozenset(bad_grades), final)


@dataclass(frozen=True, slots=True)
class Count:
    """One number: it counts those facts of the kind ``of`` for which ``holds``."""

    code: str
    of: type[Any]
    holds: Callable[[Any, Judging], bool]


def _led_to(lifecycle: Lifecycle, *actions: str) -> frozenset[str]:
    return frozenset(line.next for line in lifecycle.transitions if line.action in actions)


def _real(fact: Matters | Filings, judging: Judging) -> bool:
    return fact.state not in judging.no_matter


def _closed(fact: Matters, judging: Judging) -> bool:
    return fact.closed and _real(fact, judging)


def _followed(fact: Matters, judging: Judging) -> bool:
    return fact.handled and _closed(fact, judging)


def _owed(fact: Matters, judging: Judging) -> bool:
    return fact.due and _real(fact, judging) and fact.state not in judging.suspended


def _rated(fact: Matters, judging: Judging) -> bool:
    return _closed(fact, judging) and fact.grade is not None


def _good(fact: Matters, judging: Judging) -> bool:
    grade = fact.final if judging.final and fact.final is not None else fact.grade
    return grade not in judging.bad_grades


def _to_accept(fact: Offers) -> bool:
    return fact.settled and (fact.accepted or not fact.returned)


CATALOGUE: Mapping[str, Count] = {
    one.code: one
    for one in (
        Count("received", Matters, lambda fact, _: fact.opened),
        Count("no_matter", Matters, lambda fact, at: fact.opened and not _real(fact, at)),
        Count("due", Matters, _owed),
        Count("due_on_time", Matters, lambda fact, at: _owed(fact, at) and bool(fact.on_time)),
        Count("suspended", Matters, lambda fact, at: fact.due and fact.state in at.suspended),
        Count("closed", Matters, _closed),
        Count("closed_termed", Matters, lambda fact, at: _closed(fact, at) and fact.on_time is not None),
        Count("closed_on_time", Matters, lambda fact, at: _closed(fact, at) and bool(fact.on_time)),
        Count("open", Matters, lambda fact, at: fact.open and _real(fact, at)),
        Count("overdue", Matters, lambda fact, at: fact.open and fact.overdue and _real(fact, at)),
        Count("followed", Matters, _followed),
        Count("reworked", Matters, lambda fact, at: _followed(fact, at) and fact.reworked),
        Count("solved", Matters, lambda fact, at: _followed(fact, at) and not fact.reopened and _good(fact, at)),
        Count("rated", Matters, _rated),
        Count("satisfied", Matters, lambda fact, at: _rated(fact, at) and _good(fact, at)),
        Count("filed", Filings, lambda _fact, _at: True),
        Count("filed_right", Filings, _real),
        Count("assigned", Assignments, lambda _fact, _at: True),
        Count("assigned_on_time", Assignments, lambda fact, _: not fact.late),
        Count("verdicts", Verdicts, lambda _fact, _at: True),
        Count("reworks", Verdicts, lambda fact, _: fact.again),
        Count("offered", Offers, lambda _fact, _at: True),
        Count("to_accept", Offers, lambda fact, _: _to_accept(fact)),
        Count("accepted", Offers, lambda fact, _: fact.accepted),
        Count("accepted_on_time", Offers, lambda fact, _: _to_accept(fact) and fact.accepted and fact.in_time),
        Count("returned", Offers, lambda fact, _: fact.returned),
        Count("returns_decided", Offers, lambda fact, _: fact.returned and fact.upheld is not None),
        Count("returns_upheld", Offers, lambda fact, _: fact.returned and bool(fact.upheld)),
        Count("asked", Offers, lambda fact, _: fact.lead and fact.settled),
        Count("responded", Offers, lambda fact, _: fact.lead and fact.settled and fact.in_time),
    )
}
"""In the order in which tables show them."""

UNRECORDED = ("missed", "to_report")
"""Numbers that rates name and that no fact carries: what a round of inspection found that nobody had reported.
They stand beside the others once somebody records them, and are *no data* until then."""


def tally(facts: Iterable[Fact], judging: Judging) -> dict[Cell, Counter[str]]:
    """The numbers of each cell.  What adds up: those of all cells together are the whole's."""
    by_kind = {kind: [one for one in CATALOGUE.values() if one.of is kind] for kind in Fact.__args__}
    found: dict[Cell, Counter[str]] = {}
    for fact in facts:
        numbers = found.setdefault(fact.cell, Counter())
        for count in by_kind[type(fact)]:
            if count.holds(fact, judging):
                numbers[count.code] += fact.number
    return found


def known(numbers: Mapping[str, int], judging: Judging) -> dict[str, int]:
    """All numbers of the catalogue, nought where nothing was counted; none for what the lifecycle cannot know."""
    return {code: numbers.get(code, 0) for code in CATALOGUE if code != "suspended" or judging.suspended}
