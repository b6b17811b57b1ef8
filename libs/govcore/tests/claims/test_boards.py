"""Boards of led projects: what is shown, ranked and reviewed, by a formula that is named; never a resident."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given
from openpyxl import load_workbook

from govcore.claims import Milestone, Project
from govcore.claims.boards import Board, board, sheets
from govcore.errors import Refusal
from govcore.stats.book import workbook_of

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 5, 20, 12, 0, tzinfo=ZONE)


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, 0, tzinfo=ZONE)


def led(ident: str, leader: str, *steps: tuple[datetime, datetime | None], **more: Any) -> Project:
    """A project of the year, its milestones as (due, reached)."""
    said: dict[str, Any] = {
        "id": ident,
        "title": f"项目{ident}",
        "about": "略",
        "place": "34",
        "raised_by": "resident",
        "raised_at": on(1, 5),
        "decided_at": on(1, 10),
        "state": "leading",
        "leader": leader,
        "level": "town",
        "milestones": tuple(
            Milestone(title="节点", due_at=due, reached_at=reached, evidence=("e",)) for due, reached in steps
        ),
    }
    return Project(**{**said, **more})


OURS = [
    led("J-1", "secretary:a", (on(4, 10), on(4, 9)), (on(5, 10), on(5, 12)), (on(9, 1), None)),
    led("J-2", "secretary:a", (on(4, 20), None), (on(6, 20), on(5, 1))),
    led("J-3", "secretary:b", (on(4, 1), on(3, 30)), (on(5, 1), None)),
    led("J-4", "secretary:c", (on(11, 1), None)),
    led("J-5", "secretary:b", (on(2, 1), on(2, 1)), state="solved", problems=4, on_time=True).model_copy(
        update={"solved_at": on(2, 2), "ended_at": on(2, 2), "level": "village"}
    ),
    led("J-6", "secretary:b", decided_at=None, state="raised"),
]


def made(kind: str, day: date = date(2026, 5, 1), projects: list[Project] = OURS) -> Board:
    return board(projects, kind, day, zone=ZONE, unit=lambda code: f"单位{code}", now=NOW)


def test_a_quarter_ranks_projects_and_units_by_progress_on_plan() -> None:
    """Milestones due by now and reached, of those due by now: what is reached early counts when it is due; equal shares
    have one rank; what had nothing to do has none; the formula stands beside it."""
    found = made("quarter")
    assert [(one.rank, one.code, one.done, one.of) for one in found.tables["projects"]] == [
        (1, "J-1", 2, 2),
        (2, "J-3", 1, 2),
        (3, "J-2", 0, 1),
        (None, "J-4", 0, 0),
    ]
    assert [(one.rank, one.leader, one.done, one.of) for one in found.tables["units"]] == [
        (1, "secretary:a", 2, 3),
        (2, "secretary:b", 1, 2),
        (None, "secretary:c", 0, 0),
    ]
    assert found.label == "2026-Q2" and found.start == datetime(2026, 4, 1, tzinfo=ZONE)
    (formula,) = found.formulas
    assert "÷" in formula.zh and "÷" in formula.en and "不比群众" in formula.zh


def test_a_month_shows_what_was_reached_in_it() -> None:
    """Of every project that is led; ended ones are shown in the month they ended."""
    shown = {one.code: (one.reached, one.done, one.of) for one in made("month").tables["projects"]}
    assert shown == {"J-1": (1, 2, 3), "J-2": (1, 1, 2), "J-3": (0, 1, 2), "J-4": (0, 0, 1)}
    february = {one.code: one for one in made("month", date(2026, 2, 14)).tables["projects"]}
    assert (february["J-5"].solved, february["J-5"].problems, february["J-5"].leader) == (1, 4, "单位b")
    assert "J-5" not in {one.code for one in made("month", date(2026, 3, 1)).tables["projects"]}


def test_a_year_reviews_by_level() -> None:
    """Led, solved, problems solved and on time, for each level and altogether."""
    rows = {one.code: (one.led, one.solved, one.problems, one.share) for one in made("year").tables["levels"]}
    assert rows == {
        "county": (0, 0, 0, None),
        "town": (4, 0, 0, None),
        "village": (1, 1, 4, 1.0),
        "all": (5, 1, 4, 1.0),
    }


@pytest.mark.parametrize("kind", ["month", "quarter", "year"])
def test_a_board_is_a_workbook_and_json(kind: str) -> None:
    """Heads in both languages, a legend where there is a formula; JSON comes back as it was."""
    found = made(kind)
    assert Board.model_validate_json(found.model_dump_json()) == found
    book = load_workbook(BytesIO(workbook_of(sheets(found))))
    assert len(book.sheetnames) == len(found.tables) + bool(found.formulas)
    for page in book:
        heads = [[cell.value for cell in row] for row in page.iter_rows(max_row=2)]
        assert all(all(text and not str(text).startswith("stats.") for text in row) for row in heads)


@pytest.mark.parametrize(
    ("kind", "day", "code"),
    [
        ("week", date(2026, 5, 1), "PROJECT_BAD_BOARD"),
        ("month", date(1800, 5, 1), "PROJECT_BAD_BOARD"),
        ("quarter", date(2026, 7, 1), "PROJECT_BOARD_FUTURE"),
    ],
)
def test_a_board_nobody_can_give_is_refused(kind: str, day: date, code: str) -> None:
    """Another kind, a year no clock has, a quarter that has not begun."""
    with pytest.raises(Refusal) as no:
        made(kind, day)
    assert no.value.code == code and no.value.text("zh_CN") != code != no.value.text("en")


@pytest.mark.parametrize(
    ("kind", "day", "label", "end"),
    [
        ("month", date(2026, 2, 28), "2026-02", date(2026, 3, 1)),
        ("month", date(2025, 12, 31), "2025-12", date(2026, 1, 1)),
        ("quarter", date(2025, 12, 1), "2025-Q4", date(2026, 1, 1)),
        ("quarter", date(2026, 3, 31), "2026-Q1", date(2026, 4, 1)),
        ("year", date(2024, 2, 29), "2024", date(2025, 1, 1)),
    ],
)
def test_periods_end_where_the_next_begins(kind: str, day: date, label: str, end: date) -> None:
    """By the place's own midnight."""
    found = made(kind, day)
    assert (found.label, found.end.date()) == (label, end)


STEP = st.tuples(st.integers(0, 300), st.one_of(st.none(), st.integers(0, 300)))


@given(st.lists(st.lists(STEP, min_size=1, max_size=4), max_size=8), st.integers(0, 300))
def test_ranks_follow_shares(plans: list[list[tuple[int, int | None]]], days: int) -> None:
    """Whatever the plans: shares lie between nothing and all, fall down the list, and equal ones have one rank."""
    begin = datetime(2026, 1, 1, tzinfo=ZONE)
    at = lambda day: None if day is None else begin + timedelta(days=day)  # noqa: E731
    projects = [
        led(f"J-{n}", f"secretary:{n % 3}", *((at(due), at(reached)) for due, reached in steps), decided_at=begin)
        for n, steps in enumerate(plans)
    ]
    now = begin + timedelta(days=days, hours=1)
    found = board(projects, "quarter", now.date(), zone=ZONE, unit=str, now=now)
    for rows in found.tables.values():
        ranked = [one for one in rows if one.share is not None]
        assert all(0 <= one.done <= one.of and 0 <= (one.share or 0) <= 1 for one in rows)
        assert [one.rank for one in rows[len(ranked) :]] == [None] * (len(rows) - len(ranked))
        for higher, lower in pairwise(ranked):
            assert (higher.share or 0) >= (lower.share or 0)
            assert (higher.rank == lower.rank) == (higher.share == lower.share)
