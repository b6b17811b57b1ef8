from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcore.calendar import COUNTINGS, Counting, Pause, WorkCalendar, due, share_at, share_moment

pytestmark = pytest.mark.slow

CN = WorkCalendar.china()
AROUND_THE_CLOCK = WorkCalendar({"zone": "Asia/Shanghai", "sessions": "00:00-24:00", "complete": True})

moments = st.datetimes(datetime(2003, 1, 1), datetime(2029, 12, 31)).map(lambda at: at.replace(tzinfo=CN.zone))
days = st.integers(1, 120)
hours = st.integers(1, 600)
terms = st.lists(
    st.one_of(
        st.builds("{}wd".format, days),
        st.builds("{}d".format, days),
        st.builds("{}wh".format, hours),
        st.builds("{}uh".format, hours),
    ),
    min_size=1,
    max_size=4,
).map("+".join)
pauses = st.lists(
    st.builds(
        lambda since, length: Pause(since, since + length), moments, st.timedeltas(timedelta(0), timedelta(days=40))
    ),
    max_size=4,
)


def in_session(at: datetime, *, end: bool) -> bool:
    clock = timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond) // timedelta(
        microseconds=1
    )
    return any(s.opens <= clock < s.closes or (end and clock == s.closes) for s in CN.sessions)


@given(moments, days, days)
def test_working_days_add(start: datetime, n: int, m: int) -> None:
    """n working days and then m are n + m, from any moment."""
    assert (
        due(due(start, f"{n}wd", CN).at, f"{m}wd", CN).at
        == due(start, f"{n + m}wd", CN).at
        == due(start, f"{n}wd+{m}wd", CN).at
    )


@given(moments, hours, hours)
def test_working_hours_add(start: datetime, n: int, m: int) -> None:
    """n working hours and then m are n + m, from any moment."""
    assert due(due(start, f"{n}wh", CN).at, f"{m}wh", CN).at == due(start, f"{n + m}wh", CN).at


@given(moments, days)
def test_working_days_count_one_by_one(start: datetime, n: int) -> None:
    """Exactly n working days lie between the rolled start and the due, and the clock is that of the rolled start."""
    found = due(start, f"{n}wd", CN)
    begin = CN.when_worked(CN.worked_until(start), opening=True)
    assert begin >= start and begin.time() == found.at.time()
    between = range(begin.toordinal() + 1, found.at.toordinal() + 1)
    assert sum(CN.is_working(datetime.fromordinal(ordinal).date()) for ordinal in between) == n


@given(moments, terms, pauses)
def test_due_never_falls_outside_counted_time(start: datetime, term: str, paused: list[Pause]) -> None:
    """Working terms end inside working hours, day terms on a working day, whatever was suspended."""
    found = due(start, term, CN, "civil-code", paused)
    last = found.stages[-1]
    unit = last.stage.unit.value
    if unit in ("wd", "wh"):
        assert CN.is_working(found.at.date()) and in_session(found.at, end=unit == "wh")
    elif unit == "d":
        assert last.last_day is not None and CN.is_working(last.last_day)
        assert found.at == CN.midnight(last.last_day.toordinal() + 1)
    assert found.at > start
    assert not any(pause.since < found.at < pause.until for pause in paused)


@given(moments, terms, pauses, st.sampled_from(COUNTINGS))
def test_a_pause_never_brings_a_due_forward(
    start: datetime, term: str, paused: list[Pause], counting: Counting
) -> None:
    """Suspending can only move a due later, and pauses before the start change nothing."""
    plain = due(start, term, CN, counting)
    assert due(start, term, CN, counting, paused).at >= plain.at
    before = [Pause(p.since, p.until) for p in paused if p.until <= start and p.until.date() < start.date()]
    assert due(start, term, CN, counting, before).at == plain.at


@given(moments, terms, st.sampled_from(COUNTINGS), st.floats(0, 3))
def test_shares_run_forward_and_back(start: datetime, term: str, counting: Counting, share: float) -> None:
    """A larger share is never earlier, the whole share is the due, and share and moment are each other's inverse."""
    found = due(start, term, CN, counting)
    moment = share_moment(found, share)
    assert (moment <= found.at) if share <= 1 else (moment >= found.at)
    assert share_moment(found, 1.0) == found.at
    assert share_at(found, moment) == pytest.approx(share, abs=0.02)


@given(moments, terms, pauses)
def test_why_accounts_for_the_term(start: datetime, term: str, paused: list[Pause]) -> None:
    """The counted spans less the suspended ones make up each stage (within a day where part of one was suspended)."""
    found = due(start, term, CN, "days", paused)
    spans = found.why
    for number, stage in enumerate(found.stages):
        mine = [span for span in spans if span.stage == number]
        counted = sum(span.amount for span in mine if span.kind == "counted")
        left_out = sum(span.amount for span in mine if span.kind == "paused")
        unit = stage.stage.unit.value
        if unit in ("wh", "uh"):
            assert counted == pytest.approx(stage.stage.amount, abs=1e-6)
        elif unit == "wd":
            assert abs(counted - left_out - stage.stage.amount) <= 1.001
        elif not paused:
            assert counted == stage.stage.amount
        assert all(span.text("zh_CN") and span.text("en") for span in mine)


@given(moments, days)
def test_all_day_sessions_make_working_hours_of_days(start: datetime, n: int) -> None:
    """Where working days have 24 working hours, n wd end where 24 n wh end."""
    by_days, by_hours = due(start, f"{n}wd", AROUND_THE_CLOCK).at, due(start, f"{24 * n}wh", AROUND_THE_CLOCK).at
    assert AROUND_THE_CLOCK.worked_until(by_days) == AROUND_THE_CLOCK.worked_until(by_hours)
