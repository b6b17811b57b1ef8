"""Figures on the command line: shown, as JSON, as a workbook; and never a person in any of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

pytestmark = pytest.mark.slow

PERSON = {"name": "欧阳慕云", "phone": "13905561234"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("stats", "day", "--date", "yesterday"), "STATS_BAD_DATE"),
        (("stats", "week", "--date", "2090-01-01"), "STATS_FUTURE"),
        (("stats", "ledger", "--period", "year"), "STATS_BAD_PERIOD"),
        (("stats", "ledger", "--dept", "nobody"), "HANDOFF_UNKNOWN_DEPARTMENT"),
        (("stats", "month", "--pack", "boston"), "MESH_OTHER_PACK"),
    ],
)
def test_what_cannot_be_counted_is_refused(town: Any, govmesh: Any, words: tuple[str, ...], code: str) -> None:
    """A wrong date, period, department or pack: status 1 and the reason in both languages."""
    town.report()
    said = govmesh(town, *words)
    assert (said.code, said.out) == (1, "")
    assert code in said.err and said.err.count("\n") == 3


def test_a_workbook_that_cannot_be_written_leaves_nothing(town: Any, govmesh: Any, tmp_path: Path) -> None:
    """A folder stands where the file should: the reason, and no half of a file beside it."""
    town.report()
    town.let_go(minutes=1)
    there = tmp_path / "march.xlsx"
    there.mkdir()
    for file in (there, tmp_path / "none" / "march.xlsx"):
        said = govmesh(town, "stats", "month", "--xlsx", str(file))
        assert said.code == 1 and "STATS_NOT_WRITTEN" in said.err
    assert list(tmp_path.iterdir()) == [there]


def test_a_week_shown_sent_and_written_is_the_same(town: Any, govmesh: Any, tmp_path: Path) -> None:
    """One matter all the way: counted once in table, JSON and workbook, each rate with its formula, nobody named."""
    town.let_go(minutes=1)
    before = govmesh(town, "stats", "week", "--json").json["total"]["now"]["counts"].get("received", 0)
    ident = town.report(reporter=PERSON)
    town.let_go(minutes=1)
    town.closed(ident)
    town.let_go(minutes=1)
    file = tmp_path / "week.xlsx"
    found = govmesh(town, "stats", "week", "--json", "--xlsx", str(file)).json
    shown = govmesh(town, "stats", "week").out
    assert found["total"]["now"]["counts"]["received"] == before + 1
    rate = found["total"]["now"]["rates"]["timely_closing"]
    assert rate["value"] == rate["numerator"] / rate["denominator"]
    pages = {page.title: [[cell.value for cell in row] for row in page] for page in load_workbook(file).worksheets}
    (line,) = [row for row in pages["总表 totals"] if row[0] == "按期结案率（按已结案）"]
    assert line[2] == rate["value"] and line[6:] == [rate["numerator"], rate["denominator"]]
    assert "按期结案率（按已结案） = 有时限的结案中按期结案数 ÷ 有时限的结案数" in shown
    assert "周报 week summary" in shown and "无数据 no data" in shown
    for text in (str(found), shown, str(pages), govmesh(town, "stats", "ledger").out):
        assert not [word for word in PERSON.values() if word in text]


def test_the_ledger_of_one_department(town: Any, govmesh: Any) -> None:
    """It was asked, took it in time and did it; a median, and nothing of anybody else."""
    ident = town.report()
    town.let_go(minutes=1)
    town.closed(ident)
    town.let_go(minutes=1)
    (account,) = govmesh(town, "stats", "ledger", "--dept", "zhujian", "--json").json["departments"]
    assert account["code"] == "zhujian" and account["counts"]["accepted_on_time"] >= 1
    assert account["done"] >= 1 and account["median_hours"] is not None
    shown = govmesh(town, "stats", "ledger", "--dept", "zhujian").out
    assert account["zh"] in shown and "办理时长中位数" in shown
