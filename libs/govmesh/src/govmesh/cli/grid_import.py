"""``govmesh grid import`` and ``undo``: boundaries into the grid service of a running mesh."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from govmesh.cli.show import as_json, console, refusal_lines, table
from govmesh.client import Answered, running
from govmesh.settings import Settings

IMPORT_SECONDS = 900.0
Json = Annotated[bool, typer.Option("--json", help="one JSON object as the last line")]


def import_(
    file: Annotated[Path, typer.Argument(help="GeoJSON, or a shapefile in one zip", exists=True, dir_okay=False)],
    crs: Annotated[str | None, typer.Option(help="wgs84, cgcs2000, gcj02, bd09; without it what the file says")] = None,
    code: Annotated[str | None, typer.Option(help="the property that holds the code; found by itself")] = None,
    on: Annotated[str | None, typer.Option(help="the first day they hold, YYYY-MM-DD; today without it")] = None,
    mend: Annotated[bool, typer.Option("--mend", help="mend invalid polygons")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="tell what would change, and change nothing")] = False,
    by: Annotated[str, typer.Option(help="who imports")] = "desk:grid",
    json: Json = False,
) -> None:
    """导入边界 / boundaries of grids and divisions; all of them or none, and each that changes is said once."""
    asked = {"crs": crs, "code": code, "on": on, "by": by, "file": file.name}
    asked |= {"mend": "1" if mend else None, "dry": "1" if dry_run else None}
    try:
        with running(Settings()) as client:
            said = {name: value for name, value in asked.items() if value is not None}
            found = client.send("/api/v1/boundaries", file.read_bytes(), IMPORT_SECONDS, **said)
    except Answered as no:
        for line in (line for one in no.error.get("report", {}).get("refused", []) for line in refusal_lines_of(one)):
            console.print(line, markup=False)
        if json:
            as_json({"error": no.error})
        raise
    _show(found)
    if json:
        as_json(found)


def undo(batch: Annotated[str, typer.Argument(help="the import's number, as B-000001")], json: Json = False) -> None:
    """撤销导入 / what an import changed is again as it was before it."""
    with running(Settings()) as client:
        found = client.post(f"/api/v1/boundaries/batches/{batch}/undo")
    told = found["batch"]
    console.print(f"✓ {told['id']} {told['file']}: 已撤销 undone, {told['changed']}", markup=False)
    if json:
        as_json(found)


def batches(json: Json = False) -> None:
    """导入批次 / the imports, the latest first."""
    with running(Settings()) as client:
        found = client.get("/api/v1/boundaries/batches")
    heads = ("id", "file", "since", "by", "changed", "at", "undone_at")
    table("导入 imports", heads, ([one[head] for head in heads] for one in found["batches"]))
    if json:
        as_json(found)


def refusal_lines_of(error: dict[str, Any]) -> list[str]:
    """A reason as the API told it."""
    return refusal_lines(Answered(422, error))


def _show(found: dict[str, Any]) -> None:
    for one in found["refused"]:
        for line in refusal_lines_of(one):
            console.print(line, markup=False)
    for one in found["mended"]:
        console.print(f"  已修 mended: {one['id']}  {one['reason']}", markup=False)
    counts = f"新 new {found['new']}, 改 changed {found['changed']}, 同 same {found['same']}"
    faults = f"重叠 overlaps {found.get('overlaps', '—')}, 空白 gaps {found.get('gaps', '—')}"
    console.print(f"边界 boundaries {found['polygons']}: {counts}; {faults}; {' '.join(found['crs'])}", markup=False)
    batch = found["batch"]
    if batch is None:
        console.print("试运行，未改动 / dry run, nothing changed", markup=False)
    else:
        console.print(f"✓ {batch['id']}: {batch['changed']} 自 from {batch['since']}", markup=False)


def add_to(grid: typer.Typer) -> None:
    grid.command("import")(import_)
    grid.command("undo")(undo)
    grid.command("batches")(batches)
