from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from govcore.calendar import CalendarData, Calendars, Notice, WorkCalendar, china, due, read_notice_file, read_notices
from govcore.errors import Refusal

PLAIN = {"zone": "Asia/Shanghai", "sessions": "09:00-17:00"}


def test_every_day_agrees_with_the_holiday_file(shared: Callable[[str], Path], cn: WorkCalendar) -> None:
    """All days of 2004–2026, 2026 among them, are working or not as the file of notices says."""
    with shared("holidays/cn_holidays_2004_2026.csv").open(encoding="utf-8") as lines:
        said = {row["date"]: row for row in csv.DictReader(lines)}
    day, end = date(2004, 1, 1), date(2026, 12, 31)
    while day <= end:
        row = said.get(day.isoformat())
        found = cn.day(day)
        wanted = row["kind"] == "makeup_workday" if row else day.weekday() < 5
        assert (found.working, found.name) == (wanted, row["name"] if row else ""), day
        day += timedelta(days=1)


def test_the_makeup_days_of_2026(cn: WorkCalendar) -> None:
    """The six make-up working days of 2026 are worked although they are weekend days."""
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    makeup = [f"{day:%m-%d}" for day in days if cn.day(day).kind == "makeup"]
    assert makeup == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]


def test_a_year_without_a_notice_is_provisional(cn: WorkCalendar) -> None:
    """2027 is answered from weekends and the days fixed by law, and marked; so are the last days of 2026."""
    assert cn.day(date(2027, 1, 1)).kind == "holiday" and cn.day(date(2027, 1, 1)).provisional
    assert cn.day(date(2027, 3, 3)).working and cn.day(date(2027, 3, 3)).provisional
    assert not cn.day(date(2026, 12, 28)).provisional
    assert cn.day(date(2026, 12, 29)).provisional


def test_loading_the_notice_settles_the_year(cn: WorkCalendar, at: Callable[..., datetime]) -> None:
    """With next year's notice loaded the same term is due on another day and no longer provisional."""
    before = due(at(2026, 12, 31, 9), "1wd", cn)
    assert (before.at.date(), before.provisional) == (date(2027, 1, 4), True)
    after = due(
        at(2026, 12, 31, 9), "1wd", cn.with_notices([Notice(year=2027, name="x", holidays="0101-0103", makeup="0102")])
    )
    assert (after.at.date(), after.provisional) == (date(2027, 1, 2), False)


def test_a_place_may_have_its_own_calendar() -> None:
    """Weekend, sessions and holidays are data; a calendar said to be complete is never provisional."""
    gulf = WorkCalendar({"zone": "Asia/Dubai", "sessions": "07:30-15:30", "weekend": ["fri", "sat"], "complete": True})
    assert gulf.is_working(date(2026, 3, 1)) and not gulf.is_working(date(2026, 3, 6))
    found = due(datetime(2026, 3, 5, 9, tzinfo=gulf.zone), "1wd", gulf)
    assert (found.at, found.provisional) == (datetime(2026, 3, 8, 9, tzinfo=gulf.zone), False)


def test_a_division_overrides_the_pack() -> None:
    """The calendar of the nearest division upward holds; elsewhere the default does."""
    default, county, town = (WorkCalendar(PLAIN | {"name": name}) for name in ("all", "county", "town"))
    calendars = Calendars(default, {"34.08.81": county, "34.08.81.103": town})
    places = ["34.08.81.103.004", "34.08.81.103", "34.08.81.104.001", "34.08.82", "34.08", ""]
    assert [calendars.of(place).data.name for place in places] == ["town", "town", "county", "all", "all", "all"]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"zone": "Mars/Base"}, "CALENDAR_UNKNOWN_ZONE", "zone"),
        ({"zone": "../etc/passwd"}, "CALENDAR_UNKNOWN_ZONE", "zone"),
        ({"sessions": "14:00-12:00"}, "CALENDAR_BAD_DATA", "sessions"),
        ({"sessions": "08:00-12:00,11:00-18:00"}, "CALENDAR_BAD_DATA", "sessions"),
        ({"sessions": "8-12"}, "CALENDAR_BAD_DATA", "sessions"),
        ({"sessions": "20:00-24:30"}, "CALENDAR_BAD_DATA", "sessions"),
        ({"weekend": ["sunday"]}, "CALENDAR_BAD_DATA", "weekend.0"),
        ({"weekend": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}, "CALENDAR_BAD_DATA", "weekend"),
        ({"holiday": []}, "CALENDAR_BAD_DATA", "holiday"),
        ({"notices": [{"year": 2015, "name": "x", "holidays": 704}]}, "CALENDAR_BAD_DATA", "notices.0.holidays"),
    ],
)
def test_broken_calendar_data_is_refused(change: dict[str, object], code: str, field: str) -> None:
    """A calendar that cannot be right is refused with the key that is wrong."""
    with pytest.raises(Refusal) as no:
        WorkCalendar(PLAIN | change)
    assert (no.value.code, no.value.field) == (code, field)
    assert no.value.text("zh_CN") != code != no.value.text("en")


def test_broken_notices_name_file_and_line() -> None:
    """A day that does not exist, a range backwards and a missing column are refused with their line."""
    head = "year,name,holidays,makeup"
    for line in ("2026,x,0230,", "2026,x,0105-0101,", "26x,x,0101,", "2026,x", "2026,x,1-3,"):
        with pytest.raises(Refusal) as no:
            read_notices(["# a remark", head, "2026,y,0101,", line], file="holidays.csv")
        assert (no.value.code, no.value.file, no.value.line) == ("CALENDAR_BAD_NOTICE", "holidays.csv", 4), line
    with pytest.raises(Refusal, match="CALENDAR_BAD_NOTICE"):
        read_notices([head, '2026,"x,0101,'])
    with pytest.raises(Refusal):
        WorkCalendar(PLAIN | {"notices": [{"year": 2025, "name": "x", "holidays": "0229"}]}).day(date(2025, 1, 1))


def test_an_unreadable_notice_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there and one that is not UTF-8 are refused with file and line; a byte order mark is not."""
    with pytest.raises(Refusal, match="CALENDAR_NO_FILE"):
        read_notice_file(tmp_path / "none.csv")
    file = tmp_path / "2027.csv"
    file.write_bytes("year,name,holidays,makeup\n2027,元旦,0101,\n".encode("gb18030"))
    with pytest.raises(Refusal) as no:
        read_notice_file(file)
    assert (no.value.code, no.value.file, no.value.line) == ("CALENDAR_NOT_TEXT", str(file), 2)
    for head in ("x", "2027,New Year's Day,0101-0103,", "year;name;holidays;makeup"):
        file.write_text(f"# a remark\n{head}\n", encoding="utf-8")
        with pytest.raises(Refusal) as no:
            read_notice_file(file)
        assert (no.value.code, no.value.line, no.value.value) == ("CALENDAR_BAD_HEAD", 2, head)
    file.write_text("\ufeffyear,name,holidays,makeup\n2027,元旦,0101,\n", encoding="utf-8")
    assert read_notice_file(file) == (Notice(year=2027, name="元旦", holidays="0101"),)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tomorrow", "CALENDAR_BAD_TIME"),
        ("", "CALENDAR_BAD_TIME"),
        ("2026-13-01T00:00", "CALENDAR_BAD_TIME"),
        ("0001-01-01T00:00+14:00", "CALENDAR_OUT_OF_RANGE"),
        ("1969-12-31T23:59", "CALENDAR_OUT_OF_RANGE"),
    ],
)
def test_a_time_that_is_none_is_refused(text: str, code: str, cn: WorkCalendar) -> None:
    """What is not an ISO time, or outside the calendar's years, is refused with what was given."""
    with pytest.raises(Refusal) as no:
        cn.read(text)
    assert (no.value.code, no.value.field) == (code, "start")


def test_a_time_is_the_wall_clock_of_the_place(cn: WorkCalendar, at: Callable[..., datetime]) -> None:
    """A time without a zone is the place's own, one with a zone is converted."""
    assert cn.read("2026-09-30T09:00") == cn.read("2026-09-30T01:00Z") == at(2026, 9, 30, 9)


def test_shipped_notices_hold_the_years_they_say() -> None:
    """govcore ships 2004–2026 and needs no package for it."""
    years = {notice.year for notice in china()}
    assert years == {*range(2004, 2027), "*"}


def test_sessions_may_fill_the_whole_day(at: Callable[..., datetime]) -> None:
    """A session may end at 24:00, and a term may end with it."""
    night = WorkCalendar(CalendarData(zone="Asia/Shanghai", sessions="00:00-24:00", complete=True))
    assert due(at(2026, 3, 2, 0), "24wh", night).at == at(2026, 3, 3)
    assert due(at(2026, 3, 6, 12), "1wd", night).at == at(2026, 3, 9, 12)


def test_years_out_of_range_are_refused(cn: WorkCalendar, at: Callable[..., datetime]) -> None:
    """A start in 1899 or a due in the 23rd century is refused, not looped over."""
    for start, term in (
        (at(1899, 1, 1), "1wd"),
        (at(1899, 1, 1), "1d"),
        (at(2199, 1, 1), "10000wd"),
        (at(2200, 12, 31), "2d"),
    ):
        with pytest.raises(Refusal) as no:
            due(start, term, cn)
        assert no.value.code == "CALENDAR_OUT_OF_RANGE"
