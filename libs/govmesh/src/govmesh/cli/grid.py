"""``govmesh grid``: where something is, and what the registry of places holds.  Each topic has a file of its own."""

from __future__ import annotations

import typer

from govmesh.cli import grid_boundaries, grid_divisions, grid_import, grid_posts

grid = typer.Typer(help="网格登记 / divisions, grids and who is there.", no_args_is_help=True)
for part in (grid_divisions, grid_boundaries, grid_import, grid_posts):
    part.add_to(grid)


def add_to(app: typer.Typer) -> None:
    app.add_typer(grid, name="grid")
