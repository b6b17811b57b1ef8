"""The real half-year of a city's hotline orders, with surges planted in it and with none."""

from __future__ import annotations

import pytest

from bench import surge

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=[1, 2, 3, 4], ids="names-{}".format)
def orders(request: pytest.FixtureRequest) -> surge.Counts:
    if not surge.data_file().exists():
        pytest.skip(f"missing data file {surge.FILE} (set GOVMESH_DATA)")
    return surge.real(surge.data_file(), request.param)


@pytest.mark.parametrize("seed", [2026, 2027])
def test_planted_surges_are_found(orders: surge.Counts, seed: int) -> None:
    """Of 30 surges of three days at three times the expected count at least 27 are told in time."""
    assert surge.found(*surge.planted(orders, seed)) >= 27


@pytest.mark.parametrize("seed", [2026, 2027])
def test_without_surges_there_is_at_most_one_alert_a_week(orders: surge.Counts, seed: int) -> None:
    """The same series with its days shuffled within the week raises few alerts."""
    assert surge.a_week(surge.resampled(orders, seed)) <= 1


def test_every_alert_of_the_real_half_year_has_its_reason(orders: surge.Counts) -> None:
    """Observed, expected, score and the words in both languages, for each."""
    found = surge.watch(orders).through(surge.FIRST, surge.LAST)
    assert found
    for one in found:
        assert one.observed > one.expected >= 0 and 0 < one.score <= 1
        assert str(one.observed) in one.reason("zh_CN") and str(one.observed) in one.reason("en")
