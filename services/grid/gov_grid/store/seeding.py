"""Seeding the registry from the pack."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from gov_grid import tables
from gov_grid.store.divisions import LISTED, index_names
from govcore.grids import listed
from govcore.packs import Pack
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
    divisions = [listed(one.code, one.name, pack.header.code) for one in pack.divisions.values()]
    bulk.insert_new(conn, tables.LISTED, [LISTED.row(one) for one in divisions])
    index_names(conn, [one.name for one in divisions])
    bulk.insert(conn, tables.SEEDS, [{"id": pack.id, "place": "", "digest": digest}])
    return True


def _digest(pack: Pack) -> str:
    found = hashlib.sha256(b"with the list of divisions")
    for part in (pack.divisions, pack.grids, pack.posts):
        for row in part.values():
            found.update(repr(row).encode())
    return found.hexdigest()
