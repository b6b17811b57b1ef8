"""``govmesh pack check`` and ``govmesh pack diff``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from govcore.errors import Refusal
from govcore.packs import check_pack, find_pack, load_pack
from govcore.packs.diff import check_upgrade, diff
from govmesh.cli.show import as_json, console, refusal_lines, table

SHOWN = 60
"""Signs of a value in the terminal; JSON has them all."""

pack = typer.Typer(help="地方规则包 / packs: a locality's way of working as data.", no_args_is_help=True)


@pack.command("check")
def check(
    which: Annotated[str, typer.Argument(help="a pack's name or folder")],
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Every fault of a pack with file, line, key and reason; ends with 1 where there is one."""
    findings = _faults(which)
    if json:
        as_json({"pack": str(which), "ok": not findings, "findings": [finding.as_dict() for finding in findings]})
    else:
        _tell(findings)
        console.print(f"{which}: {'✓ ok' if not findings else f'{len(findings)} ✗'}")
    raise typer.Exit(1 if findings else 0)


@pack.command("diff")
def diff_(
    old: Annotated[str, typer.Argument(help="the pack that runs: a name or folder")],
    new: Annotated[str, typer.Argument(help="the pack that is to follow")],
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """版本差异 / what a newer version of a pack changes; ends with 1 where it cannot follow on a running mesh."""
    if broken := [fault for which in dict.fromkeys((old, new)) for fault in _faults(which)]:
        if json:
            as_json({"ok": False, "changes": [], "findings": [fault.as_dict() for fault in broken]})
        else:
            _tell(broken)
        raise typer.Exit(1)
    before, after = load_pack(old), load_pack(new)
    changes, wrong = diff(before, after), check_upgrade(before, after)
    if json:
        told = [one.as_dict() for one in changes]
        as_json({"ok": not wrong, "changes": told, "findings": [one.as_dict() for one in wrong]})
    else:
        title = f"{before.id} {before.header.version} → {after.header.version}"
        rows = [(one.part, one.name, one.how, _short(one.before), _short(one.after)) for one in changes]
        table(title, ("部分 part", "名称 name", "变化 how", "原 before", "现 after"), rows)
        _tell(wrong)
    raise typer.Exit(1 if wrong else 0)


def _faults(which: str) -> list[Refusal]:
    """All of a pack's, by its name or folder.  Raises ``PACK_UNKNOWN``."""
    return check_pack(Path(which) if which and Path(which).is_dir() else find_pack(which))


def _tell(findings: Sequence[Refusal]) -> None:
    for finding in findings:
        for line in refusal_lines(finding):
            console.print(line, markup=False)


def _short(value: Any) -> str:
    said = "" if value is None else str(value)
    return said if len(said) <= SHOWN else f"{said[: SHOWN - 1]}…"


def add_to(app: typer.Typer) -> None:
    app.add_typer(pack, name="pack")
