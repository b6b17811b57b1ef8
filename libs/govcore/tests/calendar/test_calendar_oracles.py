"""The calendar against real files: a city's target dates, and real replies judged by three counting rules."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, time
from pathlib import Path

import pytest

from govcore.calendar import COUNTINGS, WorkCalendar, due, judge, overdue

pytestmark = pytest.mark.slow

Shared = Callable[[str], Path]

TERMS = {
    "Building Inspection Request": "3wd",
    "CE Collection": "1wd",
    "Empty Litter Basket": "1wd",
    "Pick up Dead Animal": "1wd",
    "Equipment Repair": "5wd",
    "Ground Maintenance": "5wd",
    "Electrical": "5wd",
}
BOSTON = json.loads((Path(__file__).parent / "boston_calendar.json").read_text(encoding="utf-8"))


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _boston_time(text: str) -> datetime:
    at = datetime(
        int(text[6:10]), int(text[:2]), int(text[3:5]), int(text[11:13]) % 12, int(text[14:16]), int(text[17:19])
    )
    return at.replace(hour=at.hour + 12) if text.endswith("PM") else at


@pytest.mark.slow
@pytest.mark.parametrize(("sessions", "least"), [("08:30-17:00", 0.996), ("08:30-16:30", 0.96)])
def test_boston_target_dates(sessions: str, least: float, shared: Shared) -> None:
    """`due` on the fitted calendar gives the file's own target date in at least 99.6 % of each of seven types.

    Hours to 16:30 give 96 %: the file rolls to the next opening from 17:00:00 on, and 3 July 2015 was worked.
    What is left are targets set by hand, days or weeks later than the term.
    """
    boston = WorkCalendar(BOSTON | {"sessions": sessions})
    seen: Counter[str] = Counter()
    agree: Counter[str] = Counter()
    for row in _rows(shared("requests311/boston_311_2015.csv.gz")):
        kind = row["TYPE"]
        if kind in TERMS and row["TARGET_DT"]:
            found = due(boston.here(_boston_time(row["OPEN_DT"])), TERMS[kind], boston)
            seen[kind] += 1
            agree[kind] += found.at.date() == _boston_time(row["TARGET_DT"]).date()
    assert sum(seen.values()) == 19_849
    shares = {kind: agree[kind] / seen[kind] for kind in TERMS}
    assert min(shares.values()) >= least, shares


@pytest.mark.slow
def test_boston_on_time_judgement(shared: Shared) -> None:
    """`overdue` agrees with the file in all 79,208 rows with both dates (82 of them, all late, give no verdict)."""
    verdicts: Counter[tuple[bool, str]] = Counter()
    for row in _rows(shared("requests311/boston_311_2015.csv.gz")):
        if row["TARGET_DT"] and row["CLOSED_DT"]:
            late = overdue(_boston_time(row["CLOSED_DT"]), _boston_time(row["TARGET_DT"]))
            verdicts[late, row["OnTime_Status"]] += 1
    assert verdicts == {(False, "ONTIME"): 60_054, (True, "OVERDUE"): 19_072, (True, ""): 82}


def test_real_replies_under_three_counting_rules(shared: Shared, cn: WorkCalendar) -> None:
    """Of 2,816 real replies 1,032 are later than 15 d after the Civil Code, 1,061 by days, 1,084 by elapsed time."""
    openpyxl = pytest.importorskip("openpyxl", reason="the extra govcore[files] is not installed: openpyxl")
    sheet = openpyxl.load_workbook(shared("messages/taidi_messages_with_replies.xlsx"), read_only=True).active
    late: Counter[tuple[str, str]] = Counter()
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    for row in rows:
        asked, answered = (_china_time(row[column]).replace(tzinfo=cn.zone) for column in (3, 6))
        for term in ("15d", "60d"):
            for counting in COUNTINGS:
                late[term, counting] += judge(asked, answered, term, cn, counting).late
    assert len(rows) == 2_816
    assert [late["15d", counting] for counting in COUNTINGS] == [1_032, 1_061, 1_084]
    assert [late["60d", counting] for counting in COUNTINGS] == [154, 156, 159]


def _china_time(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    day, _, clock = str(value).strip().partition(" ")
    return datetime.combine(datetime.strptime(day, "%Y/%m/%d"), time.fromisoformat(clock.zfill(8)) if clock else time())
