"""``govmesh projects``: boards of led projects, shown monthly, ranked quarterly, reviewed yearly."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govcore.claims.boards import Board, sheets
from govcore.stats.book import workbook_of
from govmesh.cli.show import as_json, console, table
from govmesh.cli.stats import keep
from govmesh.client import running
from govmesh.settings import Settings

projects = typer.Typer(help="书记领办 / led projects: shown, ranked, reviewed.", no_args_is_help=True)
Date = Annotated[str | None, typer.Option("--date", help="any day of the period, 2026-03-02; today where absent")]
Json = Annotated[bool, typer.Option("--json", help="machine-readable")]
Xlsx = Annotated[Path | None, typer.Option("--xlsx", help="write a workbook there")]


@projects.command()
def month(date: Date = None, json: Json = False, xlsx: Xlsx = None) -> None:
    """月晾晒 / what each project reached in the month."""
    _board("month", date, json, xlsx)


@projects.command()
def quarter(date: Date = None, json: Json = False, xlsx: Xlsx = None) -> None:
    """季比拼 / projects and the units that lead them, ranked by progress on plan."""
    _board("quarter", date, json, xlsx)


@projects.command()
def year(date: Date = None, json: Json = False, xlsx: Xlsx = None) -> None:
    """年述评 / led, solved, problems solved, by level."""
    _board("year", date, json, xlsx)


def _board(kind: str, date: str | None, json: bool, xlsx: Path | None) -> None:
    with running(Settings()) as client:
        said = client.get(f"/api/v1/projects/boards/{kind}", **({"date": date} if date else {}))
    found = Board.model_validate(said)
    if xlsx is not None:
        keep(workbook_of(sheets(found)), xlsx)
    if json:
        as_json(said)
    elif xlsx is None:
        console.print(f"{found.label}  {found.zone}", markup=False)
        for sheet in sheets(found):
            heads = [f"{head.zh}\n{head.en}" for head in sheet.heads]
            table(f"{sheet.title.zh} {sheet.title.en}", heads, sheet.rows)


def add_to(app: typer.Typer) -> None:
    app.add_typer(projects, name="projects")
