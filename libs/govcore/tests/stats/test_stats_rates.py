"""Every count and every rate by hand, what adds up, and what has no value."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcore.events.lifecycle import EVENT, Lifecycle
from govcore.i18n import LANGUAGES, label
from govcore.packs.schema import ThreeRates
from govcore.stats import DIMENSIONS, Assignments, Cell, Fact, Filings, Judging, Matters, Offers, Verdicts
from govcore.stats.counts import CATALOGUE as COUNTS
from govcore.stats.counts import UNRECORDED, known, tally
from govcore.stats.rates import CATALOGUE as RATES
from govcore.stats.rates import SCORE, Share, shares

C = Cell("0101", "chengguan", "34.08.81.103", "hotline")
JUDGING = Judging.of([1, 2])
WITHOUT_PAUSE = Judging.of(
    [1, 2],
    Lifecycle("e", 2, tuple(line for line in EVENT.transitions if line.action != "suspend"), EVENT.ends),
)
WEIGHTS = ThreeRates(response=10, solution=45, satisfaction=45, source="x")

FACTS: list[Fact] = [
    Matters(C, "closed", opened=True, due=True, closed=True, on_time=True, handled=True),
    Matters(C, "rated", opened=True, due=True, closed=True, on_time=True, handled=True, grade=5),
    Matters(C, "rated", due=True, closed=True, on_time=False, handled=True, grade=2),
    Matters(C, "closed", closed=True, on_time=None, handled=True, reworked=True, reopened=True),
    Matters(C, "handling", opened=True, due=True, open=True, overdue=True),
    Matters(C, "handling", opened=True, open=True),
    Matters(C, "a_state_of_tomorrow", opened=True, due=True, open=True, overdue=True),
    Matters(C, "void", opened=True, due=True, closed=True),
    Matters(C, "attached", opened=True, closed=True, number=2),
    Matters(C, "closed", closed=True, on_time=True, number=3),
    Filings(C, "closed", 5),
    Filings(C, "void"),
    Filings(C, "attached"),
    Assignments(C, False, 4),
    Assignments(C, True),
    Verdicts(C, again=True, number=3),
    Verdicts(C, again=False, number=2),
    Offers(C, lead=True, settled=True, in_time=True, accepted=True, number=3),
    Offers(C, lead=True, settled=True, in_time=False, accepted=True),
    Offers(C, lead=True, settled=True),
    Offers(C, lead=True, settled=True, in_time=True, returned=True, upheld=True),
    Offers(C, lead=False, settled=True, in_time=True, returned=True, upheld=False),
    Offers(C, lead=False, settled=True, in_time=True, accepted=True, returned=True),
    Offers(C, lead=False, settled=False),
]  # fmt: skip

BY_HAND = {
    "due_closing": (2, 5),
    "timely_closing": (5, 6),
    "filing": (5, 7),
    "assigning": (4, 5),
    "accepting": (4, 6),
    "returning": (3, 9),
    "upholding": (1, 2),
    "rework": (1, 4),
    "sending_back": (3, 5),
    "response": (4, 6),
    "solution": (2, 4),
    "satisfaction": (1, 2),
}


def numbers(facts: list[Fact], judging: Judging = JUDGING) -> dict[str, int]:
    return known(sum(tally(facts, judging).values(), Counter()), judging)


def test_nothing_counted_has_no_rate() -> None:
    """An empty denominator is no value, neither 0 nor 100 %; what nobody records is no data."""
    found = shares(numbers([]), WEIGHTS)
    assert {code: share.why for code, share in found.items()} == {
        code: "no_data" if code == "missing" else "empty" for code in (*RATES, SCORE)
    }
    assert {share.value for share in found.values()} == {None}


@pytest.mark.parametrize("code", sorted({*RATES} - {"missing"}))
def test_each_rate_by_hand(code: str) -> None:
    """Twenty-two groups of facts, counted with a pencil."""
    above, below = BY_HAND[code]
    assert shares(numbers(FACTS), WEIGHTS)[code] == Share(above, below, above / below)


def test_the_other_counts_by_hand() -> None:
    """What came in, is no matter, is open and overdue; the same facts."""
    found = numbers(FACTS)
    codes = ("received", "no_matter", "closed", "followed", "open", "overdue", "rated")
    assert [found[code] for code in codes] == [8, 3, 7, 4, 3, 2, 2]


def test_what_is_suspended_is_not_owed() -> None:
    """Where the lifecycle has a state in which the clock stands, those matters leave the denominator; else: no data."""
    paused: list[Fact] = [*FACTS, Matters(C, "suspended", due=True, open=True, number=7)]
    assert numbers(paused)["suspended"] == 7
    assert numbers(paused)["due"] == numbers(FACTS)["due"] == 5
    assert "suspended" not in numbers(paused, WITHOUT_PAUSE)


def test_missed_reports_count_once_somebody_records_them() -> None:
    """Two found by inspection that nobody had reported, eight reported."""
    assert RATES["missing"].of({"missed": 2, "to_report": 10}) == Share(2, 10, 0.2)
    assert RATES["missing"].of({"missed": 0}).why == "no_data"


@pytest.mark.parametrize(("weights", "score"), [((10, 45, 45), 0.516667), ((30, 35, 35), 0.55), ((0, 0, 2), 0.5)])
def test_the_score_goes_by_the_places_weights(weights: tuple[float, float, float], score: float) -> None:
    """4 of 6 answered, 2 of 4 solved, 1 of 2 satisfied; two places' weights, and any other."""
    response, solution, satisfaction = weights
    three = ThreeRates(response=response, solution=solution, satisfaction=satisfaction, source="x")
    assert shares(numbers(FACTS), three)[SCORE].value == pytest.approx(score, abs=1e-6)


def test_no_weights_no_score() -> None:
    """A place that weighs nothing has no score, and one of the three without a value makes none either."""
    assert shares(numbers(FACTS), None)[SCORE].why == "no_data"
    assert shares(numbers([one for one in FACTS if not isinstance(one, Offers)]), WEIGHTS)[SCORE].why == "empty"


def test_every_count_and_rate_has_words_in_both_languages() -> None:
    """Names and sources come from the texts, for all of the catalogue."""
    keys = [f"stats.count.{code}" for code in (*COUNTS, *UNRECORDED)]
    keys += [f"stats.{area}.{code}" for area in ("rate", "source") for code in (*RATES, SCORE)]
    keys += [f"stats.{area}.{code}" for area in ("dimension", "none") for code in DIMENSIONS]
    assert [(key, lang) for key in keys for lang in LANGUAGES if label(key, lang) == key] == []
    assert {name for rate in RATES.values() for name in (rate.numerator, rate.denominator)} <= {*COUNTS, *UNRECORDED}


def _cells() -> st.SearchStrategy[Cell]:
    few = st.sampled_from(["", "a", "b"])
    return st.builds(Cell, few, few, few, few)


def _any(kind: Any, **more: Any) -> st.SearchStrategy[Any]:
    fields = {name: st.booleans() for name in kind._fields if name not in ("cell", "number", *more)}
    return st.builds(kind, cell=_cells(), number=st.integers(1, 9), **{**fields, **more})


MAYBE = st.sampled_from([None, True, False])
STATES = st.sampled_from([*sorted(EVENT.states), "paused", "a_state_of_tomorrow"])
ANY_FACTS = st.lists(
    st.one_of(
        _any(Matters, state=STATES, on_time=MAYBE, grade=st.sampled_from([None, 1, 3, 5])),
        _any(Filings, state=STATES),
        _any(Assignments),
        _any(Offers, upheld=MAYBE),
    ),
    max_size=30,
)


@given(ANY_FACTS, st.sampled_from([JUDGING, WITHOUT_PAUSE]))
def test_a_share_is_a_part_of_its_whole(facts: list[Fact], judging: Judging) -> None:
    """Whatever happened, every numerator lies within its denominator and every value between 0 and 1."""
    for share in shares(numbers(facts, judging), WEIGHTS).values():
        assert share.value is None or 0 <= share.value <= 1
        assert share.numerator is None or share.denominator is None or 0 <= share.numerator <= share.denominator


@pytest.mark.slow
@given(ANY_FACTS, st.sampled_from(DIMENSIONS))
def test_numbers_add_up_over_divisions(facts: list[Fact], dimension: str) -> None:
    """Numerators and denominators of all classes (departments, towns, channels) together are the whole's."""
    parts: Counter[str] = Counter()
    for code in {fact.cell.by(dimension) for fact in facts}:
        parts.update(numbers([fact for fact in facts if fact.cell.by(dimension) == code]))
    assert {code: parts[code] for code in numbers(facts)} == numbers(facts)


def test_rates_do_not_add_up() -> None:
    """Half of two and all of eight is nine of ten, not the mean of the two."""
    small = [Assignments(C, False), Assignments(C, True)]
    large = [Assignments(C._replace(place="x"), False, 8)]
    assert RATES["assigning"].of(numbers([*small, *large])).value == 0.9
