"""Spreadsheets as towns keep them: heads in odd places, merged cells, codes that became numbers, dates five ways."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given
from openpyxl import Workbook

from govcore.errors import Refusal
from govcore.registers import Field, load_form, plan, read_sheet, shipped_forms
from govcore.registers.repairs import read

GRIDS, POSTS = (shipped_forms()[name] for name in ("grids", "posts"))
VILLAGE = "340881001001"


def book(path: Path, rows: list[list[Any]], merge: tuple[str, ...] = (), before: bool = False) -> Path:
    """A workbook; ``before``: with a sheet of instructions in front."""
    made = Workbook()
    sheet = made.active
    if before:
        sheet.title = "填表说明"
        sheet.append(["本表由各村填报，请勿改动表头"])
        sheet = made.create_sheet("网格")
    for row in rows:
        sheet.append(row)
    for one in merge:
        sheet.merge_cells(one)
    made.save(path)
    return path


def test_a_town_s_sheet_is_read(tmp_path: Path) -> None:
    """Title, unit line, two-row head, merged village, numbers for codes, full-width digits, a page's head, a total."""
    rows: list[list[Any]] = [
        ["××镇网格基本情况统计表", None, None, None, None, None, None],
        ["填报单位：××镇", None, None, None, None, "２０２３年５月", None],
        ["序号", "所属村（社区）", None, "网 格", None, None, None],
        [None, "村社区代码", "名  称（全称）", "编码（必填）*", "类型", "户数", "启用日期"],
        [1, 340881001001, "第一网格", 340881001001001, "综合网格", "３６户", "2023.5.1"],
        [2, None, "第 二 网格", "３４０８８１００１００１００２", "综合", 1058.0, datetime(2023, 5, 2)],
        ["序号", "村社区代码", "名  称（全称）", "编码（必填）*", "类型", "户数", "启用日期"],
        [3, 340881001001, "第三网格", "340881001001003", "专属 网格", "1,058", 45049],
        ["合计", None, None, None, None, 2152, None],
        ["填表人：王某", None, None, None, None, None, None],
    ]
    merge = ("A1:G1", "A3:A4", "B3:C3", "D3:G3", "B5:B6")
    sheet = read_sheet(book(tmp_path / "a.xlsx", rows, merge, before=True), GRIDS)
    assert (sheet.name, sheet.head_row, sheet.skipped, sheet.rejected) == ("网格", 4, [7, 9, 10], [])
    assert [dict(entry.values) for entry in sheet.entries] == [
        {"code": f"{VILLAGE}00{n}", "name": name, "village": VILLAGE, "kind": kind, "since": day, "households": many}
        for n, name, kind, day, many in (
            (1, "第一网格", "comprehensive", date(2023, 5, 1), 36),
            (2, "第二网格", "comprehensive", date(2023, 5, 2), 1058),
            (3, "第三网格", "dedicated", date(2023, 5, 3), 1058),
        )
    ]
    assert {(one.row, one.field) for one in sheet.repairs} >= {(5, "户数"), (6, "网格编码"), (8, "启用日期")}


def test_the_same_from_a_csv(tmp_path: Path) -> None:
    """GB18030, a title line, codes a spreadsheet has written with exponents: what is lost is refused."""
    lines = ["网格台账,,", "网格编码,网格名称,区划代码", "340881001001001,一,340881001001"]
    lines += ("3.40881E+14,二,340881001001", ",备注：无,")
    text = "\n".join(lines)
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode("gb18030"))
    sheet = read_sheet(path, GRIDS)
    assert [entry.values["code"] for entry in sheet.entries] == ["340881001001001"]
    (no,) = sheet.rejected
    assert (no.code, no.file, no.row, no.field, no.value) == (
        "REGISTER_DIGITS_LOST",
        "a.csv",
        4,
        "网格编码",
        "3.40881E+14",
    )
    assert sheet.skipped == [5]


CODE = Field(name="code", titles=("编码",), kind="code", digits=(12,))
LONG = Field(name="code", titles=("编码",), kind="code", digits=(18,))
LOCAL = Field(name="code", titles=("编号",), kind="code", digits=(6,))
DAY = Field(name="day", titles=("日期",), kind="date")
MANY = Field(name="many", titles=("户数",), kind="whole")
PHONE = Field(name="phone", titles=("电话",), kind="phone", personal=True)


@pytest.mark.parametrize(
    ("cell", "field", "meant"),
    [
        (6.1e11, CODE, "610000000000"),
        ("6.10114002003E+11", CODE, "610114002003"),
        ("610 114 002 003", CODE, "610114002003"),
        (1234, Field(name="c", titles=("c",), kind="code", digits=(5,)), "01234"),
        ("'000123", LOCAL, "000123"),
        ("2023年5月1日", DAY, date(2023, 5, 1)),
        ("２０２３／５／１", DAY, date(2023, 5, 1)),
        ("20230501", DAY, date(2023, 5, 1)),
        (45047, DAY, date(2023, 5, 1)),
        ("2023-05-01 08:30", DAY, date(2023, 5, 1)),
        ("25/5/2023", DAY, date(2023, 5, 25)),
        ("5/25/2023", DAY, date(2023, 5, 25)),
        ("3/3/2023", DAY, date(2023, 3, 3)),
        (" 1,058 户", MANY, 1058),
        (13900001111.0, PHONE, "13900001111"),
        ("+86 139-0000-1111", PHONE, "13900001111"),
        ("（０５５６）６２１２３４５", PHONE, "05566212345"),
        ("  ", DAY, None),
    ],
)
def test_what_has_one_meaning_is_repaired(cell: Any, field: Field, meant: Any) -> None:
    """Width, exponents, eaten zeros, serial days."""
    assert read(cell, field) == meant


@pytest.mark.parametrize(
    ("cell", "field", "code"),
    [
        ("6.1E+11", CODE, "REGISTER_DIGITS_LOST"),
        (340881199001011234, LONG, "REGISTER_DIGITS_LOST"),
        (123, LOCAL, "REGISTER_WRONG_LENGTH"),
        ("12345", LOCAL, "REGISTER_WRONG_LENGTH"),
        ("34088A", LOCAL, "REGISTER_NOT_DIGITS"),
        ("3/4/2023", DAY, "REGISTER_DATE_AMBIGUOUS"),
        ("3/4/23", DAY, "REGISTER_DATE_AMBIGUOUS"),
        ("2023年5月", DAY, "REGISTER_DATE_NO_DAY"),
        ("2023-02-30", DAY, "REGISTER_BAD_DATE"),
        ("去年", DAY, "REGISTER_BAD_DATE"),
        (0.5, MANY, "REGISTER_NOT_WHOLE"),
        ("若干", MANY, "ROW_BAD_NUMBER"),
        ("#REF!", MANY, "ROW_FORMULA_ERROR"),
        ("13900001111/13900002222", PHONE, "REGISTER_BAD_PHONE"),
        ("1.39E+10", PHONE, "REGISTER_BAD_PHONE"),
    ],
)
def test_what_is_lost_or_has_two_meanings_is_refused(cell: Any, field: Field, code: str) -> None:
    """Nothing is guessed; a personal value is not repeated in the reason."""
    with pytest.raises(Refusal) as refused:
        read(cell, field)
    assert refused.value.code == code
    assert (refused.value.value is None) == field.personal


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_every_way_to_write_a_day_is_that_day(day: date) -> None:
    """ISO, dots, Chinese, compact."""
    ways = (
        day.isoformat(),
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
    )
    assert {read(way, DAY) for way in ways} == {day}


def test_a_plan_says_what_would_change(tmp_path: Path) -> None:
    """Added, changed field by field, the same, ended only by a whole and clean sheet; names of people stay out."""
    rows: list[list[Any]] = [
        ["网格编码", "岗位", "姓名", "联系电话", "专/兼职"],
        [f"{VILLAGE}001", "网格长", "王 明", "13900001111", "专职"],
        [f"{VILLAGE}002", "网格员", "李华", None, "兼职"],
        [f"{VILLAGE}003", "网格员", "赵云", None, None],
    ]
    sheet = read_sheet(book(tmp_path / "b.xlsx", rows), POSTS)
    known: dict[tuple[str, ...], dict[str, Any]] = {
        (f"{VILLAGE}001", "chief", "王明"): {"phone": "13900002222", "time": "full"},
        (f"{VILLAGE}002", "worker", "李华"): {"phone": "13900003333", "time": "part"},
        (f"{VILLAGE}009", "worker", "钱一"): {"time": "part"},
    }
    found = plan(sheet, known, POSTS)
    assert dict(found.counts) == {"add": 1, "change": 1, "end": 0, "same": 1, "rejected": 0}
    change = next(one for one in found.changes if one.kind == "change")
    assert (change.before, change.after) == ({"phone": "13900002222"}, {"phone": "13900001111"})
    assert "1390000" not in str(found.report(POSTS))
    assert plan(sheet, known, POSTS, whole=True).counts["end"] == 1
    sheet.rejected.append(Refusal("REGISTER_TWICE", row=9))
    assert plan(sheet, known, POSTS, whole=True).counts["end"] == 0


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    """No head, a missing column, the same key twice, an empty key."""
    with pytest.raises(Refusal) as none:
        read_sheet(book(tmp_path / "c.xlsx", [["姓名", "年龄"], ["王", 3]]), GRIDS)
    with pytest.raises(Refusal) as lacks:
        read_sheet(book(tmp_path / "d.xlsx", [["网格编码", "网格名称"], [f"{VILLAGE}001", "一"]]), GRIDS)
    assert (none.value.code, lacks.value.code) == ("REGISTER_NO_HEAD", "REGISTER_COLUMN_MISSING")
    rows: list[list[Any]] = [
        ["编码", "名称", "区划代码"],
        *[[f"{VILLAGE}001", "一", VILLAGE]] * 2,
        [None, "无编码", VILLAGE],
    ]
    sheet = read_sheet(book(tmp_path / "e.xlsx", rows), GRIDS)
    assert [(no.code, no.row) for no in sheet.rejected] == [("REGISTER_TWICE", 3), ("REGISTER_CELL_EMPTY", 4)]


def test_a_wrong_form_is_refused_with_its_line(tmp_path: Path) -> None:
    """A choice without choices, no key, a title twice."""
    path = tmp_path / "f.yaml"
    path.write_text("name: f\ntitle: 表\ntitle_en: f\nfields:\n  - {name: a, titles: [甲]}\n", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        load_form(path)
    assert (refused.value.file, refused.value.code.split("_")[0]) == (str(path), "PACK")
