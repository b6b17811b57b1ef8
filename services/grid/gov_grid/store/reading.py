"""The registry and the posts as they are in the tables."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from gov_grid import tables
from gov_grid.store.grids import lives
from gov_grid.store.posts import absences, holdings, posts
from govcore.grids import Division, Registry
from govcore.packs import Pack, Places


def places(conn: sa.Connection, pack: Pack) -> Places:
    """Divisions, grids and posts with everybody who holds them, ready to be asked."""
    return Places(
        pack,
        registry(conn, pack),
        [one.post for one in posts(conn)],
        holdings=holdings(conn),
        absences=absences(conn),
    )


def registry(conn: sa.Connection, pack: Pack) -> Registry:
    """The registry as it is in the tables; a grid whose division the pack has no more lies nowhere."""
    divisions = [Division(row.id, row.name, row.kind) for row in conn.execute(sa.select(tables.DIVISIONS))]
    known = {one.code for one in divisions}
    grids = [one.grid for one in lives(conn) if one.division in known]
    return Registry(divisions, grids, profile=pack.header.code, grid_profile=pack.header.grid_code)


def counts(conn: sa.Connection) -> dict[str, int]:
    """Divisions, grids and posts."""
    named: Sequence[tuple[str, sa.Table]] = (
        ("divisions", tables.DIVISIONS),
        ("listed", tables.LISTED),
        ("grids", tables.GRIDS),
        ("posts", tables.POSTS),
    )
    return {name: conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for name, table in named}
