"""Surges against a series' own past, and months against the year before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from govcore.calendar import WorkCalendar
from govcore.events.surge import Key, Surge, SurgeRules, Told, Watch, at_least, risen

FIRST, LAST = date(2026, 1, 5), date(2026, 5, 31)
DAYS = [FIRST + timedelta(days=at) for at in range((LAST - FIRST).days + 1)]
CHINA = WorkCalendar.china()
HOUSING = Key("0302", "34.08.81.002")


def usual(day: date, working: int = 9, resting: int = 3) -> int:
    """A steady office: a few more and a few fewer, many on working days and few on others."""
    wobble = (day.toordinal() * 7) % 5 - 2
    return max(0, (working if CHINA.is_working(day) else resting) + wobble)


def watch(counts: dict[date, int], **rules: object) -> Watch:
    return Watch({HOUSING: counts}, first=FIRST, last=LAST, calendar=CHINA, rules=SurgeRules.model_validate(rules))


def told(counts: dict[date, int]) -> list[Surge]:
    return watch(counts).through(FIRST, LAST)


def test_a_steady_rhythm_with_holidays_and_make_up_days_is_no_surge() -> None:
    """Spring Festival, its make-up days and every weekend raise nothing."""
    assert told({day: usual(day) for day in DAYS}) == []


def test_three_days_of_three_times_as_many_are_one_surge_with_its_reason() -> None:
    """It is told once, with the days, what was expected, and why in both languages."""
    counts = {day: usual(day) for day in DAYS}
    start = date(2026, 4, 21)
    for at in range(3):
        counts[start + timedelta(days=at)] = 27
    (surge,) = told(counts)
    assert surge.key == HOUSING and surge.since <= start <= surge.until <= start + timedelta(days=9)
    assert surge.observed >= 27 and surge.times > 2 and 0.2 < surge.score <= 1
    assert "倍" in surge.reason("zh_CN", "物业", "文昌街道") and "文昌街道" in surge.reason("zh_CN", "物业", "文昌街道")
    assert "times as many" in surge.reason("en") and "0302" in surge.reason("en")


def test_a_weekend_as_busy_as_a_working_day_is_a_surge() -> None:
    """Twelve on a rest day stand out where twelve on a working day do not."""
    counts = {day: usual(day) for day in DAYS}
    rest, work = date(2026, 4, 18), date(2026, 4, 22)
    counts[rest] = counts[work] = 14
    found = watch(counts)
    assert [one.first for one in found.on(rest)] == [rest]
    assert found.on(work) == []


def test_an_earlier_surge_does_not_hide_the_next() -> None:
    """The level is robust: two surges a month apart are both told."""
    counts = {day: usual(day) for day in DAYS}
    for start in (date(2026, 3, 24), date(2026, 4, 28)):
        for at in range(3):
            counts[start + timedelta(days=at)] = 27
    assert len(told(counts)) == 2


def test_too_little_past_says_nothing() -> None:
    """A class that begins with fifty a day in its first week is not compared with nothing."""
    counts = dict.fromkeys(DAYS[:7], 50)
    assert watch(counts).on(DAYS[6]) == []
    assert watch({}).on(DAYS[30]) == []
    assert watch({day: 9 for day in DAYS}).on(FIRST - timedelta(days=1)) == []


def test_the_tail_of_the_distribution_is_the_tail() -> None:
    """Against values summed by hand; more variance makes the same count less surprising, any size can be asked."""
    assert at_least(0, 3, 3) == 1.0
    assert at_least(9, 3, 3) == pytest.approx(0.003803, rel=1e-3)
    assert at_least(9, 3, 6) == pytest.approx(
        sum((k + 1) * (k + 2) / 2 / 2 ** (k + 3) for k in range(9, 200)), rel=1e-9
    )
    assert at_least(5000, 4000, 4000) < 1e-40 < at_least(5000, 4000, 400_000) < 0.1
    assert at_least(1, 0, 0) == 0.0 and at_least(1, 5000, 5000) == pytest.approx(1.0)


def test_a_month_against_the_year_before() -> None:
    """+72.51 % is told, a small class, a small rise and a month without a past are not."""
    rules = SurgeRules()
    found = risen(HOUSING, 2026, 4, now=759, before=440, rules=rules)
    assert found is not None and f"{found.rise:+.2%}" == "+72.50%"
    assert "+72.50%" in found.reason("zh_CN") and "2026-04" in found.reason("en")
    assert risen(HOUSING, 2026, 4, now=14, before=8, rules=rules) is None
    assert risen(HOUSING, 2026, 4, now=460, before=440, rules=rules) is None
    assert risen(HOUSING, 2026, 4, now=460, before=0, rules=rules) is None


def test_who_is_told_is_data() -> None:
    """Lines for classes and their beginnings add up, each department once."""
    rules = SurgeRules(
        tell=(
            Told(classes=("03*",), departments=("zhujian", "gongan"), source="s"),
            Told(departments=("gongan",), source="s"),
        )
    )
    assert rules.told("0302") == ("zhujian", "gongan")
    assert rules.told("0101") == ("gongan",)


@pytest.mark.parametrize(
    "wrong", [{"windows": {}}, {"windows": {100: 1.0}}, {"windows": {1: 0.6, 3: 0.6}}, {"alarms_a_week": 0}, {"x": 1}]
)
def test_numbers_that_do_not_fit_are_refused(wrong: dict[str, object]) -> None:
    """A window longer than half the span, shares above one, no alarms at all, a key nobody knows."""
    with pytest.raises(ValidationError):
        SurgeRules.model_validate(wrong)
