"""The calendar against a real file: replies judged by three counting rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path

import pytest

from govcore.calendar import COUNTINGS, WorkCalendar, judge

pytestmark = pytest.mark.slow

Shared = Callable[[str], Path]


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
