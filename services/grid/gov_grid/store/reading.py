"""The registry and the posts as they are in the tables."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from gov_grid import tables
from govcore.grids import Division, Grid, Registry
from govcore.packs import Pack
from govcore.persons import Post


def registry(conn: sa.Connection, pack: Pack) -> Registry:
    """The registry as it is in the tables."""
    divisions = [Division(row.id, row.name, row.kind) for row in conn.execute(sa.select(tables.DIVISIONS))]
    grids = [Grid(row.id, row.name, row.division, row.kind) for row in conn.execute(sa.select(tables.GRIDS))]
    return Registry(divisions, grids, profile=pack.header.code, grid_profile=pack.header.grid_code)


def posts(conn: sa.Connection) -> list[Post]:
    """The posts of all grids; who holds them is not known here."""
    return [Post(id=row.id, kind=row.kind, area=row.grid) for row in conn.execute(sa.select(tables.POSTS))]


def counts(conn: sa.Connection) -> dict[str, int]:
    """Divisions, grids and posts."""
    named: Sequence[tuple[str, sa.Table]] = (
        ("divisions", tables.DIVISIONS),
        ("listed", tables.LISTED),
        ("grids", tables.GRIDS),
        ("posts", tables.POSTS),
    )
    return {name: conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for name, table in named}
