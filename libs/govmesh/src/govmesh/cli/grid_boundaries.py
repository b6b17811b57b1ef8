"""``govmesh grid check``: whether boundaries cover the ground, wholly and once."""

from __future__ import annotations

from json import dumps
from pathlib import Path
from typing import Annotated

import typer

from govcore.errors import Refusal
from govcore.grids import Crs, crs_named, read_boundaries
from govcore.grids.coverage import Coverage, check
from govcore.grids.picture import WORDS, picture
from govcore.grids.shapefiles import read_boundary_file
from govcore.packs import load_pack
from govcore.packs.places import registry_of
from govmesh.cli.show import as_json, console, refusal_lines, table
from govmesh.settings import Settings

_SHOWN = 20


def system(name: str | None) -> Crs | None:
    """The coordinate system of an option.  Raises ``GRID_BAD_CRS``."""
    return None if name is None else crs_named(name)


def check_boundaries(
    what: Annotated[
        str | None, typer.Argument(metavar="[FILE|PACK]", help="GeoJSON or a zipped shapefile; a pack")
    ] = None,
    crs: Annotated[str | None, typer.Option(help="wgs84, cgcs2000, gcj02, bd09; without it what the file says")] = None,
    code: Annotated[str | None, typer.Option(help="the property that holds the code; found by itself")] = None,
    mend: Annotated[bool, typer.Option("--mend", help="mend invalid polygons, and go on with them")] = False,
    geojson: Annotated[Path | None, typer.Option(help="write the map of all findings there")] = None,
    svg: Annotated[Path | None, typer.Option(help="write the picture there")] = None,
    json: Annotated[bool, typer.Option("--json", help="one JSON object as the last line")] = False,
) -> None:
    """覆盖检查 / invalid polygons, overlaps, gaps, slivers, ground outside a parent; ends with 1 if there is any."""
    name = what or Settings().pack
    file = Path(name)
    if file.is_file():
        read = read_boundary_file(file.read_bytes(), crs=system(crs), code=code, file=str(file), mend=mend)
        found = check(read)
    else:
        pack = load_pack(name)
        if pack.boundary is None:
            raise Refusal("GRID_NO_BOUNDARIES", field="pack", value=pack.id)
        read = read_boundaries(pack.boundary, file=str(pack.folder / "boundary.geojson"), mend=mend)
        found = check(read, registry=registry_of(pack), wanted=pack.grids)
    if geojson is not None:
        geojson.write_text(dumps(found.as_geojson(), ensure_ascii=False), encoding="utf-8")
    if svg is not None:
        svg.write_text(picture(found, file.name), encoding="utf-8")
    _show(found)
    for no in read.mended:
        console.print(f"  已修 mended: {no.value}  {no.params['reason']}", markup=False)
    if json:
        as_json(found.as_dict())
    raise typer.Exit(0 if found.passed else 1)


def _show(found: Coverage) -> None:
    for no in found.invalid:
        for line in refusal_lines(no):
            console.print(line, markup=False)
    rows = (
        (
            WORDS[each.what] + (" 碎片 sliver" if each.sliver else ""),
            " ".join(each.codes),
            f"{each.area_m2:,.1f}",
            f"{each.width_m:,.1f}",
            f"{each.at[0]:.6f},{each.at[1]:.6f}",
        )
        for each in sorted(found.findings, key=lambda each: -each.area_m2)[:_SHOWN]
    )
    if found.findings:
        table(f"问题 findings ({len(found.findings)})", ("", "code", "m²", "width m", "lon,lat"), rows)
    said = found.as_dict()
    console.print(
        f"{'✓' if found.passed else '✗'} 边界 boundaries {said['polygons']}, 无效 invalid {len(found.invalid)}, "
        f"重叠 overlaps {said['overlaps']} ({said['overlap_m2']:,} m²), "
        f"空白 gaps {said['gaps']} ({said['gap_m2']:,} m²), "
        f"越界 outside {said['outside']} ({said['outside_m2']:,} m²), 碎片 slivers {said['slivers']}, "
        f"无边界 without a boundary {said['without']}",
        markup=False,
    )


def add_to(grid: typer.Typer) -> None:
    grid.command("check")(check_boundaries)
