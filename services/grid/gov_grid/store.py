"""Seeding the registry from the pack, and reading it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa

from gov_grid import tables
from govcore.grids import Division, Grid, Registry
from govcore.packs import Pack
from govcore.persons import Post
from govmesh import bulk


def seed(pack: Pack, conn: sa.Connection) -> bool:
    """Bring the tables to what the pack says; whether anything changed."""
    digest = _digest(pack)
    known = conn.execute(sa.select(tables.SEEDS.c.digest).where(tables.SEEDS.c.id == pack.id)).scalar()
    if known == digest:
        return False
    for table in (tables.POSTS, tables.GRIDS, tables.DIVISIONS, tables.SEEDS):
        conn.execute(sa.delete(table))
    place = {code: division.place for code, division in pack.divisions.items()}
    village = {code: grid.village for code, grid in pack.grids.items()}
    bulk.insert(
        conn,
        tables.DIVISIONS,
        [{"id": d.code, "name": d.name, "kind": d.kind, "place": d.place} for d in pack.divisions.values()],
    )
    bulk.insert(
        conn,
        tables.GRIDS,
        [
            {"id": g.code, "name": g.name, "division": g.village, "kind": g.kind, "place": place[g.village]}
            for g in pack.grids.values()
        ],
    )
    bulk.insert(
        conn,
        tables.POSTS,
        [
            {"id": p.id, "grid": p.grid, "kind": p.kind, "time": p.time, "place": place[village[p.grid]]}
            for p in pack.posts.values()
        ],
    )
    bulk.insert(conn, tables.SEEDS, [{"id": pack.id, "place": "", "digest": digest}])
    return True


def _digest(pack: Pack) -> str:
    found = hashlib.sha256()
    for part in (pack.divisions, pack.grids, pack.posts):
        for row in part.values():
            found.update(repr(row).encode())
    return found.hexdigest()


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
        ("grids", tables.GRIDS),
        ("posts", tables.POSTS),
    )
    return {name: conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for name, table in named}
