"""Every rate, each with its formula: named numerator, named denominator, and where the definition comes from.

Tables, workbooks, pages and the API say what stands here; names are the texts ``stats.rate.<code>``, sources
``stats.source.<code>``.  Numerators and denominators add up over divisions, rates do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from govcore.stats.counts import Counts

if TYPE_CHECKING:
    from govcore.packs.schema import ThreeRates

Why = Literal["empty", "no_data"]
"""Why a rate has no value: nothing in its denominator, or nobody records what it is made of."""


@dataclass(frozen=True, slots=True)
class Share:
    """One rate of one division: ``value`` from 0 to 1, or None and ``why``; the numbers it was made of."""

    numerator: int | None
    denominator: int | None
    value: float | None
    why: Why | None = None


NO_DATA = Share(None, None, None, "no_data")


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate: the count ``numerator`` over the count ``denominator``, of which it is always a part."""

    code: str
    numerator: str
    denominator: str

    def of(self, counts: Counts) -> Share:
        """Its value, or why there is none: an empty denominator is neither 0 nor 100 %."""
        above, below = counts.get(self.numerator), counts.get(self.denominator)
        if above is None or below is None:
            return NO_DATA
        return Share(above, below, above / below if below else None, None if below else "empty")


CATALOGUE: Mapping[str, Rate] = {
    one.code: one
    for one in (
        Rate("due_closing", "due_on_time", "due"),
        Rate("timely_closing", "closed_on_time", "closed_termed"),
        Rate("filing", "filed_right", "filed"),
        Rate("assigning", "assigned_on_time", "assigned"),
        Rate("accepting", "accepted_on_time", "to_accept"),
        Rate("returning", "returned", "offered"),
        Rate("upholding", "returns_upheld", "returns_decided"),
        Rate("rework", "reworked", "followed"),
        Rate("sending_back", "reworks", "verdicts"),
        Rate("missing", "missed", "to_report"),
        Rate("response", "responded", "asked"),
        Rate("solution", "solved", "followed"),
        Rate("satisfaction", "satisfied", "rated"),
    )
}
"""In the order in which tables show them."""

THREE = ("response", "solution", "satisfaction")
"""The three rates of the hotline 12345 (三率), which a place weighs into one score."""
SCORE = "score"


def shares(counts: Counts, weights: ThreeRates | None) -> dict[str, Share]:
    """Every rate of these counts, and the weighted score of the three."""
    found = {code: rate.of(counts) for code, rate in CATALOGUE.items()}
    found[SCORE] = score(found, weights)
    return found


def score(found: Mapping[str, Share], weights: ThreeRates | None) -> Share:
    """The three rates by the place's weights, 0 to 1.  None where it has no weights, or one of the three no value."""
    if weights is None:
        return NO_DATA
    weighed, whole = 0.0, 0.0
    for code in THREE:
        share, weight = found[code], weights.weight(code)
        if share.value is None:
            return Share(None, None, None, share.why)
        weighed, whole = weighed + share.value * weight, whole + weight
    return Share(None, None, weighed / whole)
