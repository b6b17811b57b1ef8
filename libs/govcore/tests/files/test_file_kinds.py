"""Files of every kind, read row by row."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from govcore.errors import Refusal
from govcore.files import open_table, read_rows

Writer = Callable[..., Path]


def test_csv_rows_carry_the_number_a_spreadsheet_shows(text_file: Writer) -> None:
    """The head is row 1, blank rows are counted and left out, a cell may hold line ends."""
    rows = list(read_rows(text_file('编号,内容\n1,"两\n行"\n\n,\n2,后面\n')))
    assert [(row.number, row.values) for row in rows] == [
        (2, {"编号": "1", "内容": "两\n行"}),
        (5, {"编号": "2", "内容": "后面"}),
    ]


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_separator_is_found_in_the_head(text_file: Writer, separator: str) -> None:
    """Whatever stands between the column names stands between the cells."""
    path = text_file(f"a{separator}b\n1{separator}2\n")
    assert next(read_rows(path)).values == {"a": "1", "b": "2"}


def test_quotes_inside_a_plain_cell_are_kept(text_file: Writer) -> None:
    """An inch mark does not swallow the rest of the file."""
    path = text_file('a,b\n5" pipe,x\n3" pipe,y\n')
    assert [row.values["a"] for row in read_rows(path)] == ['5" pipe', '3" pipe']


def test_gzip_is_opened_by_its_first_bytes(tmp_path: Path) -> None:
    """A packed csv is read, also under a name that does not say so."""
    for name in ("a.csv.gz", "a.csv"):
        (tmp_path / name).write_bytes(gzip.compress(b"a,b\n1,2\n"))
        table = open_table(tmp_path / name)
        assert (table.kind, [row.values for row in table.rows()]) == ("csv", [{"a": "1", "b": "2"}])


def test_workbook_keeps_numbers_and_dates(sheet: Writer) -> None:
    """A real date comes as a datetime, a text that looks like one as a text; row numbers are the sheet's."""
    path = sheet(["时间", "号"], [datetime(2019, 8, 1, 9, 30), 188006.0], [], ["2019/8/1 9:30:00", "x"])
    rows = list(read_rows(path))
    assert rows[0].values == {"时间": datetime(2019, 8, 1, 9, 30), "号": 188006}
    assert (rows[1].number, rows[1].values["时间"]) == (4, "2019/8/1 9:30:00")


def test_workbook_under_a_csv_name_is_a_workbook(sheet: Writer) -> None:
    """The first bytes decide, not the name."""
    assert open_table(sheet(["a"], ["1"], name="really.csv")).kind == "xlsx"


def test_workbook_formula_gives_its_saved_value_or_nothing(sheet: Writer) -> None:
    """A formula that was never calculated holds no value; the formula itself is not taken for one."""
    assert next(read_rows(sheet(["a", "b"], ["=1+1", "x"]))).values == {"a": None, "b": "x"}


JSON_ROWS = [{"id": 1, "at": {"lon": 2.5}, "tags": ["x"]}, {"id": 2, "at": {"lon": None}, "tags": []}]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(JSON_ROWS),
        json.dumps(JSON_ROWS, indent=2),
        "\n".join(map(json.dumps, JSON_ROWS)) + "\n",
        json.dumps({"requests": JSON_ROWS}),
        json.dumps({"type": "x", "meta": {"features": []}, "features": JSON_ROWS, "after": 1}),
    ],
    ids=["array", "indented", "lines", "requests", "features"],
)
def test_json_shapes_give_the_same_rows(text_file: Writer, text: str) -> None:
    """An array, one object a line and a collection all say the same; members are flat, lists stay text."""
    table = open_table(text_file(text, "a.json"))
    assert table.columns == ("id", "at.lon", "tags")
    assert [(row.number, row.values) for row in table.rows()] == [
        (1, {"id": 1, "at.lon": 2.5, "tags": '["x"]'}),
        (2, {"id": 2, "at.lon": None, "tags": "[]"}),
    ]


def test_geojson_points_give_lon_and_lat(text_file: Writer) -> None:
    """A feature's properties are the row, its point two columns of it."""
    feature = {
        "type": "Feature",
        "id": "f1",
        "properties": {"名称": "井盖"},
        "geometry": {"type": "Point", "coordinates": [117.0, 31.0]},
    }
    path = text_file(json.dumps({"type": "FeatureCollection", "features": [feature]}), "a.geojson")
    assert next(read_rows(path)).values == {"名称": "井盖", "id": "f1", "lon": 117.0, "lat": 31.0}


@pytest.mark.slow
def test_json_larger_than_the_window_streams(text_file: Writer) -> None:
    """A collection of many megabytes is walked through, with nothing lost at the seams."""
    rows = [{"id": number, "text": f'引号 " 和 {{括号}} {number} ' * 20} for number in range(20_000)]
    for value in (rows, {"name": "x", "features": rows}):
        read = list(read_rows(text_file(json.dumps(value, ensure_ascii=False), "big.json")))
        assert [row.values for row in read] == rows


def test_columns_with_one_name_are_told_apart(text_file: Writer) -> None:
    """The second of a name gets a number, one without a name its position."""
    assert open_table(text_file("\ufeff 备注 ,备注,,b\n1,2,3,4\n")).columns == ("备注", "备注#2", "#3", "b")


def test_short_rows_have_none_and_long_ones_are_refused(text_file: Writer) -> None:
    """Cells missing at the end are None; cells beyond the head mean a quote is missing."""
    short, long, empty_tail = read_rows(text_file("a,b\n1\n1,2,3\n1,2,,\n"))
    assert short.values == {"a": "1", "b": None}
    assert long.refusal and (long.refusal.code, long.refusal.row) == ("ROW_TOO_MANY_CELLS", 3)
    assert empty_tail.refusal is None


def test_head_alone_is_a_table_without_rows(text_file: Writer, sheet: Writer) -> None:
    """An export that found nothing is no error."""
    assert list(read_rows(text_file("a,b\n"))) == []
    assert list(read_rows(sheet(["a", "b"]))) == []


def test_guessed_rows_are_for_a_progress_bar(text_file: Writer, sheet: Writer) -> None:
    """Lines of a text and the size a sheet gives for itself; None where neither tells."""
    assert open_table(text_file("a\n1\n2\n")).rows_guessed() == 3
    assert open_table(sheet(["a"], ["1"])).rows_guessed() in (None, 1)
    assert open_table(text_file('[{"a": 1}, {"a": 2}]', "a.json")).rows_guessed() is None


def test_refusal_names_file_and_reason(tmp_path: Path) -> None:
    """A file that is not there is said to be not there, in both languages."""
    with pytest.raises(Refusal) as no:
        open_table(tmp_path / "nowhere.csv")
    assert no.value.code == "FILE_NOT_FOUND"
    assert no.value.text("en") == "there is no such file" and no.value.text("zh_CN") == "没有这个文件"
