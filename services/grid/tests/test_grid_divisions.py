"""The list of divisions in the service's tables: taken in, changed with its history, found, said once."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.slow  # each list is loaded by a process of its own

LIST = """code,name,cityCode
11,北京市,
1101,市辖区,1101
110105,朝阳区,1101
110106,丰台区,1101
110105001,建外街道,1101
110105001001,永安里社区居委会,1101
110105001002,光华里社区居委会,1101
110105001003,,1101
11010500100,光华里社区居委会,1101
110106001,丰台街道,1102
110105001001,别的社区,1101
"""
CHANGES = """date,change,code,to_code,to_name
2024-01-01,更名,110105001,,建国门外街道
2024-02-01,merged,110105001002,110105001001,
2024-03-01,split,110105001001,110105001001,
2024-03-01,split,110105001001,110105001005,永安东里社区
2024-04-01,recoded,110105001,110106009,
2024-04-01,merged,110105,110106,
2024-05-01,abolished,110106,,
2024-05-01,changed,110106,,
"""


def test_a_list_is_taken_in_and_its_bad_rows_are_named(grid: Any) -> None:
    """Row, field and reason of each; the same file again changes nothing; another name needs its date."""
    said = grid.send("/api/v1/divisions", LIST, file="list.csv")
    assert (said["kind"], said["read"], said["new"], said["known"], said["rejected"]) == ("list", 11, 7, 0, 4), said
    assert [(no["row"], no["field"], no["code"]) for no in said["rejects"]] == [
        (9, "name", "DIVISION_BAD_NAME"),
        (10, "division", "GRID_BAD_CODE"),
        (11, "citycode", "DIVISION_OTHER_PARENT"),
        (12, "code", "GRID_DUPLICATE_CODE"),
    ]
    again = grid.send("/api/v1/divisions", LIST, file="list.csv")
    assert (again["new"], again["known"]) == (0, 7) and not grid.said("division.changed.v1")
    other = grid.send("/api/v1/divisions", "code,name\n110106,丰台新区\n", file="2025.csv")
    assert [no["code"] for no in other["rejects"]] == ["DIVISION_OTHER_NAME"]
    assert grid.send("/api/v1/divisions", "a,b\n1,2\n", file="x.csv")["error"]["code"] == "DIVISION_BAD_FILE"


def test_changes_keep_the_history_and_are_said_once(grid: Any) -> None:
    """Old codes still resolve with the date, and name what they have become; the same changes again say nothing."""
    said = grid.send("/api/v1/divisions", CHANGES, file="2024.csv")
    assert [(no["row"], no["code"]) for no in said["rejects"]] == [
        (9, "DIVISION_BAD_CHANGE"),
        (8, "DIVISION_HAS_CHILDREN"),
    ]
    told = [json.loads(body) for body in grid.said("division.changed.v1")]
    made = [(one["data"]["code"], one["data"]["change"]) for one in told]
    assert made == [
        ("110105001", "renamed"),
        ("110105001002", "merged"),
        ("110105001001", "split"),
        ("110105001", "recoded"),
        ("110105001001", "recoded"),
        ("110105001005", "recoded"),
        ("110105", "merged"),
    ]
    assert said["changed"] == 7
    assert grid.send("/api/v1/divisions", CHANGES, file="2024.csv")["changed"] == 0
    assert len(grid.said("division.changed.v1")) == 7

    def at(day: str, code: str) -> tuple[Any, ...]:
        found = grid.get(f"/api/v1/divisions/{code}", at=day)
        chain = [one["name"] for one in found["chain"]]
        return found["division"]["name"], found["in_force"], chain[0], [one["code"] for one in found["successors"]]

    assert at("2023-12-31", "110105001") == ("建外街道", True, "朝阳区", ["110106009"])
    assert at("2024-01-01", "110105001000")[:3] == ("建国门外街道", True, "朝阳区")
    assert at("2024-05-01", "110105001002") == ("光华里社区居委会", False, "建国门外街道", [
        "110106009001",
        "110106009005",
    ])  # fmt: skip
    assert at("2024-05-01", "110106009005")[:3] == ("永安东里社区", True, "建国门外街道")
    below = [one["code"] for one in grid.get("/api/v1/divisions/110106/children", at="2024-05-01")["divisions"]]
    assert below == ["110106009"]
    early = grid.get("/api/v1/divisions/110106009", at="2024-03-31")
    assert (early["status"], early["error"]["code"]) == (422, "GRID_CODE_NOT_YET")
    unknown = grid.get("/api/v1/divisions/110105777")
    assert (unknown["status"], unknown["error"]["code"]) == (404, "GRID_UNKNOWN_CODE")


def test_names_are_found_by_any_part_of_them_as_they_were(grid: Any) -> None:
    """Best fit first, within a division, on a date; nobody needs the official ending."""

    def found(text: str, **more: str) -> list[tuple[str, str]]:
        return [(one["code"], one["fit"]) for one in grid.get("/api/v1/divisions", q=text, **more)["divisions"]]

    assert found("永安东里", at="2024-05-01") == [("110106009005", "core")]
    assert found("安东", at="2024-05-01") == [("110106009005", "part")]
    assert found("建外街道", at="2023-05-01") == [("110105001", "exact")] and not found("建外", at="2024-05-01")
    assert found("龙腾街道", within="3408") == [("340881001", "exact")] and not found("龙腾街道", within="11")
    (named,) = grid.get("/api/v1/divisions", q="龙腾街道", within="340881")["divisions"]
    assert named["full_name"] == "安徽省安庆市桐城市龙腾街道"


def test_a_later_list_renames_from_its_date(grid: Any) -> None:
    """What a dated list calls otherwise is renamed from that day on, and said."""
    said = grid.send("/api/v1/divisions", "代码,名称\n110106,丰台新区\n", file="2025.csv", as_of="2025-01-01")
    assert (said["changed"], said["rejected"]) == (1, 0)
    names = [grid.get("/api/v1/divisions/110106", at=day)["division"]["name"] for day in ("2024-12-31", "2025-01-01")]
    assert names == ["丰台区", "丰台新区"]
