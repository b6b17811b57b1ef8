from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from govcore.calendar import WorkCalendar, due, judge, moment_at, overdue, share_at, share_moment
from govcore.errors import Refusal

At = Callable[..., datetime]


@pytest.mark.parametrize(
    ("start", "term", "wanted"),
    [
        ((2026, 9, 30, 9), "3wd", (2026, 10, 10, 9)),
        ((2026, 2, 14, 10), "1wd", (2026, 2, 24, 10)),
        ((2026, 3, 2, 12, 30), "1wd", (2026, 3, 3, 14)),
        ((2026, 3, 2, 6), "1wd", (2026, 3, 3, 8)),
        ((2026, 3, 2, 18), "1wd", (2026, 3, 4, 8)),
        ((2026, 3, 6, 19), "1wd", (2026, 3, 10, 8)),
        ((2026, 3, 7, 10), "1wd", (2026, 3, 10, 8)),
        ((2026, 3, 2, 9), "4wh", (2026, 3, 2, 15)),
        ((2026, 3, 2, 8), "4wh", (2026, 3, 2, 12)),
        ((2026, 3, 2, 13), "4wh", (2026, 3, 2, 18)),
        ((2026, 3, 6, 17), "2wh", (2026, 3, 9, 9)),
        ((2026, 3, 6, 17), "1.5wh", (2026, 3, 9, 8, 30)),
        ((2026, 3, 6, 23), "3uh", (2026, 3, 7, 2)),
        ((2026, 9, 30, 9), "3uh+8uh+5wd", (2026, 10, 14, 8)),
        ((2026, 3, 2, 9), "4wh+1wd", (2026, 3, 3, 15)),
        ((2026, 3, 2, 9), "15d", (2026, 3, 18)),
        ((2026, 9, 19, 9), "15d", (2026, 10, 9)),
        ((2026, 9, 10, 9), "5d+5d", (2026, 9, 21)),
        ((2026, 3, 2, 0), "1d", (2026, 3, 4)),
    ],
)
def test_due(start: tuple[int, ...], term: str, wanted: tuple[int, ...], cn: WorkCalendar, at: At) -> None:
    """Each kind of time, and stages of them, end where the calendar says."""
    found = due(at(*start), term, cn)
    assert found.at == at(*wanted)
    assert found.at.tzinfo is cn.zone
    assert not found.provisional
    assert str(found.term) == term


def test_counting_rules_differ_on_the_last_day(cn: WorkCalendar, at: At) -> None:
    """A last day in National Day week moves after the Civil Code, stays by days, ends to the second by elapsed time."""
    start = at(2026, 9, 19, 9, 30)
    assert due(start, "15d", cn, "civil-code").wall == "2026-10-08 24:00"
    assert due(start, "15d", cn, "days").wall == "2026-10-04 24:00"
    assert due(start, "15d", cn, "elapsed").wall == "2026-10-04 09:30"


def test_a_makeup_saturday_is_a_fit_last_day(cn: WorkCalendar, at: At) -> None:
    """A last day that falls on a make-up working Saturday does not move."""
    assert due(at(2026, 9, 25, 9), "15d", cn).stages[-1].last_day == date(2026, 10, 10)


def test_the_end_of_a_day_is_too_late(cn: WorkCalendar, at: At) -> None:
    """24:00 of the last day is late, the second before is not; a due moment itself is in time."""
    day = due(at(2026, 3, 2, 9), "1d", cn)
    assert day.is_late(at(2026, 3, 4)) and not day.is_late(at(2026, 3, 3, 23, 59, 59))
    hour = due(at(2026, 3, 2, 9), "1wd", cn)
    assert not hour.is_late(at(2026, 3, 3, 9)) and hour.is_late(at(2026, 3, 3, 9, 0, 1))
    assert overdue(at(2026, 3, 4), at(2026, 3, 3)) and not overdue(at(2026, 3, 3), at(2026, 3, 3))


def test_start_may_come_in_any_zone(cn: WorkCalendar, at: At) -> None:
    """The same moment given in UTC is due at the same moment, answered in the calendar's zone."""
    found = due(datetime(2026, 9, 30, 1, tzinfo=UTC), "3wd", cn)
    assert found.at == at(2026, 10, 10, 9) and found.at.utcoffset() == timedelta(hours=8)


def test_a_clock_change_does_not_shift_working_days() -> None:
    """Working days keep the wall clock over a change to summer time; urgent hours count real hours."""
    boston = WorkCalendar({"zone": "America/New_York", "sessions": "08:30-17:00", "complete": True})
    start = boston.here(datetime(2015, 3, 6, 9, 0))
    assert due(start, "1wd", boston).at == boston.here(datetime(2015, 3, 9, 9, 0))
    assert due(start, "72uh", boston).at == boston.here(datetime(2015, 3, 9, 10, 0))


def test_naive_times_and_unknown_rules_are_refused(cn: WorkCalendar, at: At) -> None:
    """A time without a zone, a rule nobody knows and an absurd share are refused with their codes."""
    with pytest.raises(Refusal, match="CALENDAR_NAIVE_TIME"):
        due(datetime(2026, 3, 2, 9), "1wd", cn)
    with pytest.raises(Refusal, match="CALENDAR_NAIVE_TIME"):
        due(at(2026, 3, 2, 9), "1wd", cn).is_late(datetime(2026, 3, 2, 9))
    with pytest.raises(Refusal, match="CALENDAR_BAD_COUNTING"):
        due(at(2026, 3, 2, 9), "1wd", cn, "lunar")  # type: ignore[arg-type]
    for share in (-0.1, float("nan"), float("inf")):
        with pytest.raises(Refusal, match="CALENDAR_BAD_SHARE"):
            moment_at(at(2026, 3, 2, 9), "1wd", share, cn)


def test_warnings_come_at_shares_of_the_term(cn: WorkCalendar, at: At) -> None:
    """Half of 4 wh is two working hours on, 0.8 of 5 wd is the fourth day, 1.5 of 2 wd is a day over."""
    assert moment_at(at(2026, 3, 2, 11), "4wh", 0.5, cn) == at(2026, 3, 2, 15)
    assert moment_at(at(2026, 3, 2, 9), "5wd", 0.8, cn) == at(2026, 3, 6, 9)
    assert moment_at(at(2026, 3, 2, 9), "2wd", 1.5, cn) == at(2026, 3, 5, 9)
    assert moment_at(at(2026, 3, 1), "10d", 0.5, cn, "days") == at(2026, 3, 6, 12)
    assert moment_at(at(2026, 3, 2, 9), "4uh", 0.25, cn) == at(2026, 3, 2, 10)


def test_shares_of_a_staged_term_weigh_by_its_lengths(cn: WorkCalendar, at: At) -> None:
    """Of 3uh+8uh+5wd (3 + 8 + 40 hours) 11/51 are the two first stages, and the share runs back to the moment."""
    found = due(at(2026, 3, 2, 9), "3uh+8uh+5wd", cn)
    assert share_moment(found, 11 / 51) == found.stages[1].at == at(2026, 3, 2, 20)
    assert share_moment(found, 1.0) == found.at
    assert share_at(found, share_moment(found, 0.7)) == pytest.approx(0.7)
    assert share_at(found, at(2026, 3, 2, 8)) == 0.0


def test_judgement_says_late_by_how_much(cn: WorkCalendar, at: At) -> None:
    """An answer two working days into a term of one is late, at share 2; one before the start is in time."""
    late = judge(at(2026, 3, 6, 9), at(2026, 3, 10, 9), "1wd", cn)
    assert (late.late, late.over, late.share) == (True, timedelta(days=1), 2.0)
    early = judge(at(2026, 3, 6, 9), at(2026, 3, 5, 9), "1wd", cn)
    assert (early.late, early.over, early.share) == (False, timedelta(0), 0.0)
