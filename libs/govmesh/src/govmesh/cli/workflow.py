"""``govmesh workflow check``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govcore.packs.workflows import WorkflowFile, figures, read_workflow
from govmesh.cli.show import as_json, console, refusal_lines, table

workflow = typer.Typer(help="流程 / workflows: what may happen next, as versioned data.", no_args_is_help=True)


@workflow.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="a workflow of ours (YAML, JSON) or of eGov DIGIT (JSON)")],
    role: Annotated[list[str], typer.Option(help="a role somebody holds, for DIGIT; repeatable; none: all do")] = [],  # noqa: B006
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """What a workflow file is, and what would strand a matter in it; ends with 1 where something must be put right."""
    found = read_workflow(file, roles=frozenset(role))
    if json:
        as_json(found.as_dict())
    else:
        _show(found)
    raise typer.Exit(1 if found.errors else 0)


def _show(found: WorkflowFile) -> None:
    heads = ("name", "version", "states", "transitions", "ends", "timers")
    if found.tables:
        rows = [list(figures(one).values()) for one in found.tables]
        title = f"{found.format} {found.workflow.key}" if found.workflow else found.format
        table(title, heads, rows)
    for mark, findings in (("✗", found.errors), ("!", found.warnings)):
        for finding in findings:
            first, *rest = refusal_lines(finding)
            for line in (mark + first[1:], *rest):
                console.print(line, markup=False)
    end = "✓ ok" if not found.errors else f"{len(found.errors)} ✗"
    console.print(f"{found.file}: {end}" + (f", {len(found.warnings)} !" if found.warnings else ""), markup=False)


def add_to(app: typer.Typer) -> None:
    app.add_typer(workflow, name="workflow")
