"""A place that answers as the contract of ``POST /api/v1/reports`` says, and small files to post to it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from govcore.errors import Refusal
from govcore.events.report_in import read_report
from govcore.files import Mapping, Table, load_mapping, open_table

DATA = Path(os.environ.get("GOVMESH_DATA") or Path(__file__).parents[4].parent / "shared" / "data")
MAPPING: dict[str, Any] = {
    "name": "desk",
    "source": "desk",
    "pack": "tongcheng",
    "zone": "Asia/Shanghai",
    "recognise": ["编号", "内容"],
    "fields": {
        "external_id": {"column": "编号"},
        "reported_at": {"column": "时间", "formats": "%Y-%m-%d"},
        "text": {"columns": "内容"},
        "place": {"column": "村", "as": "code"},
        "reporter": {"name": "姓名", "phone": "电话"},
    },
    "history": {"closed_at": {"column": "办结", "formats": "%Y-%m-%d"}},
    "rules": ["closed_before_opened"],
}
HEAD = "编号,时间,内容,村,姓名,电话,办结"


class Counter:
    """Takes reports in the way the contract says: recognises ``(source, external_id)``, attaches repeated texts."""

    def __init__(self) -> None:
        self.taken: dict[tuple[str, str], dict[str, Any]] = {}
        self.texts: dict[str, str] = {}
        self.batches: list[list[dict[str, Any]]] = []

    def post(self, reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self.batches.append(reports)
        return [{"row": at, **self._one(said)} for at, said in enumerate(reports)]

    def _one(self, said: dict[str, Any]) -> dict[str, Any]:
        try:
            report = read_report(said)
            if report.division and not report.division.startswith("34"):
                raise Refusal("REPORT_UNKNOWN_DIVISION", field="division", value=report.division)
        except Refusal as no:
            return {"outcome": "rejected", "reason": no.as_dict()}
        key = (report.source, str(report.external_id))
        if key in self.taken:
            return {**self.taken[key], "new": False}
        event = self.texts.get(report.text)
        outcome = "attached" if event else "accepted"
        event = self.texts.setdefault(report.text, f"E-{len(self.texts)}")
        self.taken[key] = {"outcome": outcome, "event": event, "report": f"R-{len(self.taken)}", "new": True}
        return self.taken[key]


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def mapping() -> Mapping:
    return Mapping.model_validate(MAPPING)


@pytest.fixture
def mapping_file(tmp_path: Path) -> Path:
    """The same mapping as a file."""
    path = tmp_path / "desk.yaml"
    path.write_text(yaml.safe_dump(MAPPING, allow_unicode=True), encoding="utf-8")
    assert load_mapping(path).name == "desk"
    return path


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Table]:
    """A file of numbered rows: every fifth repeats a text, every seventh has no village, every eleventh no date."""

    def make(rows: int = 60, name: str = "desk.csv") -> Table:
        lines = [HEAD]
        for n in range(1, rows + 1):
            text = "路灯不亮" if n % 5 == 0 else f"第{n}件事"
            day = "昨天" if n % 11 == 0 else "2024-05-01"
            lines.append(f"{n},{day},{text},{'99' if n % 7 == 0 else '340881'},张三{n},138{n:08d},2024-05-02")
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return open_table(path)

    return make


@pytest.fixture(scope="session")
def real_file() -> Callable[[str], Path]:
    """The path of a real file by its name under the data folder; skips, naming it, where it is absent."""

    def find(name: str) -> Path:
        path = DATA / name
        if not path.exists():
            pytest.skip(f"missing data file {name} (set GOVMESH_DATA)")
        return path

    return find
