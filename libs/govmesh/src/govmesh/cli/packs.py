"""``govmesh pack check``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govcore.packs import check_pack, find_pack
from govmesh.cli.show import as_json, console, refusal_lines

pack = typer.Typer(help="地方规则包 / packs: a locality's way of working as data.", no_args_is_help=True)


@pack.command("check")
def check(
    which: Annotated[str, typer.Argument(help="a pack's name or folder")],
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Every fault of a pack with file, line, key and reason; ends with 1 where there is one."""
    folder = Path(which) if Path(which).is_dir() else find_pack(which)
    findings = check_pack(folder)
    if json:
        as_json({"pack": str(which), "ok": not findings, "findings": [finding.as_dict() for finding in findings]})
    else:
        for finding in findings:
            for line in refusal_lines(finding):
                console.print(line, markup=False)
        console.print(f"{which}: {'✓ ok' if not findings else f'{len(findings)} ✗'}")
    raise typer.Exit(1 if findings else 0)


def add_to(app: typer.Typer) -> None:
    app.add_typer(pack, name="pack")
