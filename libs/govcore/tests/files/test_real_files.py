"""The real files, whole."""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from govcore.errors import Refusal
from govcore.events.fingerprint import fingerprint
from govcore.events.report_in import ReportIn
from govcore.files import map_row, mapping_for, open_table

pytestmark = pytest.mark.slow

RealFile = Callable[[str], Path]


def read(path: Path, name: str) -> tuple[list[ReportIn], list[Refusal]]:
    table = open_table(path)
    mapping = mapping_for(table)
    assert mapping.name == name
    good: list[ReportIn] = []
    bad: list[Refusal] = []
    for row in table.rows():
        found = map_row(row, mapping)
        (bad if isinstance(found, Refusal) else good).append(found)  # type: ignore[arg-type]
    return good, bad


def test_taidi_messages_are_read_without_exception(real_file: RealFile) -> None:
    """4,326 rows, 4,326 ids, none refused; the 129 real Excel dates are among the times."""
    path = real_file("messages/taidi_messages.xlsx")
    good, bad = read(path, "taidi")
    assert (len(good), bad) == (4326, [])
    assert len({report.external_id for report in good}) == 4326
    assert all(report.external_id and report.external_id.isdigit() for report in good)
    real_dates = [row.number for row in open_table(path).rows() if isinstance(row.values["留言时间"], datetime)]
    assert len(real_dates) == 129
    times = [report.reported_at for report in good if report.reported_at]
    assert (min(times).year, max(times).year) == (2017, 2020)
    assert not any(report.text.startswith((" ", "\n", "\t", "\u3000")) for report in good)


def test_taidi_repeats_are_the_109_that_were_counted(real_file: RealFile) -> None:
    """Texts that repeat an earlier one, white space aside; as the file has them and as the mapping tidies them."""
    path = real_file("messages/taidi_messages.xlsx")
    raw = [str(row.values["留言详情"]) for row in open_table(path).rows()]
    assert len(raw) - len(set(map(fingerprint, raw))) == 109
    good, _ = read(path, "taidi")
    assert len(good) - len({fingerprint(report.text) for report in good}) == 109


def test_taidi_messages_with_replies_carry_their_answer(real_file: RealFile) -> None:
    """2,816 rows with the answer's time, one of them a date without a time."""
    good, bad = read(real_file("messages/taidi_messages_with_replies.xlsx"), "taidi")
    assert (len(good), bad) == (2816, [])
    days = [
        (report.history.closed_at - report.reported_at).total_seconds() / 86400
        for report in good
        if report.history and report.history.closed_at and report.reported_at
    ]
    assert (len(days), sum(d > 15 for d in days), sum(d > 60 for d in days)) == (2816, 1084, 159)


def test_taidi_labelled_messages_name_their_class(real_file: RealFile) -> None:
    """495 rows with a class by name."""
    good, bad = read(real_file("messages/taidi_labelled_495.xlsx"), "taidi")
    assert (len(good), bad) == (495, []) and all(report.class_name for report in good)


@pytest.mark.slow
def test_boston_refuses_only_what_was_closed_before_it_was_opened(real_file: RealFile) -> None:
    """121,143 rows read, 197 refused, every other one with its dates; memory stays far below 400 MiB."""
    path = real_file("requests311/boston_311_2015.csv.gz")
    table = open_table(path)
    mapping = mapping_for(table)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    counts: Counter[str] = Counter()
    for row in table.rows():
        found = map_row(row, mapping)
        if isinstance(found, Refusal):
            counts[found.code] += 1
            assert found.row and found.field == "CLOSED_DT"
        else:
            counts["mapped"] += 1
            counts["target"] += bool(found.history and found.history.target_at)
            counts["closed"] += bool(found.history and found.history.closed_at)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{path.name}: {before // 1024} -> {after // 1024} MiB")
    assert counts["mapped"] == 120_946 and counts["ROW_CLOSED_BEFORE_OPENED"] == 197
    assert counts["closed"] == 101_272 - 197
    assert after - before < 50 * 1024


@pytest.mark.slow
def test_boston_pack_knows_everything_its_file_names(real_file: RealFile) -> None:
    """Every place, department and channel that a row names has a code."""
    from govcore.packs import load_pack

    table = open_table(real_file("requests311/boston_311_2015.csv.gz"))
    mapping = mapping_for(table)
    pack = load_pack(mapping.pack)
    named: dict[str, set[str]] = {"division": set(), "department": set(), "channel": set()}
    for row in table.rows():
        found = map_row(row, mapping)
        if isinstance(found, ReportIn):
            named["division"].add(found.division_name or "")
            named["department"].add((found.history and found.history.department) or "")
            named["channel"].add(found.channel or "")
    unknown = {
        kind: sorted(name for name in names if name and not pack.code_of(kind, name)) for kind, names in named.items()
    }
    assert unknown == {"division": [], "department": [], "channel": []}
