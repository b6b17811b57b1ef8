"""Days, weeks and months in the place's own time zone, and what they are held against."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcore.errors import Refusal
from govcore.stats import KINDS, Period

SHANGHAI, BOSTON = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
LATER = datetime(2100, 1, 1, tzinfo=UTC)
DAYS = st.dates(date(1950, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("kind", "day", "code"),
    [("year", date(2026, 3, 2), "STATS_BAD_PERIOD"), ("month", date(1, 1, 1), "STATS_BAD_DATE")],
)
def test_a_period_that_cannot_be_is_refused(kind: str, day: date, code: str) -> None:
    """No such kind, no such year: a reason, never an overflow further in."""
    with pytest.raises(Refusal) as no:
        Period.holding(kind, day, SHANGHAI)
    assert no.value.code == code


def test_what_has_not_begun_is_refused() -> None:
    """Tomorrow has no figures; a second after midnight it has."""
    period = Period.holding("day", date(2026, 3, 3), SHANGHAI)
    midnight = datetime(2026, 3, 3, tzinfo=SHANGHAI)
    with pytest.raises(Refusal) as no:
        period.window(midnight)
    assert (no.value.code, no.value.value) == ("STATS_FUTURE", "2026-03-03")
    assert period.window(midnight + timedelta(seconds=1)).whole is False


def test_boundaries_are_the_places_own_midnights() -> None:
    """March in Tongcheng begins at 16:00 UTC of the last of February; in Boston it has an hour less than 31 days."""
    tongcheng = Period.holding("month", date(2026, 3, 17), SHANGHAI).window(LATER)
    assert (tongcheng.start, tongcheng.end) == (
        datetime(2026, 2, 28, 16, tzinfo=UTC),
        datetime(2026, 3, 31, 16, tzinfo=UTC),
    )
    boston = Period.holding("month", date(2026, 3, 17), BOSTON).window(LATER)
    assert boston.end - boston.start == timedelta(days=31) - timedelta(hours=1)


def test_a_period_is_named_and_has_neighbours() -> None:
    """Labels, the period before, and the same one of the year before, over leap days and weeks 53."""
    found = {
        (kind, day): (one.label, one.before().label, one.year_before().label)
        for kind, day in [
            ("day", date(2024, 2, 29)),
            ("day", date(2026, 3, 1)),
            ("week", date(2020, 12, 31)),
            ("week", date(2021, 1, 4)),
            ("month", date(2026, 1, 31)),
        ]
        for one in [Period.holding(kind, day, SHANGHAI)]
    }
    assert list(found.values()) == [
        ("2024-02-29", "2024-02-28", "2023-02-28"),
        ("2026-03-01", "2026-02-28", "2025-03-01"),
        ("2020-W53", "2020-W52", "2019-W52"),
        ("2021-W01", "2020-W53", "2020-W01"),
        ("2026-01", "2025-12", "2025-01"),
    ]


def test_half_a_month_is_held_against_half_a_month() -> None:
    """On the 10th at noon, of the month before only the first nine and a half days count; of a past month, all."""
    period, noon = Period.holding("month", date(2026, 3, 1), SHANGHAI), datetime(2026, 3, 10, 12, tzinfo=SHANGHAI)
    half = period.before().as_far_as(period, noon)
    assert (half.end, half.whole) == (datetime(2026, 2, 10, 12, tzinfo=SHANGHAI), False)
    last = period.before().as_far_as(period, datetime(2026, 3, 31, 12, tzinfo=SHANGHAI))
    assert (last.end, last.whole) == (datetime(2026, 3, 1, tzinfo=SHANGHAI), True)
    assert period.before().as_far_as(period, LATER).whole


@given(st.sampled_from(KINDS), DAYS, st.sampled_from([SHANGHAI, BOSTON, ZoneInfo("Australia/Lord_Howe")]))
def test_periods_lie_end_to_end(kind: str, day: date, zone: ZoneInfo) -> None:
    """Whatever day is asked: it lies in its period, and the one before ends where this one starts."""
    period = Period.holding(kind, day, zone)
    own, before = period.window(LATER), period.before().window(LATER)
    assert period.first <= day < period.after
    assert before.end == own.start < own.end
    days = [one.window(LATER) for one in period.days()]
    assert (days[0].start, days[-1].end) == (own.start, own.end)
    assert all(one.end == following.start for one, following in pairwise(days))
