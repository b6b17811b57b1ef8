"""Makes the generated tables of the pack `tongcheng` from the shared data; run again, it makes the same bytes.

    python compose_tongcheng.py [DATA]      (DATA: the shared data folder; default: $GOVMESH_DATA)

Divisions, boundary and counts are real.  Which grid lies where and how many workers it has is composed: S01 gives
1,599 chiefs and 7,258 workers for the county and says no more.  Posts have ids, never names.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from places import Row, boundary, county, divisions, other_names, read, shared_out, short, village_kind, write

COUNTY = "340881"
GRIDS = 1_599
WORKERS = 7_258
TOWNS, VILLAGES = 17, 228
BESIDE = Path(__file__).parent
PACK = BESIDE.parent / "src" / "govpacks" / "tongcheng"
WEIGHTS = {"community": 14, "village": 10, "virtual": 6}
"""Grids in a community, a village and a development zone, in proportion: towns are denser."""


def main(data: Path) -> None:
    """Writes divisions, grids, posts, aliases, boundary and the demo's counts into the pack."""
    towns, villages = county(data, COUNTY)
    assert (len(towns), len(villages)) == (TOWNS, VILLAGES), (len(towns), len(villages))
    write(PACK / "divisions.csv", ("code", "name", "parent", "kind"), divisions(data, COUNTY, towns, villages))
    _grids_and_posts(villages)
    names = other_names(towns, villages).items()
    write(PACK / "aliases.csv", ("kind", "name", "code"), [("division", name, code) for name, code in names])
    boundary(data, COUNTY, PACK)
    _counts(data)


def _grids_and_posts(villages: Sequence[Row]) -> None:
    numbers = shared_out([WEIGHTS[village_kind(one["name"])] for one in villages], GRIDS)
    grids: list[tuple[str, str, str, str, str]] = []
    for village, number in zip(villages, numbers, strict=True):
        kind = "natural_village" if village_kind(village["name"]) == "village" else "building"
        for sequence in range(1, number + 1):
            code = f"{village['code']}{sequence:03}"
            name = f"{short(village['name'])}第{sequence:02}网格"
            grids.append((code, name, village["code"], kind, "composed"))
    posts: list[tuple[str, str, str, str]] = []
    for (code, _, _, kind, _), workers in zip(grids, shared_out([1] * len(grids), WORKERS), strict=True):
        posts.append((f"post-{code}", code, "chief", "full"))
        full = 2 if kind == "building" else 1
        posts += [(f"post-{code}-{n}", code, "worker", "full" if n <= full else "part") for n in range(1, workers + 1)]
    write(PACK / "grids.csv", ("code", "name", "village", "kind", "origin"), grids)
    write(PACK / "posts.csv", ("id", "grid", "kind", "time"), posts)


def _counts(data: Path) -> None:
    """The real counts, compact, and class by unit translated to the pack's items and departments."""
    classes = read(data / "categories" / "haikou12345_4level_counts.csv")
    levels = [f"行业分类{level}级" for level in range(1, 5)]
    paths = [("/".join(row[level] for level in levels), int(row["n"])) for row in classes]
    write(PACK / "demo/haikou12345_classes.csv", ("path", "n"), _most_first(paths))
    units: Counter[str] = Counter()
    for row in read(data / "categories" / "haikou12345_units.csv"):
        units[row["处置单位"]] += int(row["n"])
    write(PACK / "demo/haikou12345_units.csv", ("unit", "n"), _most_first(units.items()))
    item_of, department_of = _translator("haikou_items.csv"), _translator("haikou_units.csv")
    together: Counter[tuple[str, str]] = Counter()
    for row in read(data / "messages" / "haikou_orders_no_text.csv"):
        item = item_of("/".join(row[f"cat{level}"] for level in range(1, 5)))
        if department := department_of(row["unit"]):
            together[item, department] += 1
    table = [(item, department, n) for (item, department), n in sorted(together.items())]
    write(PACK / "demo/class_units.csv", ("class", "department", "n"), table)


def _most_first(counted: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(counted, key=lambda one: (-one[1], one[0]))


def _translator(file: str) -> Callable[[str], str]:
    """The second column of the first line whose first column occurs in a text; the last line's is empty."""
    with (BESIDE / file).open(encoding="utf-8", newline="") as handle:
        lines = [(row[0], row[1]) for row in list(csv.reader(handle))[1:]]
    return lambda text: next(found for contained, found in lines if contained in text)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["GOVMESH_DATA"]))
