"""``govmesh grid locate``: where a code or a point is."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from govcore.errors import Refusal
from govmesh.cli.show import as_json, console, table
from govmesh.client import running
from govmesh.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="machine-readable")]


def locate(
    code: Annotated[str | None, typer.Option(help="of a division or a grid")] = None,
    point: Annotated[str | None, typer.Option(help="LON,LAT in degrees (WGS-84)")] = None,
    json: Json = False,
) -> None:
    """定位 / which grid and division it is, what lies above, who is on duty there, how sure that is."""
    asked: dict[str, str] = {"code": code} if code else {}
    if point:
        lon, comma, lat = point.partition(",")
        if not comma:
            raise Refusal("HTTP_BAD_REQUEST", field="--point", value=point)
        asked |= {"lon": lon.strip(), "lat": lat.strip()}
    with running(Settings()) as client:
        found = client.get("/api/v1/locate", **asked)
    if json:
        as_json(found)
    else:
        show(found)


def show(found: dict[str, Any]) -> None:
    """Where it is, for people."""
    console.print(" ".join(area["name"] for area in reversed(found["chain"])), markup=False)
    console.print(f"  {found['how']}, {found['sure']}  duty {found['duty_post'] or '—'}", markup=False)
    table("辖区 areas", ("code", "name"), ((area["code"], area["name"]) for area in found["chain"]))
    if found["candidates"]:
        rows = ((one["code"], one["name"], one["distance_m"]) for one in found["candidates"])
        table("也可能 candidates", ("code", "name", "m"), rows)
    for doubt in found["doubts"]:
        console.print(f"  ? {doubt['code']}  {doubt['zh']} / {doubt['en']}", markup=False)


def add_to(grid: typer.Typer) -> None:
    grid.command()(locate)
