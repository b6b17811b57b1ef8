"""Makes the divisions of the packs `xinjie`, `anzhen` and `bayannur` from the shared data; run again, the same bytes.

    python compose_counted.py [DATA]      (DATA: the shared data folder; default: $GOVMESH_DATA)

Their grids and posts are counted by their sources and listed nowhere: `grids.yaml` shares the counts out over these
divisions (`spread`), and no file of them is kept.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from places import Row, read, write

PACKS = {"xinjie": "520204206", "anzhen": "320205002", "bayannur": "1508"}
"""A township, a street, and a whole city: what each pack is of."""
PACK = Path(__file__).parent.parent / "src" / "govpacks"


def main(data: Path) -> None:
    """Writes divisions.csv into each pack."""
    folder = data / "divisions"
    for pack, top in PACKS.items():
        rows = [*_above(folder, top), *_below(folder, top)]
        write(PACK / pack / "divisions.csv", ("code", "name", "parent", "kind"), rows)


def _above(folder: Path, top: str) -> list[tuple[str, str, str, str]]:
    """What lies above, and ``top`` itself."""
    files = (("provinces.csv", 2), ("cities.csv", 4), ("areas_2023.csv", 6), ("streets_2023.csv", 9))
    found = []
    for (file, digits), kind in zip(files, ("province", "city", "county", "town"), strict=True):
        if digits > len(top):
            break
        (row,) = read(folder / file, lambda row, digits=digits: row["code"] == top[:digits])
        above = {2: "", 4: top[:2], 6: top[:4], 9: top[:6]}[digits]
        found.append((row["code"], row["name"], above, _town(row["name"]) if kind == "town" else kind))
    return found


def _below(folder: Path, top: str) -> list[tuple[str, str, str, str]]:
    """Everything below ``top``, counties first."""

    def inside(row: Row) -> bool:
        return row["code"].startswith(top) and len(row["code"]) > len(top)

    counties = [
        (one["code"], one["name"], one["code"][:4], "county") for one in read(folder / "areas_2023.csv", inside)
    ]
    towns = read(folder / "streets_2023.csv", inside)
    villages = read(folder / "villages_2023.csv.gz", inside)
    return [
        *counties,
        *((one["code"], one["name"], one["code"][:6], _town(one["name"])) for one in towns),
        *((one["code"], one["name"], one["code"][:9], _village(one["name"])) for one in villages),
    ]


def _town(name: str) -> str:
    """street 街道; town: 镇, 乡, 苏木, a farm or a zone that stands among them."""
    return "street" if name.endswith("街道") else "town"


def _village(name: str) -> str:
    """community 社区, or village 村, 嘎查."""
    return "community" if "社区" in name or "居委会" in name or "居民委员会" in name else "village"


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["GOVMESH_DATA"]))
