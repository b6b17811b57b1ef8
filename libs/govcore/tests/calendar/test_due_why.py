from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from govcore.calendar import Pause, WorkCalendar, due

At = Callable[..., datetime]


def test_why_names_holidays_and_makeup_days(cn: WorkCalendar, at: At) -> None:
    """Three working days over National Day 2026 say which days counted, which did not, and why."""
    spans = due(at(2026, 9, 30, 9), "3wd", cn).why
    assert [(span.kind, span.because, span.amount) for span in spans] == [
        ("skipped", "holiday", 0),
        ("counted", "workday", 2),
        ("counted", "makeup", 1),
    ]
    assert [span.text("zh_CN") for span in spans] == [
        "2026-10-01 – 2026-10-07：不计（法定节假日·国庆节）",
        "2026-10-08 – 2026-10-09：计 2 个工作日（工作日）",
        "2026-10-10：计 1 个工作日（调休上班日·国庆节）",
    ]
    assert spans[2].text("en") == "2026-10-10: 1 wd counted (make-up working day, National Day)"


def test_why_says_that_work_had_not_begun(cn: WorkCalendar, at: At) -> None:
    """A start after hours waits for the next opening, and the answer shows it."""
    first = due(at(2026, 3, 6, 20), "1wd", cn).why[0]
    assert (first.kind, first.because, first.until) == ("waits", "closed", at(2026, 3, 9, 8))


def test_why_shows_the_moved_last_day(cn: WorkCalendar, at: At) -> None:
    """A last day moved by the Civil Code is its own span."""
    counted, moved = due(at(2026, 9, 19, 9), "15d", cn).why
    assert (counted.amount, moved.kind, moved.since, moved.until) == (15, "moved", at(2026, 10, 4), at(2026, 10, 8))
    assert "顺延" in moved.text("zh_CN") and "moves on" in moved.text("en")


def test_why_shows_pauses_and_sessions(cn: WorkCalendar, at: At) -> None:
    """Working hours are shown session by session, with what a pause left out."""
    spans = due(at(2026, 9, 28, 9), "8wh", cn, pauses=[Pause(at(2026, 9, 28, 10), at(2026, 9, 28, 15))]).why
    assert [(span.kind, span.amount) for span in spans] == [
        ("counted", 1),
        ("paused", 3),
        ("counted", 3),
        ("counted", 4),
    ]


def test_why_marks_what_is_provisional(cn: WorkCalendar, at: At) -> None:
    """Every span that needed a year without a notice says so, in the data and in the text."""
    found = due(at(2027, 5, 30, 9), "1wd", cn)
    assert found.provisional and all(span.provisional for span in found.why)
    assert "暂按" in found.why[0].text("zh_CN") and "provisional" in found.why[0].text("en")


def test_answer_as_json(cn: WorkCalendar, at: At) -> None:
    """A due becomes the JSON object that the command line prints."""
    answer = json.loads(json.dumps(due(at(2026, 9, 30, 9), "3uh+3wd", cn).as_dict()))
    assert answer["due"] == "2026-10-10T14:00:00+08:00" and answer["provisional"] is False
    assert [stage["due"] for stage in answer["stages"]] == ["2026-09-30T12:00:00+08:00", "2026-10-10T14:00:00+08:00"]
    assert all(span["zh"] and span["en"] for span in answer["why"])
    assert due(at(2026, 9, 19, 9), "15d", cn).as_dict()["wall"] == "2026-10-08 24:00"
