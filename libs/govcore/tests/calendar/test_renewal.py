"""What a notice changes when it comes out: days, and dues."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from govcore.calendar import Notice, Pause, WorkCalendar, changed_days, due, renewals, renewed

At = Callable[..., datetime]

CN = WorkCalendar.china()
OUT = CN.with_notices(
    [
        Notice(year=2027, name="New Year's Day", holidays="0101-0103"),
        Notice(year=2027, name="Spring Festival", holidays="0206-0212", makeup="0130 0220"),
    ]
)
"""A notice for 2027 as it might read: its week of Spring Festival is on no calendar before."""

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 30)).map(lambda at: at.replace(tzinfo=CN.zone))
terms = st.lists(
    st.builds("{}{}".format, st.integers(1, 40), st.sampled_from(["wd", "wh", "d", "uh"])), min_size=1, max_size=3
).map("+".join)


def test_only_what_the_notice_touches_is_named(at: At) -> None:
    """One over Spring Festival moves, one after New Year is settled, that of 2026 is not named."""
    asked = [
        due(at(2026, 9, 30, 9), "3wd", CN),
        due(at(2026, 12, 31, 9), "1wd", CN),
        due(at(2027, 2, 5, 9), "1wd", CN),
    ]
    settled, moved = renewals(asked, OUT)
    assert (settled.moved, settled.before.at, settled.after.provisional) == (False, settled.after.at, False)
    assert (moved.moved, moved.before.at, moved.after.at) == (True, at(2027, 2, 8, 9), at(2027, 2, 15, 9))
    assert moved.before.provisional and not moved.after.provisional


def test_days_that_become_others_are_listed() -> None:
    """Each day of another kind is given as it was and as it is; a day off where there was one already is not."""
    changed = list(changed_days(CN, OUT, date(2027, 1, 1), date(2027, 12, 31)))
    assert [(was.kind, now.kind) for was, now in changed if now.kind == "makeup"] == [("weekend", "makeup")] * 2
    assert [now.date for _, now in changed][:3] == [date(2027, 1, 2), date(2027, 1, 3), date(2027, 1, 30)]
    assert list(changed_days(CN, OUT, date(2026, 1, 1), date(2026, 12, 31))) == []


@given(moments, terms)
def test_a_renewed_due_is_the_due_of_the_newer_calendar(start: datetime, term: str) -> None:
    """Pauses and counting rule stay; what neither moved nor became settled is not named."""
    pause = [Pause(start, start.replace(year=start.year + 1))]
    for counting in ("civil-code", "days"):
        before = due(start, term, CN, counting, pause)  # type: ignore[arg-type]
        after = due(start, term, OUT, counting, pause)  # type: ignore[arg-type]
        assert renewed(before, OUT) == after
        same = (before.at, before.provisional) == (after.at, after.provisional)
        assert [one.after for one in renewals([before], OUT)] == ([] if same else [after])


@given(moments, terms)
def test_what_is_settled_never_moves(start: datetime, term: str) -> None:
    """A due that was not provisional is the same by the newer calendar: only provisional ones need to be looked at."""
    before = due(start, term, CN)
    if not before.provisional:
        assert list(renewals([before], OUT)) == []
