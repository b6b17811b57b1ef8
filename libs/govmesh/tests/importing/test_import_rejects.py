"""The file of rejected rows: opened in a spreadsheet, it computes nothing and names nobody."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govcore.errors import Refusal
from govcore.files import Mapping
from govmesh.importing import Rejected, Rejects


def written(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@given(value=st.text(max_size=40))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_cell_is_a_formula(value: str, tmp_path: Path) -> None:
    """Whatever stands in a cell of the file, the spreadsheet shows it."""
    value = value.encode("utf-8", "replace").decode()
    rejects = Rejects(tmp_path / "r.csv")
    rejects.add([Rejected(2, value, "=" + value, "ROW_BAD_DATE", "+" + value, "@" + value)])
    for cell in written(tmp_path / "r.csv")[1]:
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_spreadsheets_see_utf8(tmp_path: Path) -> None:
    """A mark at the beginning, once, however often rows are added."""
    rejects = Rejects(tmp_path / "r.csv")
    for row in (2, 3):
        rejects.add([Rejected(row, "村", "99", "X", "没有", "none")])
    raw = (tmp_path / "r.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfrow,field,value,code,zh,en") and raw.count(b"\xef\xbb\xbf") == 1
    assert [row[0] for row in written(tmp_path / "r.csv")] == ["row", "2", "3"]


def test_long_values_are_cut(tmp_path: Path) -> None:
    """A value is shown to be found again, not to be kept."""
    Rejects(tmp_path / "r.csv").add([Rejected(2, "村", "x" * 5000, "X", "", "")])
    assert len(written(tmp_path / "r.csv")[1][2]) == 200


@pytest.mark.parametrize("field", ["reporter.phone", "reporter.name", "text"])
def test_what_the_mesh_quotes_of_a_person_is_struck_out(field: str, mapping: Mapping) -> None:
    """Even if an answer quoted identity or free text, in its value or in its words."""
    secret = "13800138000"
    reason: dict[str, Any] = {
        "code": "X",
        "field": field,
        "value": secret,
        "zh": f"“{secret}”不行",
        "en": f"bad: {secret}",
    }
    told = Rejected.told(7, reason, mapping)
    assert secret not in f"{told}"
    assert told.zh == "“…”不行" and told.row == 7
    assert told.field == {"reporter.phone": "电话", "reporter.name": "姓名", "text": "内容"}[field]


def test_reason_without_anything_is_still_a_row(mapping: Mapping) -> None:
    """An answer that says no and not why."""
    assert Rejected.told(7, {}, mapping) == Rejected(7, "", "", "None", "", "")


def test_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Rejected rows are not lost in silence."""
    with pytest.raises(Refusal) as no:
        Rejects(tmp_path / "nowhere" / "r.csv").add([Rejected(2, "", "", "X", "", "")])
    assert no.value.code == "IMPORT_CANNOT_WRITE"
