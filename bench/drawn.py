"""./dev bench drawn FILE: Tongcheng parted into 60 grids with four faults, to try `govmesh grid check` on.

One grid reaches into its neighbour, one is left out, one stands a little off its line, one sticks out of the county.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import shapely
import shapely.affinity

from bench.locate import counties, parted

CODE, GRIDS = "340881", 60


def drawn() -> dict[str, Any]:
    """The GeoJSON, WGS-84."""
    county = next(each for each in counties() if each.code == CODE)
    cells = sorted(parted(county, GRIDS, 7), key=lambda each: each.area)
    inner = [at for at, each in enumerate(cells) if shapely.contains_properly(county.shape, each)]
    edge = max((at for at in range(len(cells)) if at not in inner), key=lambda at: float(cells[at].area))
    wide, lost, off = inner[-1], inner[len(inner) // 2], inner[len(inner) // 3]
    cells[wide] = shapely.affinity.scale(cells[wide], 1.15, 1.15)
    cells[off] = shapely.affinity.translate(cells[off], 0.000_008, 0)
    cells[edge] = shapely.affinity.scale(cells[edge], 1.05, 1.05)
    grids = [
        _feature(f"{CODE}{at + 1:03}", f"第{at + 1}网格", each, level="grid", parent=CODE)
        for at, each in enumerate(cells)
        if at != lost
    ]
    whole = _feature(CODE, county.name, county.shape, level="county")
    return {"type": "FeatureCollection", "features": [whole, *grids]}


def _feature(code: str, name: str, shape: Any, **said: str) -> dict[str, Any]:
    geometry = json.loads(shapely.to_geojson(shape))
    return {"type": "Feature", "properties": {"code": code, "name": name, **said}, "geometry": geometry}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench drawn", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("file", type=Path)
    parser.parse_args().file.write_text(json.dumps(drawn(), ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
