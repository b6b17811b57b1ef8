"""A file with everything that can be wrong with a row, into a real embedded mesh."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from govcore.files import open_table
from govcore.files.mapping import Mapping
from govmesh.client import Client, embedded
from govmesh.importing import Counts, run_import
from govmesh.settings import Settings

MAPPING: dict[str, Any] = {
    "name": "mixed",
    "source": "mixed",
    "pack": "tongcheng",
    "zone": "Asia/Shanghai",
    "recognise": ["编号"],
    "fields": {
        "external_id": {"column": "编号"},
        "reported_at": {"column": "时间", "formats": "%Y/%m/%d"},
        "text": {"columns": "内容"},
        "class": {"column": "类型"},
        "place": {"column": "村", "as": "code"},
        "point": {"lon": "经度", "lat": "纬度", "crs": "WGS-84"},
        "reporter": {"phone": "电话"},
    },
    "history": {"department": {"column": "单位"}},
    "constants": {"channel": "web"},
}
PHONE = "13800138000"
ROWS = [
    ["1", "2024/5/1", "文昌路中段的路灯从上周三晚上起就一直不亮了", "", "340881001007", "", "", PHONE, ""],
    ["2", "2024/5/1", "村口", "", "340881999999", "", "", PHONE, ""],
    ["3", "2024/5/1", "江上", "", "", "121.5", "31.2", PHONE, ""],
    ["4", "2999/5/1", "明天", "", "", "", "", PHONE, ""],
    ["5", "2024/5/1", "天上有不明飞行物", "飞碟", "", "", "", PHONE, ""],
    ["6", "2024/5/2", "文昌路中段的路灯，", "", "", "", "", PHONE, ""],
    ["7", "2024/5/2", "\n文昌路中段的路灯从上周三\n晚上起就一直不亮了　", "", "340881001007", "", "", PHONE, ""],
    ["8", "2024/5/3", "已经办过", "", "", "", "", PHONE, "飞碟局"],
]
REASONS = {
    "3": ("村", "340881999999", "REPORT_UNKNOWN_DIVISION"),
    "4": ("经度, 纬度", "121.5,31.2 WGS-84", "REPORT_POINT_OUTSIDE"),
    "5": ("时间", "2999-05-01T00:00:00+08:00", "REPORT_IN_FUTURE"),
    "9": ("单位", "飞碟局", "REPORT_UNKNOWN_DEPARTMENT"),
}


def rejected(path: Path) -> dict[str, tuple[str, str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["row"]: (row["field"], row["value"], row["code"]) for row in csv.DictReader(file)}


@pytest.mark.slow
def test_every_bad_row_is_answered_by_the_mesh(tmp_path: Path) -> None:
    """No such village, outside the county, in the future: rejected with column and value; the rest is in."""
    path = tmp_path / "mixed.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([["编号", "时间", "内容", "类型", "村", "经度", "纬度", "电话", "单位"], *ROWS])
    opened = open_table(path), Mapping.model_validate(MAPPING)
    settings = Settings(home=tmp_path / "home")

    def run(client: Client, as_: Any) -> tuple[Counts, dict[str, tuple[str, str, str]]]:
        counts, left = run_import(opened, client, home=settings.home, target="embedded", as_=as_)
        assert left is not None and PHONE not in left.read_text(encoding="utf-8-sig")
        return counts, rejected(left)

    with embedded(settings, "--pack", "tongcheng") as client:
        live = run(client, "live")
        again = run(client, "live")
        past = run(client, "history")
    kept = {row: reason for row, reason in REASONS.items() if row != "9"}
    assert live == (Counts(read=8, accepted=4, attached=1, rejected=3, new=5), kept)
    assert again == (Counts(read=8, accepted=4, attached=1, rejected=3, new=0), kept)
    # row 9 was taken in as a live report before: it is recognised before anything about it is asked
    assert past[0].as_dict() == live[0].as_dict() and past[1] == kept


@pytest.mark.slow
def test_history_names_departments_that_exist(tmp_path: Path) -> None:
    """As history, a department nobody knows is refused by its column."""
    path = tmp_path / "mixed.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["编号", "时间", "内容", "类型", "村", "经度", "纬度", "电话", "单位"], *ROWS])
    settings = Settings(home=tmp_path / "home")
    with embedded(settings, "--pack", "tongcheng") as client:
        counts, left = run_import(
            (open_table(path), Mapping.model_validate(MAPPING)), client, home=settings.home, target="e", as_="history"
        )
    assert left is not None and rejected(left) == REASONS
    assert counts == Counts(read=8, accepted=3, attached=1, rejected=4, new=4)
