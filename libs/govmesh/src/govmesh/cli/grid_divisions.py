"""``govmesh grid locate`` and ``govmesh grid divisions``: where something is, and the list of divisions."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Annotated, Any

import typer

from govcore.errors import Refusal
from govmesh.cli.show import as_json, console, table
from govmesh.client import Answered, Client, running
from govmesh.settings import Settings

IMPORT_SECONDS = 900.0
Json = Annotated[bool, typer.Option("--json", help="machine-readable")]


def locate(
    code: Annotated[str | None, typer.Option(help="of a division or a grid")] = None,
    point: Annotated[str | None, typer.Option(help="LON,LAT in degrees")] = None,
    crs: Annotated[str, typer.Option(help="of the point: wgs84, cgcs2000, gcj02, bd09")] = "wgs84",
    text: Annotated[str | None, typer.Option(help="an address, or words with a place in them")] = None,
    json: Json = False,
) -> None:
    """定位 / which grid and division it is, what lies above, who is on duty there, how sure that is."""
    asked = _given(code=code, text=text)
    if point:
        lon, comma, lat = point.partition(",")
        if not comma:
            raise Refusal("HTTP_BAD_REQUEST", field="--point", value=point)
        asked |= {"lon": lon.strip(), "lat": lat.strip(), "crs": crs}
    try:
        with running(Settings()) as client:
            found = client.get("/api/v1/locate", **asked)
    except Answered as no:
        if json:
            as_json({"error": no.error})
        elif near := no.error.get("candidates"):
            rows = ((one["code"], one["name"], one["distance_m"]) for one in near)
            table("最近 nearest", ("code", "name", "m"), rows)
        raise
    if json:
        as_json(found)
    else:
        show(found)


def show(found: dict[str, Any]) -> None:
    """Where it is, for people."""
    console.print(" ".join(area["name"] for area in reversed(found["chain"])), markup=False)
    console.print(f"  {found['how']}, {found['sure']}  duty {found['duty_post'] or '—'}", markup=False)
    if found["score"] is not None:
        console.print(f"  {'、'.join(found['words'])}  {found['score']}", markup=False)
    table("辖区 areas", ("code", "name"), ((area["code"], area["name"]) for area in found["chain"]))
    if found["candidates"]:
        rows = ((one["code"], one["name"], one["distance_m"]) for one in found["candidates"])
        table("也可能 candidates", ("code", "name", "m"), rows)
    for doubt in found["doubts"]:
        console.print(f"  ? {doubt['code']}  {doubt['zh']} / {doubt['en']}", markup=False)


divisions = typer.Typer(help="行政区划 / the list of divisions with its history.", no_args_is_help=True)
At = Annotated[str | None, typer.Option(help="on this date, YYYY-MM-DD; today where absent")]


@divisions.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="CSV or csv.gz: code,name; or date,change,code,to_code,to_name")],
    as_of: Annotated[str | None, typer.Option(help="the date a list is of, YYYY-MM-DD; new names hold from it")] = None,
    pack: Annotated[str | None, typer.Option(help="pack for the embedded mesh")] = None,
    json: Json = False,
) -> None:
    """导入 / take lists or yearly changes in, one after the other; the same again changes nothing."""
    settings = Settings(pack=pack) if pack else Settings()
    said = []
    with running(settings, ["--pack", settings.pack]) as client:
        for file in files:
            said.append(_sent(client, file, as_of))
    if json:
        as_json({"files": said})
        return
    heads = ("file", "kind", "read", "new", "known", "changed", "rejected")
    table("区划导入 imported", heads, ([one[head] for head in heads] for one in said))
    for no in (no for one in said for no in one["rejects"]):
        where = f"{no['file']}:{no.get('row') or no.get('line')}  {no.get('field', '')}={no.get('value', '')}"
        console.print(f"✗ {where}  {no['code']}  {no['zh']} / {no['en']}", markup=False)


def _sent(client: Client, file: Path, as_of: str | None) -> Any:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise Refusal("DIVISION_BAD_FILE", file=str(file), why=error.strerror or "?") from error
    packed = raw if raw[:2] == b"\x1f\x8b" else gzip.compress(raw, 3)
    asked = {"file": file.name, **({"as_of": as_of} if as_of else {})}
    return client.send("/api/v1/divisions", packed, IMPORT_SECONDS, **asked)


@divisions.command("find")
def find(
    name: Annotated[str, typer.Argument(help="a name or a part of one")],
    within: Annotated[str | None, typer.Option(help="in or below this code")] = None,
    at: At = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
    json: Json = False,
) -> None:
    """查找 / divisions by name, best fit first."""
    asked = {"q": name, "limit": limit, **_given(within=within, at=at)}
    with running(Settings()) as client:
        found = client.get("/api/v1/divisions", **asked)
    if json:
        as_json(found)
        return
    rows = ((one["code"], one["full_name"], one["fit"]) for one in found["divisions"])
    table(f"区划 divisions {found['at']}", ("code", "name", "fit"), rows)


@divisions.command("show")
def shown(code: str, at: At = None, json: Json = False) -> None:
    """查询 / what a code meant on a date, what it has become, and what lies below it."""
    with running(Settings()) as client:
        found = client.get(f"/api/v1/divisions/{code}", **_given(at=at))
        below = client.get(f"/api/v1/divisions/{code}/children", **_given(at=at))["divisions"]
    if json:
        as_json({**found, "children": below})
        return
    one = found["division"]
    console.print(f"{one['code']}  " + "".join(up["name"] for up in reversed([one, *found["chain"]])), markup=False)
    period = f"{one['since'] or '…'} – {one['until'] or '…'}"
    console.print(f"  {'在用 in force' if found['in_force'] else '停用 ended'}  {period}  {one['ended'] or ''}")
    for after in found["successors"]:
        console.print(f"  → {after['code']}  {after['name']}", markup=False)
    table("下级 below", ("code", "name"), ((each["code"], each["name"]) for each in below))


def _given(**params: str | None) -> dict[str, str]:
    return {name: value for name, value in params.items() if value is not None}


def add_to(grid: typer.Typer) -> None:
    grid.command()(locate)
    grid.add_typer(divisions, name="divisions")
