"""Makes the generated tables of the pack `longhua` from the shared data; run again, it makes the same bytes.

    python compose_longhua.py [DATA]      (DATA: the shared data folder; default: $GOVMESH_DATA)

Divisions are real.  So are the paths of classes: those of one city's hotline orders, which mix two schemes; those whose
last words are an item of the pack go there, the others by ``longhua_items.csv``, the first line that they begin with.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from places import county, divisions, other_names, read, write

COUNTY = "460106"
TOWNS, VILLAGES = 11, 129
BESIDE = Path(__file__).parent
PACK = BESIDE.parent / "src" / "govpacks" / "longhua"


def main(data: Path) -> None:
    """Writes divisions and aliases into the pack."""
    towns, villages = county(data, COUNTY)
    assert (len(towns), len(villages)) == (TOWNS, VILLAGES), (len(towns), len(villages))
    write(PACK / "divisions.csv", ("code", "name", "parent", "kind"), divisions(data, COUNTY, towns, villages))
    places = [("division", name, code) for name, code in other_names(towns, villages).items()]
    write(PACK / "aliases.csv", ("kind", "name", "code"), [*places, *_classes(data)])


def _classes(data: Path) -> Iterator[tuple[str, str, str]]:
    """The path of each class that the orders have, and the pack's item for it."""
    items = _items()
    lines = read(BESIDE / "longhua_items.csv")
    for row in read(data / "categories" / "haikou12345_4level_counts.csv"):
        levels = [row[f"行业分类{level}级"] for level in range(1, 5)]
        path = "/".join(levels)
        code = items.get((*levels[:2], levels[3])) or items.get((levels[0], levels[1], levels[2]))
        code = code or next((line["item"] for line in lines if path.startswith(line["begins"])), None)
        if code is not None:
            yield "class", path, code


def _items() -> dict[tuple[str, str, str], str]:
    """The pack's items by the names of their major, their minor and themselves."""
    table = {row["code"]: row for row in read(PACK / "classes.csv")}
    return {
        (table[code[:2]]["name"], table[code[:4]]["name"], row["name"]): code
        for code, row in table.items()
        if row["level"] == "3"
    }


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["GOVMESH_DATA"]))
