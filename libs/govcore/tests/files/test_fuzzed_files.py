"""Whatever the bytes: rows or a refusal, never anything else."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govcore.errors import Refusal
from govcore.files import Limits, map_row, mapping_for, open_table, read_rows, shipped_mappings
from govcore.files.objects import items
from govcore.files.separated import records

pytestmark = pytest.mark.slow

NAMES = ("a.xlsx", "a.csv", "a.csv.gz", "a.json", "a.jsonl", "a.json.gz", "a.tsv")
MAPPINGS = shipped_mappings()
FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def survive(path: Path) -> None:
    """Open, read and map; any error but a refusal fails the test."""
    try:
        table = open_table(path)
        for row in table.rows():
            for mapping in MAPPINGS:
                map_row(row, mapping)
        mapping_for(table)
    except Refusal as no:
        assert no.text("en") != no.code and no.text("zh_CN") != no.code
        str(no)


@given(raw=st.binary(max_size=2000), name=st.sampled_from(NAMES), pack=st.booleans())
@FEW
def test_random_bytes_under_every_name(raw: bytes, name: str, pack: bool, tmp_path: Path) -> None:
    """Noise, packed or not, under each kind of name."""
    path = tmp_path / name
    path.write_bytes(gzip.compress(raw) if pack else raw)
    survive(path)


@pytest.mark.parametrize("seed", range(8))
def test_damaged_good_files(seed: int, tmp_path: Path, sheet: Callable[..., Path]) -> None:
    """Real files of every kind with bytes flipped, doubled, cut out or cut off."""
    chance = random.Random(seed)
    rows = [
        {"留言编号": n, "留言用户": "u", "留言主题": f"题{n}", "留言时间": "2019/8/1", "留言详情": "x" * n}
        for n in range(30)
    ]
    flat: list[list[Any]] = [list(rows[0]), *(list(row.values()) for row in rows)]
    buffer = io.StringIO()
    csv.writer(buffer).writerows(flat)
    good = {
        "a.xlsx": sheet(*flat, name="good.xlsx").read_bytes(),
        "a.csv": buffer.getvalue().encode("gb18030"),
        "a.csv.gz": gzip.compress(buffer.getvalue().encode()),
        "a.json": json.dumps({"features": rows}, ensure_ascii=False).encode(),
        "a.jsonl": "\n".join(map(json.dumps, rows)).encode("utf-16"),
    }
    for name, raw in good.items():
        for _ in range(12):
            at = chance.randrange(len(raw))
            length = chance.choice((1, 2, 50))
            damage = chance.choice(("flip", "cut", "end", "double"))
            bad = {
                "flip": raw[:at] + chance.randbytes(length) + raw[at + length :],
                "cut": raw[:at] + raw[at + length :],
                "end": raw[:at],
                "double": raw[:at] + raw[at - length : at] * 3 + raw[at:],
            }[damage]
            (tmp_path / name).write_bytes(bad)
            survive(tmp_path / name)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff"), max_size=40)


@given(rows=st.lists(st.lists(cells, min_size=2, max_size=2), min_size=1, max_size=8), limit=st.integers(10, 60))
@FEW
def test_csv_that_was_written_is_read_the_same(rows: list[list[str]], limit: int) -> None:
    """What csv.writer wrote comes back; through a small window the rows that fit do, and none is lost or moved."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["a", "b"], *rows])
    wanted = [(n, row) for n, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]
    stream = io.StringIO(buffer.getvalue(), newline="")
    assert [(n, found) for n, found, _ in records(stream, "a.csv", Limits())][1:] == wanted
    narrow = Limits(row_chars=limit, cell_chars=limit)
    try:
        found_rows = list(records(io.StringIO(buffer.getvalue(), newline=""), "a.csv", narrow))[1:]
    except Refusal as no:
        assert no.code == "FILE_BROKEN"
        return
    kept = {n: found for n, found, cut in found_rows if not cut}
    assert all(found == dict(wanted)[n] for n, found in kept.items())
    assert {n for n, _, _ in found_rows} == {n for n, _ in wanted}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    rows=st.lists(st.dictionaries(st.text(max_size=5), values, max_size=4), max_size=6),
    indent=st.sampled_from((None, 1)),
)
@FEW
def test_json_that_was_written_is_read_the_same(rows: list[dict[str, Any]], indent: int | None) -> None:
    """As an array, with any window: each object once, in order, whatever stands in its texts."""
    text = json.dumps(rows, indent=indent)
    plain = [found for _, found in items(io.StringIO(text), "a.json", Limits())]
    narrow = [found for _, found in items(io.StringIO(text), "a.json", Limits(row_chars=5))]
    assert len(plain) == len(rows) and not any(isinstance(found, Refusal) for found in plain)
    assert len(narrow) == len(rows)


@given(text=st.text(max_size=300))
@FEW
def test_texts_of_every_kind_as_csv(text: str, tmp_path: Path) -> None:
    """Any text under a head of its own is rows or a refusal."""
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + text, encoding="utf-8", errors="surrogatepass")
    try:
        assert all(row.number >= 2 for row in read_rows(path))
    except Refusal as no:
        assert no.code.startswith("FILE_")
