"""An import that is killed goes on, with exact counts and the same file of rejected rows."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govcore.errors import Refusal
from govcore.files import Mapping, Table
from govmesh.importing import Counts, import_file
from govmesh.importing.ledger import Ledger

Tables = Callable[..., Table]

CHILD = """
import json, os, signal, sqlite3, sys
from pathlib import Path
from govcore.files import open_mapped
from govmesh.importing import import_file
from govmesh.importing.ledger import Ledger

home, file, mapping, point, left = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5])
mesh = sqlite3.connect(home / "mesh.db")
mesh.execute("create table if not exists reports (key text primary key, outcome text)")

def here(name):
    global left
    if name == point:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

def post(reports):
    here("before")
    results = []
    for at, said in enumerate(reports):
        if said["division"] == "99":
            reason = {"code": "X", "field": "division", "value": "99"}
            results.append({"row": at, "outcome": "rejected", "reason": reason})
            continue
        outcome = "attached" if said["text"] == "路灯不亮" else "accepted"
        mesh.execute("insert or ignore into reports values (?, ?)", (said["external_id"], outcome))
        results.append({"row": at, "outcome": outcome, "new": True})
    mesh.commit()
    here("posted")
    return results

save = Ledger.save
def saving(self, state):
    here("rejected")
    save(self, state)
    here("saved")
Ledger.save = saving

table, found = open_mapped(file, mapping)
where = {"states": home / "imports", "target": "m", "rows_at_once": 7}
counts = import_file(table, found, post, "live", lambda _: None, home / "r.csv", **where)
print(json.dumps(counts.as_dict()))
"""


def child(
    home: Path, table: Table, mapping: Path, point: str = "never", at: int = 0
) -> subprocess.CompletedProcess[str]:
    home.mkdir(exist_ok=True)
    command = [sys.executable, "-c", CHILD, str(home), str(table.path), str(mapping), point, str(at)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def in_the_mesh(home: Path) -> list[tuple[str, str]]:
    return sqlite3.connect(home / "mesh.db").execute("select key, outcome from reports order by key").fetchall()


@pytest.mark.slow
@pytest.mark.parametrize("point", ["before", "posted", "rejected", "saved"])
def test_killed_at_any_step_the_counts_stay_exact(
    point: str, table: Tables, mapping_file: Path, tmp_path: Path
) -> None:
    """Killed around the post, after the rejected rows, after the record, again and again: nothing lost or doubled."""
    rows = table()
    whole = child(tmp_path / "whole", rows, mapping_file)
    assert whole.returncode == 0, whole.stderr
    for at in (1, 2, 3, 1):
        killed = child(tmp_path / "killed", rows, mapping_file, point, at)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
    resumed = child(tmp_path / "killed", rows, mapping_file)
    assert resumed.stdout == whole.stdout != ""
    assert in_the_mesh(tmp_path / "killed") == in_the_mesh(tmp_path / "whole")
    assert (tmp_path / "killed/r.csv").read_bytes() == (tmp_path / "whole/r.csv").read_bytes()


def start(table: Table, mapping: Mapping, post: Any, tmp_path: Path, **how: Any) -> Counts:
    how = {"as_": "live", "target": "m", "progress": lambda _: None, "rows_at_once": 7, **how}
    return import_file(table, mapping, post, rejects_path=tmp_path / "r.csv", states=tmp_path / "imports", **how)


def broken_after(batches: int, post: Any) -> Any:
    """Posts so many batches, then stops the import as a kill would, the last batch taken in and not recorded."""
    left = iter(range(batches))

    def until(reports: list[dict[str, Any]]) -> Any:
        found = post(reports)
        if next(left, None) is None:
            raise KeyboardInterrupt
        return found

    return until


def test_only_what_was_not_recorded_is_posted_again(
    table: Tables, mapping: Mapping, counter: Any, tmp_path: Path
) -> None:
    """Two batches recorded, a third taken in but not recorded: the next run posts from the third on."""
    with pytest.raises(KeyboardInterrupt):
        start(table(), mapping, broken_after(2, counter.post), tmp_path)
    sent = [said["external_id"] for said in counter.batches[2]]
    counter.batches.clear()
    assert start(table(), mapping, counter.post, tmp_path).read == 60
    assert [said["external_id"] for said in counter.batches[0]] == sent


@pytest.mark.parametrize("other", [{"as_": "history"}, {"target": "another mesh"}, {"resume": False}])
def test_another_import_starts_at_the_first_row(
    table: Tables, mapping: Mapping, counter: Any, tmp_path: Path, other: dict[str, Any]
) -> None:
    """As history, into another mesh, or told to: what was recorded of the interrupted one does not count."""
    with pytest.raises(KeyboardInterrupt):
        start(table(), mapping, broken_after(2, counter.post), tmp_path)
    counter.batches.clear()
    assert start(table(), mapping, counter.post, tmp_path, **other).read == 60
    assert counter.batches[0][0]["external_id"] == "1"


def test_changed_file_starts_at_the_first_row(table: Tables, mapping: Mapping, counter: Any, tmp_path: Path) -> None:
    """It is another file, whatever its name."""
    with pytest.raises(KeyboardInterrupt):
        start(table(60), mapping, broken_after(2, counter.post), tmp_path)
    counter.batches.clear()
    assert start(table(61), mapping, counter.post, tmp_path).read == 61
    assert counter.batches[0][0]["external_id"] == "1"


@pytest.mark.parametrize("harm", ["gone", "other", "state"])
def test_lost_or_foreign_records_mean_the_whole_file(
    table: Tables, mapping: Mapping, counter: Any, tmp_path: Path, harm: str
) -> None:
    """Where the rejected rows of before are gone, or the record cannot be read, the file is told again whole."""
    with pytest.raises(KeyboardInterrupt):
        start(table(), mapping, broken_after(2, counter.post), tmp_path)
    if harm == "gone":
        (tmp_path / "r.csv").unlink()
    elif harm == "other":
        (tmp_path / "r.csv").write_text("x" * 5000)
    else:
        next((tmp_path / "imports").glob("*.json")).write_text("{")
    counts = start(table(), mapping, counter.post, tmp_path)
    assert (counts.read, counts.rejected) == (60, 13)
    assert len((tmp_path / "r.csv").read_text(encoding="utf-8-sig").splitlines()) == 1 + 13


def test_one_import_of_a_file_at_a_time(table: Tables, mapping: Mapping, counter: Any, tmp_path: Path) -> None:
    """A second one is told so instead of racing the first."""
    rows = table()
    with Ledger(tmp_path / "imports", rows.path, mapping, "live", "m").held(), pytest.raises(Refusal) as no:
        start(rows, mapping, counter.post, tmp_path)
    assert no.value.code == "IMPORT_ALREADY_RUNNING"
    assert start(rows, mapping, counter.post, tmp_path).read == 60


def test_file_changed_meanwhile_is_said(table: Tables, mapping: Mapping, counter: Any, tmp_path: Path) -> None:
    """The counts would be of neither file."""
    rows = table()

    def post(reports: list[dict[str, Any]]) -> Any:
        os.utime(rows.path, ns=(1, 1))
        return counter.post(reports)

    with pytest.raises(Refusal) as no:
        start(rows, mapping, post, tmp_path)
    assert no.value.code == "IMPORT_FILE_CHANGED"


def test_folder_that_cannot_be_written_is_said(table: Tables, mapping: Mapping, counter: Any, tmp_path: Path) -> None:
    """Before anything is posted."""
    (tmp_path / "imports").write_text("a file where the folder should be")
    with pytest.raises(Refusal) as no:
        start(table(), mapping, counter.post, tmp_path)
    assert no.value.code == "IMPORT_CANNOT_WRITE" and counter.batches == []
