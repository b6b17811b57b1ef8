"""Makes the generated tables of the pack `yanliang` from the shared data; run again, it makes the same bytes.

    python compose_yanliang.py [DATA]      (DATA: the shared data folder; default: $GOVMESH_DATA)

Divisions and boundary are real.  Which grid lies where is composed: S09 gives 172 base grids in 103 communities and
villages and 8 dedicated ones, and says no more.  Posts have ids, never names.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from places import Row, boundary, county, divisions, other_names, shared_out, short, village_kind, write

COUNTY = "610114"
BASE, MICRO = 172, 4
HOUSEHOLDS = 68_000
"""Of the base grids together, composed: about 395 each."""
TOWNS, VILLAGES, CONNECTED = 7, 105, 103
LATER = ("610114001013", "610114002014")
"""The communities of 2023 that S09, of 2021, is taken not to have: the last of their streets."""
DEDICATED = {
    "610114001013": "前进中路商圈专属网格",
    "610114002014": "倚天航空社区专属网格",
    "610114001007": "铁路车站专属网格",
    "610114001004": "文化路学校专属网格",
    "610114002005": "航空科研院所专属网格",
    "610114003002": "航空产业基地专属网格",
    "610114003004": "机场周边专属网格",
    "610114005200": "北屯工业园专属网格",
}
WEIGHTS = {"community": 3, "village": 2}
"""Base grids in a community and a village, in proportion: towns are denser."""
BESIDE = Path(__file__).parent
PACK = BESIDE.parent / "src" / "govpacks" / "yanliang"


def main(data: Path) -> None:
    """Writes divisions, grids, posts, aliases and boundary into the pack."""
    towns, villages = county(data, COUNTY)
    assert (len(towns), len(villages)) == (TOWNS, VILLAGES), (len(towns), len(villages))
    write(PACK / "divisions.csv", ("code", "name", "parent", "kind"), divisions(data, COUNTY, towns, villages))
    grids = list(_grids(villages))
    write(PACK / "grids.csv", ("code", "name", "village", "kind", "origin", "parent", "households"), grids)
    chiefs = [(f"post-{code}", code, "chief", "full") for code, _, _, kind, *_ in grids if kind != "micro"]
    write(PACK / "posts.csv", ("id", "grid", "kind", "time"), chiefs)
    names = other_names(towns, villages).items()
    write(PACK / "aliases.csv", ("kind", "name", "code"), [("division", name, code) for name, code in names])
    boundary(data, COUNTY, PACK)


def _grids(villages: list[Row]) -> Iterator[tuple[object, ...]]:
    """Base grids and the microgrids in each (111 to 114 in base grid 001), dedicated ones from 901 on."""
    connected = [one for one in villages if one["code"] not in LATER]
    assert len(connected) == CONNECTED and set(DEDICATED) <= {one["code"] for one in villages}
    numbers = dict(
        zip(
            (one["code"] for one in connected),
            shared_out([WEIGHTS[village_kind(one["name"])] for one in connected], BASE),
            strict=True,
        )
    )
    counts = iter(shared_out([1] * BASE, HOUSEHOLDS))
    for one in villages:
        village, name = one["code"], short(one["name"])
        for base in range(1, numbers.get(village, 0) + 1):
            yield (
                f"{village}{base:03}",
                f"{name}第{base:02}网格",
                village,
                "comprehensive",
                "composed",
                "",
                next(counts),
            )
            for micro in range(1, MICRO + 1):
                title = f"{name}第{base:02}网格第{micro}微网格"
                yield f"{village}1{base}{micro}", title, village, "micro", "composed", f"{village}{base:03}", ""
        if village in DEDICATED:
            yield f"{village}901", DEDICATED[village], village, "dedicated", "composed", "", ""


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["GOVMESH_DATA"]))
