"""./dev bench locate: which of 100,000 grids a point lies in.

The grids are the real counties of the shared data, each parted among random points (a Voronoi diagram, seeded) and cut
along its own boundary: as many grids a square kilometre in each.  Measured in one process, without transport: many
points at once, one at a time with the whole answer (chain, candidates), and a question after the edit of one grid.
Seconds are the process's own (CPU time): what other processes take from a busy machine is not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
import shapely
import shapely.affinity
from rich.console import Console
from rich.table import Table

from bench.common import ROOT
from govcore.errors import Refusal
from govcore.grids import Boundary, Division, Grid, Locator, Point, Registry, read_boundaries
from govcore.grids.coverage import measured

FILE = "geo/five_counties_wgs84_amap.geojson"
GRIDS, VILLAGES = 100, 100
"""So many grids a village, and villages a town, at most."""


def data_file() -> Path:
    return Path(os.environ.get("GOVMESH_DATA") or ROOT.parent / "shared" / "data") / FILE


def counties() -> list[Boundary]:
    """The five counties."""
    return list(read_boundaries(data_file().read_bytes(), code="adcode").strict())


def parted(county: Boundary, count: int, seed: int) -> list[Any]:
    """A county in about ``count`` polygons that cover it without overlap."""
    chance = np.random.default_rng(seed)
    west, south, east, north = county.shape.bounds
    shapely.prepare(county.shape)
    inside: list[Any] = []
    while len(inside) < count:
        points = shapely.points(chance.uniform(west, east, count), chance.uniform(south, north, count))
        inside += list(points[shapely.contains(county.shape, points)])
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(inside[:count]), extend_to=county.shape))
    whole = shapely.contains_properly(county.shape, cells)
    cut = (shapely.get_parts(each) for each in shapely.intersection(cells[~whole], county.shape))
    edge = ([part for part in parts if part.geom_type == "Polygon"] for parts in cut)
    return [*cells[whole], *(parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts) for parts in edge if parts)]


def locality(polygons: int, seed: int = 1) -> tuple[Registry, list[Boundary]]:
    """A registry of grids with boundaries in villages, towns and the counties, and the boundaries of the counties."""
    measure = measured()
    land = counties()
    sizes = [measure(each.shape)[0] for each in land]
    divisions: list[Division] = []
    grids: list[Grid] = []
    for county, size in zip(land, sizes, strict=True):
        divisions.append(Division(county.code, county.name))
        for number, shape in enumerate(parted(county, round(polygons * size / sum(sizes)), seed)):
            village, sequence = divmod(number, GRIDS)
            town, here = divmod(village, VILLAGES)
            code = f"{county.code}{town + 1:03}{here + 1:03}"
            if not sequence:
                if not here:
                    divisions.append(Division(code[:9], f"{county.name}第{town + 1}镇"))
                divisions.append(Division(code, f"第{village + 1}村"))
            grid = f"{code}{sequence + 1:03}"
            grids.append(Grid(grid, f"第{number + 1}网格", code, boundary=Boundary(grid, "", shape)))
    return Registry(divisions, grids), land


def points_in(land: list[Boundary], count: int, seed: int) -> tuple[Any, Any]:
    """Random points in the frames of the counties, as many in each: some lie outside."""
    chance = np.random.default_rng(seed)
    lons, lats = [], []
    for county in land:
        west, south, east, north = county.shape.bounds
        lons.append(chance.uniform(west, east, count // len(land)))
        lats.append(chance.uniform(south, north, count // len(land)))
    return np.concatenate(lons), np.concatenate(lats)


def timed(call: Callable[[], object]) -> float:
    """Seconds of the process."""
    began = time.process_time()
    call()
    return time.process_time() - began


def one_by_one(locator: Locator, lons: Any, lats: Any) -> Iterator[float]:
    """Milliseconds for each point's whole answer, the lowest of three: what switching to other processes and back
    costs comes and goes, what a point costs stays.  A point outside everything is not counted."""
    for lon, lat in zip(lons.tolist(), lats.tolist(), strict=True):
        times = []
        for _ in range(3):
            began = time.process_time()
            try:
                locator.by_point(Point(lon, lat))
            except Refusal:
                break
            times.append(time.process_time() - began)
        else:
            yield min(times) * 1_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench locate", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--polygons", type=int, default=100_500, help="how many grids, about (100500)")
    parser.add_argument("--points", type=int, default=500_000, help="how many points a round (500000)")
    parser.add_argument("--rounds", type=int, default=5, help="the median of so many rounds counts (5)")
    args = parser.parse_args()
    registry, land = locality(args.polygons)
    bounded = sum(grid.boundary is not None for grid in registry.grids)
    made: list[Locator] = []

    def read() -> None:
        made.append(Locator(registry, land))
        made[0].by_points([117.0], [31.0])

    build = timed(read)
    locator = made[0]
    rates, slow = [], []
    for number in range(args.rounds):
        lons, lats = points_in(land, args.points, number)
        rates.append(args.points / timed(partial(locator.by_points, lons, lats)))
        some = np.random.default_rng(number).choice(args.points, 10_000, replace=False)
        slow.append(quantiles(one_by_one(locator, lons[some], lats[some]), n=100)[98])
    edits = list(edited(locator, registry, 20))
    told = {
        "points_per_s": round(median(rates)),
        "p99_ms": round(median(slow), 4),
        "polygons": bounded,
        "edit_ms": round(median(edits), 2),
        "build_s": round(build, 2),
    }
    shown = Table("grids", "points/s", "one point, p99 ms", "edit of one grid and a question, ms", "all read, s")
    shown.add_row(*(f"{told[name]:,}" for name in ("polygons", "points_per_s", "p99_ms", "edit_ms", "build_s")))
    Console(width=110, highlight=False).print(shown)
    if args.json:
        print(json.dumps(told))


def edited(locator: Locator, registry: Registry, count: int) -> Iterator[float]:
    """Milliseconds from a changed boundary to an answer that knows it, each change upon the last."""
    for grid in registry.grids[:count]:
        assert grid.boundary is not None
        smaller = shapely.affinity.scale(grid.boundary.shape, 0.9, 0.9)
        middle = smaller.representative_point()
        began = time.process_time()
        registry = registry.changed([grid])
        locator = locator.changed(registry, [Boundary(grid.code, grid.name, smaller)])
        found = locator.by_point(Point(middle.x, middle.y))
        yield (time.process_time() - began) * 1_000
        assert found.grid is not None and found.grid.code == grid.code


if __name__ == "__main__":
    main()
