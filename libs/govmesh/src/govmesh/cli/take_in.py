"""``govmesh import`` and ``govmesh demo``: matters come in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from govcore.errors import Refusal
from govcore.files import open_mapped
from govmesh.cli.show import as_json, console
from govmesh.client import Client, running
from govmesh.importing.run import run_import
from govmesh.settings import Settings

SETTLE_SECONDS = 3600.0


def import_(
    file: Annotated[Path, typer.Argument(help="xlsx, csv, csv.gz or json")],
    map: Annotated[
        str | None,
        typer.Option("--map", help="mapping: a shipped name or a YAML file; chosen by the columns where absent"),
    ] = None,
    pack: Annotated[str | None, typer.Option(help="pack for the embedded mesh; the mapping's own where absent")] = None,
    as_: Annotated[
        str, typer.Option("--as", help="live: goes the whole way; history: keeps original times and outcomes")
    ] = "live",
    rejects: Annotated[Path | None, typer.Option(help="where rejected rows go")] = None,
    json: Annotated[bool, typer.Option("--json", help="the counts as the last line")] = False,
) -> None:
    """导入 / take a file of reports in; the same file again changes nothing."""
    if as_ not in ("live", "history"):
        raise Refusal("IMPORT_BAD_AS", field="--as", value=as_)
    opened = open_mapped(file, map)
    chosen = pack or opened[1].pack
    settings = Settings(pack=chosen) if chosen else Settings()
    with running(settings, ["--pack", settings.pack]) as client:
        _same_pack(client, chosen)
        own = client.url != settings.url.rstrip("/")
        target = str(settings.home.resolve()) if own else client.url
        counts, left = run_import(
            opened,
            client,
            home=settings.home,
            target=target,
            as_="history" if as_ == "history" else "live",
            rejects=rejects,
        )
        client.settle(SETTLE_SECONDS)
    if left:
        print(f"拒收 rejected: {left}", file=sys.stderr)
    found = counts.as_dict()
    if json:
        as_json(found)
    else:
        console.print("  ".join(f"{name} {count}" for name, count in found.items()))


def _same_pack(client: Client, wanted: str | None) -> None:
    """Raises ``MESH_OTHER_PACK`` where the running mesh works by another pack than the file needs."""
    there = str(client.get("/mesh")["pack"])
    if wanted and Path(wanted).name != there and wanted != there:
        raise Refusal("MESH_OTHER_PACK", field="pack", value=there, wanted=wanted)


def demo(
    reports: Annotated[int, typer.Option(help="how many reports the day brings")] = 1200,
    exit: Annotated[bool, typer.Option("--exit", help="end when the day is over; 0 only if all is well")] = False,
    pack: Annotated[str, typer.Option()] = "tongcheng",
) -> None:
    """演示 / a working day of reports, the pack's departments answering, under a sped-up clock."""
    from govmesh.demo import run

    raise typer.Exit(run(Settings(pack=pack), reports, leave=exit))


def add_to(app: typer.Typer) -> None:
    app.command("import")(import_)
    app.command()(demo)
