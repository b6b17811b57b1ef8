"""``govmesh``: the command line.  It talks to a running mesh over HTTP and nothing else."""

from __future__ import annotations

import sys

import typer

from govcore.errors import Refusal
from govmesh.cli import (
    ask,
    calendar,
    do,
    due,
    duty,
    elements,
    grid,
    orders,
    packs,
    persons,
    points,
    projects,
    repeats,
    route,
    serve,
    stats,
    stories,
    take_in,
    visits,
    workflow,
)
from govmesh.cli.show import refusal_lines
from govmesh.client import Answered

app = typer.Typer(
    name="govmesh",
    help="联勤网格 — 跨部门联勤联动的消息网格 / a mesh of message-driven services for joint operations of departments.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in (
    *(serve, take_in, ask, do, orders, repeats, route, stats, projects, persons, elements),
    *(packs, due, duty, calendar, grid, stories, visits, points, workflow),
):
    part.add_to(app)


def main() -> None:
    """Run the command; a refusal is printed with its reason code and ends with status 1."""
    try:
        app()
    except (Refusal, Answered) as no:
        for line in refusal_lines(no):
            print(line, file=sys.stderr)
        sys.exit(1)


__all__ = ["app", "main"]
