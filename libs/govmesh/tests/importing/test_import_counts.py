"""Importing a file: every row is accepted, attached or rejected, and the sum is exact."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govcore.errors import Refusal
from govcore.files import Mapping, Table, open_table
from govmesh.importing import Counts, Post, import_file

Tables = Callable[..., Table]


def run(table: Table, mapping: Mapping, post: Post, tmp_path: Path, **how: Any) -> Counts:
    how = {"as_": "live", "progress": lambda _: None, "target": "http://mesh", "rows_at_once": 7, **how}
    return import_file(table, mapping, post, rejects_path=tmp_path / "r.csv", states=tmp_path / "imports", **how)


def rejected(tmp_path: Path) -> list[dict[str, str]]:
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


WANTED = Counts(read=60, accepted=38, attached=9, rejected=13, new=47)
"""Of 60 rows: 8 in no village, 5 without a date; of the 12 that say the same, 10 remain, 9 of them repeats."""


def test_every_row_ends_somewhere(table: Tables, mapping: Mapping, counter: Any, tmp_path: Path) -> None:
    """Read is the sum of accepted, attached and rejected; the batches are no larger than asked."""
    told: list[Counts] = []
    assert run(table(), mapping, counter.post, tmp_path, progress=told.append) == WANTED
    assert WANTED.as_dict() == {"read": 60, "accepted": 38, "attached": 9, "rejected": 13}
    assert all(counts.read == counts.accepted + counts.attached + counts.rejected for counts in told)
    assert [counts.read for counts in told] == [0, 7, 14, 21, 28, 35, 42, 49, 56, 60]
    assert max(map(len, counter.batches)) <= 7


def test_rejected_rows_are_written_with_column_value_and_reason(
    table: Tables, mapping: Mapping, counter: Any, tmp_path: Path
) -> None:
    """In the order of the file, in its own words, whether the mapping or the mesh said no."""
    run(table(), mapping, counter.post, tmp_path)
    rows = rejected(tmp_path)
    assert [int(row["row"]) for row in rows] == [n + 1 for n in range(1, 61) if n % 7 == 0 or n % 11 == 0]
    assert rows[0] == {
        "row": "8", "field": "村", "value": "99", "code": "REPORT_UNKNOWN_DIVISION",
        "zh": "没有“99”这个区划", "en": "there is no division “99”",
    }  # fmt: skip
    assert (rows[1]["field"], rows[1]["value"], rows[1]["code"]) == ("时间", "昨天", "ROW_BAD_DATE")


def test_who_reported_is_posted_and_never_written(
    table: Tables, mapping: Mapping, counter: Any, tmp_path: Path
) -> None:
    """Names and telephone numbers are in the reports and in no file of the import."""
    run(table(), mapping, counter.post, tmp_path)
    assert counter.batches[0][0]["reporter"] == {"name": "张三1", "phone": "13800000001"}
    for path in [tmp_path / "r.csv", *(tmp_path / "imports").iterdir()]:
        kept = path.read_text(encoding="utf-8-sig")
        assert "张三" not in kept and "138000" not in kept


def test_same_file_again_changes_nothing(table: Tables, mapping: Mapping, counter: Any, tmp_path: Path) -> None:
    """A finished import starts over: the same counts, nothing new, the same rejected rows."""
    first = run(table(), mapping, counter.post, tmp_path)
    taken, said = dict(counter.taken), (tmp_path / "r.csv").read_bytes()
    again = run(table(), mapping, counter.post, tmp_path)
    assert again == first.model_copy(update={"new": 0})
    assert (counter.taken, (tmp_path / "r.csv").read_bytes()) == (taken, said)


def test_history_travels_only_as_history(table: Tables, mapping: Mapping, counter: Any, tmp_path: Path) -> None:
    """How a matter ended elsewhere is posted with ``as=history`` and left out of a live report."""
    run(table(3), mapping, counter.post, tmp_path)
    assert "history" not in counter.batches[0][0]
    run(table(3), mapping, counter.post, tmp_path, as_="history")
    assert counter.batches[1][0]["history"] == {"closed_at": "2024-05-02T00:00:00+08:00"}


def test_batches_close_when_they_are_heavy(table: Tables, mapping: Mapping, counter: Any, tmp_path: Path) -> None:
    """Bytes bound a batch as well as rows."""
    run(table(20), mapping, counter.post, tmp_path, rows_at_once=500, bytes_at_once=600)
    assert 5 <= len(counter.batches) < 20


def test_no_rejected_row_leaves_no_file(table: Tables, mapping: Mapping, counter: Any, tmp_path: Path) -> None:
    """Also where an earlier run had left one."""
    (tmp_path / "r.csv").write_text("old")
    assert run(table(6), mapping, counter.post, tmp_path).rejected == 0
    assert not (tmp_path / "r.csv").exists()


def test_file_without_rows_counts_nothing(table: Tables, mapping: Mapping, counter: Any, tmp_path: Path) -> None:
    """An export that found nothing is imported in full."""
    assert run(table(0), mapping, counter.post, tmp_path) == Counts()
    assert counter.batches == []


def test_file_that_breaks_off_keeps_what_came_before(mapping: Mapping, counter: Any, tmp_path: Path) -> None:
    """The rows before the damage are in, the damage is said, and the repaired file adds only the rest."""
    rows = ",".join(f'{{"编号": "{n}", "时间": "2024-05-01", "内容": "事{n}"}}' for n in range(300))
    plain = mapping.model_copy(
        update={"fields": mapping.fields.model_copy(update={"place": None, "reporter": None})},
    )
    path = tmp_path / "a.json"
    path.write_text(f"[{rows}, oops", encoding="utf-8")
    with pytest.raises(Refusal) as no:
        run(open_table(path), plain, counter.post, tmp_path)
    assert no.value.code == "FILE_BROKEN" and len(counter.taken) == 300
    path.write_text(f'[{rows}, {{"编号": "x", "时间": "2024-05-01", "内容": "最后"}}]', encoding="utf-8")
    assert run(open_table(path), plain, counter.post, tmp_path) == Counts(read=301, accepted=301, new=1)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ([], "0 results"),
        ([{"row": 0, "outcome": "accepted"}] * 3, "3 results"),
        ([{"row": n, "outcome": "lost"} for n in range(3)], "lost"),
        ([{"outcome": "accepted"}] * 3, "row"),
        (["accepted"] * 3, "row"),
    ],
)
def test_answer_that_does_not_add_up_stops_the_import(
    table: Tables, mapping: Mapping, tmp_path: Path, answer: Any, why: str
) -> None:
    """Every report is answered once, with an outcome that is known; else nothing is counted."""
    with pytest.raises(Refusal) as no:
        run(table(3), mapping, lambda _: answer, tmp_path)
    assert no.value.code == "IMPORT_BAD_ANSWER" and why in no.value.text("en")


def test_results_may_come_in_any_order(table: Tables, mapping: Mapping, counter: Any, tmp_path: Path) -> None:
    """They name their row."""
    assert run(table(), mapping, lambda reports: counter.post(reports)[::-1], tmp_path) == WANTED
    assert rejected(tmp_path)[0]["row"] == "8"
