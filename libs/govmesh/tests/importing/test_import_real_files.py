"""The real files through the importer, to a place that recognises repeats."""

from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govcore.events.fingerprint import fingerprint
from govcore.files import open_mapped
from govmesh.importing import Counts, import_file

pytestmark = pytest.mark.slow

RealFile = Callable[[str], Path]


def run(path: Path, post: Any, as_: Any, tmp_path: Path) -> Counts:
    table, mapping = open_mapped(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    counts = import_file(
        table, mapping, post, as_, lambda _: None, tmp_path / "r.csv", states=tmp_path / "imports", target="m"
    )
    print(
        f"{path.name}: {counts}, {before // 1024} -> {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB"
    )
    return counts


def test_taidi_messages_live(real_file: RealFile, tmp_path: Path) -> None:
    """4,326 read, none rejected, the 109 repeats attached; the same file again gives the same counts."""
    seen: dict[str, str] = {}
    outcomes: dict[str, str] = {}

    def post(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for said in reports:
            assert "history" not in said
            first = seen.setdefault(fingerprint(said["text"]), said["external_id"]) == said["external_id"]
            outcomes.setdefault(said["external_id"], "accepted" if first else "attached")
        return [{"row": at, "outcome": outcomes[said["external_id"]]} for at, said in enumerate(reports)]

    path = real_file("messages/taidi_messages.xlsx")
    wanted = Counts(read=4326, accepted=4326 - 109, attached=109)
    assert run(path, post, "live", tmp_path) == wanted
    assert run(path, post, "live", tmp_path) == wanted
    assert not (tmp_path / "r.csv").exists()


@pytest.mark.slow
def test_boston_as_history(real_file: RealFile, tmp_path: Path) -> None:
    """121,143 read, 197 rejected with row, column and both times; memory does not grow with the file."""
    sizes: list[int] = []

    def post(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
        sizes.append(len(reports))
        return [{"row": at, "outcome": "accepted"} for at in range(len(reports))]

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    counts = run(real_file("requests311/boston_311_2015.csv.gz"), post, "history", tmp_path)
    assert counts == Counts(read=121_143, accepted=120_946, rejected=197)
    assert max(sizes) <= 500 and sum(sizes) == 120_946
    lines = (tmp_path / "r.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 198 and all("ROW_CLOSED_BEFORE_OPENED" in line and "CLOSED_DT" in line for line in lines[1:])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024
