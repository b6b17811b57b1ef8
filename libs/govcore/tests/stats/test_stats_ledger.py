"""The departments' ledger: how they answered, what became of their returns, how old their tasks are."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from govcore.stats import Account, Cell, Judging, Offers, Work, accounts
from govcore.stats.ledger import OTHER, rank
from govcore.stats.names import Named

REASONS = {"not_responsible": ("不属于本单位职责", "not our responsibility")}
OLDEST = datetime(2026, 3, 2, tzinfo=UTC)


def ledger(
    offers: list[Offers], work: Work, departments: tuple[str, ...] = ("chengguan", "gongan")
) -> dict[str, Account]:
    def name(_dimension: str, code: str) -> Named:
        return Named(code=code, zh=code, en=code)

    found = accounts(offers, work, departments=departments, reasons=REASONS, judging=Judging.of([]), name=name)
    return {one.code: one for one in found}


def offer(dept: str = "chengguan", **facts: Any) -> Offers:
    return Offers(Cell(dept=dept), **{"lead": True, "settled": True, **facts})


def test_a_department_that_did_nothing_is_listed_with_nothing() -> None:
    """Nought tasks and no rate, no median, no oldest; one the pack has no more comes after the others."""
    found = ledger([], Work(held={"merged_away": 2}, oldest={"merged_away": OLDEST}))
    assert list(found) == ["chengguan", "gongan", "merged_away"]
    idle = found["gongan"]
    assert (idle.counts["offered"], idle.median_hours, idle.p90_hours, idle.oldest) == (0, None, None, None)
    assert {share.why for share in idle.rates.values()} == {"empty"}
    assert (found["merged_away"].held, found["merged_away"].oldest) == (2, OLDEST)


def test_returns_are_upheld_overruled_or_open() -> None:
    """Four returns: two went elsewhere, one came back designated, one lies at the desk."""
    fates = [True, True, False, None]
    made = [offer(in_time=True, returned=True, upheld=fate) for fate in fates] + [offer(in_time=True, accepted=True)]
    one = ledger(made, Work())["chengguan"]
    assert (one.counts["returned"], one.counts["returns_upheld"], one.returns_overruled, one.returns_open) == (
        4,
        2,
        1,
        1,
    )
    assert (one.rates["returning"].value, one.rates["upholding"].value) == (0.8, pytest.approx(2 / 3))
    assert one.rates["accepting"].value == 1.0


def test_what_was_written_as_a_reason_is_never_shown() -> None:
    """A reason the pack has a code for is named; any other words, which may name somebody, are another reason."""
    work = Work(reasons={"chengguan": Counter({"not_responsible": 3, "找张三": 1, "": 1})})
    one = ledger([], work)["chengguan"]
    assert [(reason.code, reason.number) for reason in one.reasons] == [("not_responsible", 3), (OTHER, 2)]
    assert "张三" not in one.model_dump_json()


@pytest.mark.parametrize(
    ("share", "of", "value"), [(0.5, 1, 1), (0.9, 1, 1), (0.5, 4, 2), (0.9, 10, 9), (0.9, 11, 10), (0.5, 0, None)]
)
def test_ranks_are_nearest_ranks(share: float, of: int, value: float | None) -> None:
    """The least of 1 … n that the share of them does not exceed; of none, none."""
    assert rank([float(n) for n in range(1, of + 1)], share) == value


def test_ages_are_hours() -> None:
    """Of ten tasks done after one to ten hours the median is 5 h and the ninth decile 9 h."""
    work = Work(
        ages={"gongan": [3600.0 * n for n in (10, 1, 9, 2, 8, 3, 7, 4, 6, 5)]},
        termed={"gongan": 8},
        on_time={"gongan": 6},
    )
    one = ledger([], work)["gongan"]
    assert (one.done, one.median_hours, one.p90_hours, one.done_termed, one.done_on_time) == (10, 5.0, 9.0, 8, 6)
