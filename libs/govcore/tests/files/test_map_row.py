"""Rows become reports, or say why not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from govcore.errors import Refusal
from govcore.events.report_in import Point, ReportIn
from govcore.files import Mapping, Row, located, map_row, shipped_mappings

SHANGHAI = ZoneInfo("Asia/Shanghai")
MAPPING: dict[str, Any] = {
    "name": "desk",
    "source": "desk",
    "pack": "tongcheng",
    "zone": "Asia/Shanghai",
    "recognise": ["id"],
    "fields": {
        "external_id": {"column": "id"},
        "reported_at": {"column": "at", "formats": ["%Y/%m/%d %H:%M:%S", "%Y/%m/%d", "iso", "excel"]},
        "title": {"columns": "title"},
        "text": {"columns": ["text", "where"], "join": " @ "},
        "class": {"column": "class", "table": {"pothole": "0201", "other": None}},
        "place": {"column": "place", "as": "code"},
        "point": {"lon": "lon", "lat": "lat", "crs": "GCJ-02"},
        "channel": {"column": "via", "table": {"tel": "hotline"}},
        "severity": {"column": "grade"},
        "reporter": {"name": "who", "phone": "tel", "id": "card", "handle": "nick"},
    },
    "history": {
        "closed_at": {"column": "closed", "formats": "%Y/%m/%d"},
        "target_at": {"column": "due", "formats": "%Y/%m/%d"},
        "outcome": {"columns": "said"},
        "department": {"column": "unit"},
        "on_time": {"column": "ok", "table": {"是": True, "否": False}},
    },
    "constants": {"channel": "web", "severity": "general"},
    "rules": ["closed_before_opened"],
}
FULL: dict[str, Any] = {
    "id": 188006.0,
    "at": "2019/2/28 11:25:05",
    "title": " 路灯\u3000",
    "text": "\n\t\t\n\t\t 不亮 \u3000\n\n 很久了\t\n",
    "where": "文昌街道",
    "class": "pothole",
    "place": 340881001.0,
    "lon": "116.93",
    "lat": 31.05,
    "via": "tel",
    "grade": "urgent",
    "who": "张三",
    "tel": 13800138000.0,
    "card": "34088119900101001X",
    "nick": "A1",
    "closed": date(2019, 3, 1),
    "due": "2019/3/2",
    "said": "已修复",
    "unit": "城管局",
    "ok": "是",
}


def mapping(**changes: Any) -> Mapping:
    return Mapping.model_validate({**MAPPING, **changes})


def report(**changes: Any) -> ReportIn:
    found = map_row(Row(2, {**FULL, **changes}), mapping())
    assert isinstance(found, ReportIn), found
    return found


def refusal(**changes: Any) -> Refusal:
    found = map_row(Row(7, {**FULL, **changes}), mapping())
    assert isinstance(found, Refusal)
    assert found.row == 7 and found.text("en") != found.code
    return found


def test_every_part_of_a_report_comes_from_its_column() -> None:
    """Numbers are read as written, texts without the white space around their lines, names through their tables."""
    found = report()
    assert (found.source, found.external_id, found.channel, found.severity) == ("desk", "188006", "hotline", "urgent")
    assert (found.title, found.text) == ("路灯", "不亮\n很久了 @ 文昌街道")
    assert (found.class_code, found.class_name, found.division) == ("0201", None, "340881001")
    assert found.point == Point(lon=116.93, lat=31.05, crs="GCJ-02")
    assert found.reported_at == datetime(2019, 2, 28, 11, 25, 5, tzinfo=SHANGHAI)
    assert found.reporter and (found.reporter.name, found.reporter.phone) == ("张三", "13800138000")
    assert found.history and found.history.closed_at == datetime(2019, 3, 1, tzinfo=SHANGHAI)
    assert (found.history.department, found.history.on_time, found.history.outcome) == ("城管局", True, "已修复")


def test_report_travels_as_json() -> None:
    """What is posted is read back as the same report."""
    found = report()
    assert ReportIn.model_validate(found.model_dump(mode="json")) == found


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("2019/8/1", datetime(2019, 8, 1, tzinfo=SHANGHAI)),
        (datetime(2019, 8, 1, 9, 30), datetime(2019, 8, 1, 9, 30, tzinfo=SHANGHAI)),
        (date(2019, 8, 1), datetime(2019, 8, 1, tzinfo=SHANGHAI)),
        ("2019-08-01T01:30:00Z", datetime(2019, 8, 1, 1, 30, tzinfo=UTC)),
        ("2019-08-01T09:30:00", datetime(2019, 8, 1, 9, 30, tzinfo=SHANGHAI)),
        (43678.395833333336, datetime(2019, 8, 1, 9, 30, tzinfo=SHANGHAI)),
    ],
)
def test_times_of_every_kind(cell: Any, wanted: datetime) -> None:
    """Texts in any listed format, real dates, days alone, offsets, Excel's count of days."""
    assert report(at=cell, closed=None).reported_at == wanted


def test_history_is_left_out_for_live_reports() -> None:
    """What happened elsewhere neither travels with a live report nor speaks against it."""
    found = map_row(Row(2, {**FULL, "closed": "2001/1/1", "ok": "vielleicht"}), mapping(), past=False)
    assert isinstance(found, ReportIn) and found.history is None


def test_constants_stand_in_for_empty_cells() -> None:
    """A channel and a severity for rows that name none; a class put aside by the table is none."""
    found = report(via="", grade=None, **{"class": "other"})
    assert (found.channel, found.severity, found.class_code, found.class_name) == ("web", "general", None, None)
    assert report(**{"class": "Graffiti"}).class_name == "Graffiti"


def test_nobody_and_nowhere_are_none() -> None:
    """Empty cells make no reporter, no point, no place, no history."""
    found = report(
        who="", tel=None, card="", nick=" ", lon="", lat=None, place="",
        closed="", due="", said="", unit="", ok="",
    )  # fmt: skip
    assert (found.reporter, found.point, found.division, found.history) == (None, None, None, None)


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("id", "", "ROW_MISSING_VALUE"),
        ("at", None, "ROW_MISSING_VALUE"),
        ("at", "28.2.2019", "ROW_BAD_DATE"),
        ("at", "2019/2/30", "ROW_BAD_DATE"),
        ("at", "99999999999", "ROW_BAD_DATE"),
        ("closed", "soon", "ROW_BAD_DATE"),
        ("closed", "2019/2/27", "ROW_CLOSED_BEFORE_OPENED"),
        ("lat", "north", "ROW_BAD_NUMBER"),
        ("lat", "nan", "ROW_BAD_NUMBER"),
        ("lat", "", "ROW_MISSING_VALUE"),
        ("lat", 91, "REPORT_BAD_FIELD"),
        ("id", "x" * 65, "REPORT_BAD_FIELD"),
        ("title", "x" * 501, "REPORT_BAD_FIELD"),
        ("title", "#REF!", "ROW_FORMULA_ERROR"),
        ("ok", "也许", "ROW_UNKNOWN_WORD"),
    ],
)
def test_refusal_names_the_column(column: str, cell: Any, code: str) -> None:
    """The column of the file, not the report's field."""
    found = refusal(**{column: cell})
    assert (found.code, found.field) == (code, column)


def test_row_without_words_is_refused() -> None:
    """Neither a title nor a text."""
    found = refusal(title="", text=" \n", where="")
    assert (found.code, found.field) == ("REPORT_EMPTY", "text, where")


def test_refusal_of_the_reader_is_passed_on() -> None:
    """A row that could not be read is no report."""
    found = map_row(Row(3, {}, Refusal("ROW_CELL_TOO_LARGE", field="text", limit=10)), mapping())
    assert isinstance(found, Refusal) and (found.code, found.row, found.field) == ("ROW_CELL_TOO_LARGE", 3, "text")


def test_no_refusal_quotes_who_reported_or_what_they_wrote() -> None:
    """Whatever is wrong, neither the message nor the value holds identity or free text."""
    secret = "13800138000" * 20
    for column in ("who", "tel", "card", "nick", "title"):
        found = refusal(**{column: secret + "x" * 400})
        assert found.field == column
        assert "13800138000" not in f"{found} {found.as_dict()}"
    server = Refusal("REPORT_BAD_FIELD", field="reporter.phone", value="13800138000", why="too long")
    assert located(server, 4, mapping()).as_dict().get("value") is None
    assert located(server, 4, mapping()).field == "tel"


def test_server_refusals_are_told_in_the_words_of_the_file() -> None:
    """``division_name`` is the column of the place, ``history.department`` the one of the unit."""
    for field, column in (
        ("division", "place"),
        ("point", "lon, lat"),
        ("history.department", "unit"),
        ("class_name", "class"),
    ):
        found = located(Refusal("REPORT_UNKNOWN_DIVISION", field=field, value="x"), 9, mapping())
        assert (found.row, found.field, found.value) == (9, column, "x")


def test_place_by_name_and_grid_by_code() -> None:
    """What outside data calls a place travels as a name; the pack knows its code."""
    fields = {
        **MAPPING["fields"],
        "place": {"column": "place", "as": "name", "table": {"Boston": None, "Hub": "us.ma.bos"}},
    }
    for as_, field in (("name", "division_name"), ("grid", "grid")):
        fields["place"] = {**fields["place"], "as": as_}
        found = map_row(Row(2, {**FULL, "place": "Roxbury"}), mapping(fields=fields))
        assert isinstance(found, ReportIn) and getattr(found, field) == "Roxbury" and found.division is None
    for said, wanted in (("Hub", "us.ma.bos"), ("Boston", None)):
        found = map_row(Row(2, {**FULL, "place": said}), mapping(fields=fields))
        assert isinstance(found, ReportIn) and (found.division, found.grid) == (wanted, None)


def test_shipped_mappings_read_a_row_of_their_files() -> None:
    """Invented rows under the real columns."""
    known = {one.name: one for one in shipped_mappings()}
    row = Row(
        2, {"留言编号": 7.0, "留言用户": "A1", "留言主题": "题", "留言时间": "2019/2/28 11:25:05", "留言详情": "\n\t文"}
    )
    found = map_row(row, known["taidi"])
    assert isinstance(found, ReportIn) and found.reporter and found.reporter.handle == "A1"
    assert (found.external_id, found.text, found.channel, found.history) == ("7", "文", "web", None)
    row = Row(
        2,
        {
            "CASE_ENQUIRY_ID": "101", "OPEN_DT": "01/11/2015 12:19:31 AM", "TARGET_DT": "", "CLOSED_DT": "",
            "OnTime_Status": "ONTIME", "CASE_TITLE": "Pothole", "TYPE": "Pothole Repair", "REASON": "Highway",
            "Location": "1 Main St", "neighborhood": "Roxbury", "LONGITUDE": "-71.06", "LATITUDE": "42.35",
            "Source": "Self Service", "CLOSURE_REASON": "", "Department": "No Q",
        },
    )  # fmt: skip
    found = map_row(row, known["boston"])
    assert isinstance(found, ReportIn) and found.history
    assert (found.title, found.text, found.address) == ("Pothole", "", "1 Main St")
    assert (found.class_name, found.division_name, found.channel) == ("Pothole Repair", "Roxbury", "Self Service")
    assert (found.history.department, found.history.on_time) == ("No Q", True)
