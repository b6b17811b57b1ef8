"""Bad input, at the doors where it comes in: a clear answer with its reason code, and nothing half-done after."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from govcore.errors import Refusal
from govmesh.client import Answered

pytestmark = pytest.mark.slow
MAPPING = {
    "name": "desk",
    "source": "desk",
    "pack": "tongcheng",
    "zone": "Asia/Shanghai",
    "recognise": ["编号", "内容"],
    "fields": {
        "external_id": {"column": "编号"},
        "reported_at": {"column": "时间", "formats": "%Y-%m-%d"},
        "text": {"columns": "内容"},
        "class": {"column": "类型"},
        "place": {"column": "村", "as": "code"},
        "point": {"lon": "经度", "lat": "纬度", "crs": "WGS-84"},
        "reporter": {"name": "姓名", "phone": "电话"},
    },
    "history": {"closed_at": {"column": "办结", "formats": "%Y-%m-%d"}},
}
HEAD = ["编号", "时间", "内容", "类型", "村", "经度", "纬度", "姓名", "电话", "办结"]


@pytest.fixture
def desk(tmp_path: Path) -> str:
    """A mapping of a desk's own spreadsheet."""
    path = tmp_path / "desk.yaml"
    path.write_text(yaml.safe_dump(MAPPING, allow_unicode=True), encoding="utf-8")
    return str(path)


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., str]:
    """A csv of these rows; a short row is filled up."""

    def write(name: str, *rows: list[str], encoding: str = "utf-8", head: list[str] = HEAD) -> str:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([head, *(row + [""] * (len(head) - len(row)) for row in rows)])
        return str(path)

    return write


def everything(home: Path) -> dict[str, list[Any]]:
    """Every row of every table of every service, but for the ids of requests (``inbox``)."""
    found = {}
    for file in sorted(home.glob("*.sqlite")):
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as conn:
            tables = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                if table not in ("inbox", "cursors") and not table.startswith("sqlite_"):
                    found[f"{file.stem}.{table}"] = sorted(map(repr, conn.execute(f'SELECT * FROM "{table}"')))
        conn.close()
    return found


@pytest.fixture
def nothing_after(town: Any) -> Any:
    """The mesh is after the test what it was before."""
    town.settle()
    before = everything(town.home)
    yield
    town.settle()
    assert everything(town.home) == before


@pytest.mark.usefixtures("nothing_after")
@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("a.xlsx", b"PK\x03\x04 cut off", "FILE_BROKEN"),
        ("a.xlsx", b"no workbook at all", "FILE_BROKEN"),
        ("a.csv", "编号,内容\n1,路灯不亮\n".encode() + b"2,\xe8\xb7 broken\n", "FILE_BAD_ENCODING"),
        ("a.csv", "编号,说明\n1,路灯不亮\n".encode(), "FILE_MISSING_COLUMN"),
        ("a.csv", b"", "FILE_EMPTY"),
        ("a.pdf", b"%PDF-1.4", "FILE_UNKNOWN_KIND"),
    ],
    ids=["cut-xlsx", "no-xlsx", "broken-byte", "missing-column", "empty", "pdf"],
)
def test_a_useless_file_is_refused(
    town: Any, govmesh: Any, desk: str, tmp_path: Path, name: str, raw: bytes, code: str
) -> None:
    """The command ends with 1 and says what is wrong with the file, in both languages; nothing of it is taken in."""
    (tmp_path / name).write_bytes(raw)
    said = govmesh(town, "import", str(tmp_path / name), "--map", desk, "--json")
    first, zh, en = said.err.splitlines()[:3]
    assert said.code == 1 and first.startswith(f"✗ {code}") and said.out == ""
    assert zh.strip() and en.strip() and code not in zh + en


def test_gb18030_is_recognised(town: Any, govmesh: Any, desk: str, sheet: Any) -> None:
    """A file in the encoding of older offices goes in as it is meant."""
    path = sheet("gb.csv", ["gb-1", "2024-05-01", "龙眠中路的路灯坏了，夜里很黑"], encoding="gb18030")
    said = govmesh(town, "import", path, "--map", desk, "--json")
    assert said.json == {"read": 1, "accepted": 1, "attached": 0, "rejected": 0}
    latest = town.client.get("/api/v1/events", limit=200)["events"]
    assert any(event["text"] == "龙眠中路的路灯坏了，夜里很黑" for event in latest)


def test_a_wrong_row_is_rejected_alone(town: Any, govmesh: Any, desk: str, sheet: Any, tmp_path: Path) -> None:
    """Each bad row stands in the file of rejects with row, column, value and code; its neighbours are in."""
    path = sheet(
        "rows.csv",
        ["r-1", "2024-05-01", "南演路边坡塌了一块"],
        ["r-2", "2024-05-01", "x" * 10 * 2**20],
        ["r-3", "2024-05-01", "村口路灯", "", "340881999999"],
        ["r-4", "2024-05-01", "江上漂浮物", "", "", "121.5", "31.2"],
        ["r-5", "2999-05-01", "明天的事"],
        ["r-6", "昨天", "日期不清"],
        ["r-7", "2024-05-01", "天上有不明飞行物盘旋", "飞碟"],
    )
    said = govmesh(town, "import", path, "--map", desk, "--json")
    assert said.json == {"read": 7, "accepted": 2, "attached": 0, "rejected": 5}
    with open(f"{path}.rejected.csv", encoding="utf-8-sig", newline="") as file:
        found = [(row["row"], row["field"], row["value"], row["code"]) for row in csv.DictReader(file)]
    assert found == [
        ("3", "内容", "", "ROW_CELL_TOO_LARGE"),
        ("4", "村", "340881999999", "REPORT_UNKNOWN_DIVISION"),
        ("5", "经度, 纬度", "121.5,31.2 WGS-84", "REPORT_POINT_OUTSIDE"),
        ("6", "时间", "2999-05-01T00:00:00+08:00", "REPORT_IN_FUTURE"),
        ("7", "时间", "昨天", "ROW_BAD_DATE"),
    ]
    town.let_go(minutes=1)
    events = town.client.get("/api/v1/events", state="triage", limit=200)["events"]
    assert any(event["class_name"] == "飞碟" for event in events), "an unknown class is the triage desk's"


@pytest.mark.usefixtures("nothing_after")
@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"class_code": "飞碟", "class_strict": True}, "class_code", "REPORT_UNKNOWN_CLASS"),
        ({"division": "340881999999"}, "division", "REPORT_UNKNOWN_DIVISION"),
        ({"point": {"lon": 121.5, "lat": 31.2}}, "point", "REPORT_POINT_OUTSIDE"),
        ({"reported_at": "2999-01-01T00:00:00+08:00"}, "reported_at", "REPORT_IN_FUTURE"),
        ({"reported_at": "2024-05-01T00:00:00"}, "reported_at", "REPORT_BAD_FIELD"),
        ({"title": "", "text": " "}, "text", "REPORT_EMPTY"),
        ({"text": "x" * 100_001}, "text", "REPORT_BAD_FIELD"),
        ({"colour": "red"}, "colour", "REPORT_BAD_FIELD"),
    ],
    ids=["class", "village", "outside", "future", "naive-time", "empty", "too-long", "unknown-key"],
)
def test_a_wrong_report_is_refused(town: Any, said: dict[str, Any], field: str, code: str) -> None:
    """422 with code, field and both languages, alone or among good ones."""
    whole = {"source": "bad", "channel": "web", "title": "无处可去", "text": "一句话", **said}
    with pytest.raises(Answered) as no:
        town.client.post("/api/v1/reports", whole)
    error = no.value.error
    assert (no.value.status, error["code"], error["field"]) == (422, code, field)
    assert error["zh"] and error["en"] and error["zh"] != code
    (result,) = town.client.post("/api/v1/reports", {"reports": [whole]})["results"]
    assert (result["outcome"], result["reason"]["code"]) == ("rejected", code)


@pytest.mark.usefixtures("nothing_after")
def test_a_body_that_is_no_json_is_refused(town: Any) -> None:
    """Not JSON, JSON of another shape, a path nobody serves, another method: each with its own reason."""
    url = town.client.url

    def answer(method: str, path: str, body: str) -> tuple[int, str]:
        found = requests.request(method, url + path, data=body.encode(), timeout=10)
        return found.status_code, found.json()["error"]["code"]

    assert answer("POST", "/api/v1/reports", "{'single': quotes}") == (422, "HTTP_NOT_JSON")
    assert answer("POST", "/api/v1/reports", '"just a text"') == (422, "REPORT_BAD_FIELD")
    assert answer("POST", "/api/v1/reports", '{"reports": 7}') == (422, "HTTP_TOO_MANY")
    assert answer("POST", "/api/v1/reports", json.dumps({"reports": [{}] * 1001})) == (422, "HTTP_TOO_MANY")
    assert answer("GET", "/svc/dispatch/nowhere", "") == (404, "HTTP_NOT_FOUND")
    assert answer("DELETE", "/api/v1/reports", "") == (405, "HTTP_BAD_METHOD")
    assert answer("GET", "/api/v1/events/E-none", "") == (404, "EVENT_UNKNOWN")
    assert answer("POST", "/api/v1/events/E-none/verify", '{"ok": true}') == (404, "EVENT_UNKNOWN")


def test_a_command_that_cannot_be_obeyed_is_refused(town: Any, govmesh: Any) -> None:
    """Unknown department, stranger, stale or future generation, a done hand-off: refused, and nothing moves."""
    ident = town.report()
    town.let_go(minutes=1)
    task = town.tasks(ident)["zhujian"]
    of, before = f"/api/v1/events/{ident}/handoffs/{task['id']}", town.event(ident)

    def refused(verb: str, **said: Any) -> tuple[int, str]:
        with pytest.raises(Answered) as no:
            town.client.post(f"{of}/{verb}", {"dept": "zhujian", "generation": 1, **said})
        assert no.value.error["zh"] and no.value.error["en"]
        return no.value.status, no.value.error["code"]

    assert refused("accept", dept="feidieju") == (404, "HANDOFF_UNKNOWN_DEPARTMENT")
    assert refused("accept", dept="gongan") == (403, "HANDOFF_NOT_HOLDER")
    assert refused("accept", generation=2)[1] == "HANDOFF_UNKNOWN_GENERATION"
    assert refused("return", reason="not_responsible", proposed="feidieju") == (404, "HANDOFF_UNKNOWN_DEPARTMENT")
    assert refused("return", reason=" ", proposed="gongan")[1] == "HANDOFF_NO_REASON"
    assert refused("done", result="好了")[1] == "HANDOFF_NOT_ACCEPTED"
    assert refused("fly")[1] == "HTTP_NOT_FOUND"
    assert refused("accept", generation="first")[1] == "HTTP_BAD_BODY"
    assert town.event(ident) == before and town.tasks(ident)["zhujian"] == task

    town.closed(ident)
    after = town.event(ident)
    assert refused("done", result="又好了") == (409, "HANDOFF_ALREADY_DONE")
    said = govmesh(town, "handoff", "done", task["id"], "--as", "zhujian", "--result", "又好了")
    assert said.code == 1 and said.err.startswith("✗ HANDOFF_ALREADY_DONE")
    assert "HANDOFF_UNKNOWN" in govmesh(town, "handoff", "accept", "H-none", "--as", "zhujian").err
    assert town.event(ident) == after


def test_the_same_file_again_changes_nothing(town: Any, govmesh: Any, desk: str, sheet: Any, tmp_path: Path) -> None:
    """Live and as history: the same counts, and not one row of any table is different afterwards."""
    rows = [[f"t-{n}", "2024-05-01", f"文昌街第{n}处井盖松动，夜里没有路灯，行人容易绊倒受伤"] for n in range(5)]
    rows += [["t-9", "2024-05-02", "文昌街第0处井盖松动，夜里没有路灯，行人容易绊倒受伤"]]
    past = [
        [f"p-{n}", "2024-04-01", f"去年冬天第{n}处水管冻裂", "", "", "", "", "", "", "2024-04-03"] for n in range(4)
    ]
    live, history = sheet("live.csv", *rows), sheet("past.csv", *past)
    want = {"read": 6, "accepted": 5, "attached": 1, "rejected": 0}
    then = {"read": 4, "accepted": 4, "attached": 0, "rejected": 0}
    assert govmesh(town, "import", live, "--map", desk, "--json").json == want
    offers = len(town.client.get("/api/v1/handoffs", limit=200)["handoffs"])
    assert govmesh(town, "import", history, "--map", desk, "--as", "history", "--json").json == then
    ended = [
        one for one in town.client.get("/api/v1/events", state="closed", limit=200)["events"] if "冻裂" in one["text"]
    ]
    assert [one["closed_at"] for one in ended] == ["2024-04-03T00:00:00+08:00"] * 4
    assert len(town.client.get("/api/v1/handoffs", limit=200)["handoffs"]) == offers, "the past starts no offers"

    town.let_go(minutes=1)
    before = everything(town.home)
    (tmp_path / "renamed.csv").write_bytes(Path(live).read_bytes())
    for again in (live, str(tmp_path / "renamed.csv")):
        assert govmesh(town, "import", again, "--map", desk, "--json").json == want
    assert govmesh(town, "import", history, "--map", desk, "--as", "history", "--json").json == then
    assert everything(town.home) == before


def test_an_unknown_pack_stops_the_start(tmp_path: Path, start: Any, capfd: pytest.CaptureFixture[str]) -> None:
    """A mesh that cannot be what was asked for does not start, and says why instead of where in the program."""
    with pytest.raises(Refusal) as no, start(tmp_path / "home", "--pack", "atlantis"):
        pass
    assert no.value.code == "MESH_DID_NOT_START"
    said = capfd.readouterr().err
    assert "✗ PACK_UNKNOWN" in said and "Traceback" not in said
