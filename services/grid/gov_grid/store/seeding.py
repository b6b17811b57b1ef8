"""Seeding the registry from the pack: what people have changed since stands, what the pack has no more is ended."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date

import sqlalchemy as sa

from gov_grid import tables
from gov_grid.store.divisions import LISTED, index_names
from gov_grid.store.grids import LIVES, bump, lives
from gov_grid.store.posts import POSTS, posts
from govcore.grids import GridLife, listed
from govcore.packs import Pack, lives_of, seats_of
from govcore.persons import PostLife
from govmesh import bulk


def seed(pack: Pack, conn: sa.Connection, day: date) -> bool:
    """Bring the tables to what the pack says on a ``day`` of its place; whether anything changed."""
    digest = _digest(pack)
    known = conn.execute(sa.select(tables.SEEDS.c.digest).where(tables.SEEDS.c.id == pack.id)).scalar()
    if known == digest:
        return False
    for table in (tables.DIVISIONS, tables.SEEDS):
        conn.execute(sa.delete(table))
    bulk.insert(
        conn,
        tables.DIVISIONS,
        [{"id": d.code, "name": d.name, "kind": d.kind, "place": d.place} for d in pack.divisions.values()],
    )
    divisions = [listed(one.code, one.name, pack.header.code) for one in pack.divisions.values()]
    bulk.insert_new(conn, tables.LISTED, [LISTED.row(one) for one in divisions])
    index_names(conn, [one.name for one in divisions])
    new, other = _grids({one.id: one for one in lives(conn)}, lives_of(pack), day)
    bulk.insert(conn, tables.GRIDS, [LIVES.row(one) for one in new])
    bulk.update(conn, tables.GRIDS, [LIVES.row(one) for one in other])
    new_posts, other_posts = _posts({one.id: one for one in posts(conn)}, seats_of(pack), day)
    bulk.insert(conn, tables.POSTS, [POSTS.row(one) for one in new_posts])
    bulk.update(conn, tables.POSTS, [POSTS.row(one) for one in other_posts])
    bulk.insert(conn, tables.SEEDS, [{"id": pack.id, "place": "", "digest": digest}])
    bump(conn)
    return True


def _grids(
    there: Mapping[str, GridLife], said: Iterable[GridLife], day: date
) -> tuple[list[GridLife], list[GridLife]]:  # fmt: skip
    """Grids that are new, and those that are otherwise now."""
    wanted = {one.id: one for one in said}
    new = [one for code, one in wanted.items() if code not in there]
    other = []
    for code, one in there.items():
        if not one.seeded:
            continue
        if (now := wanted.get(code)) is not None:
            if now != one:
                other.append(now)
            continue
        spell = one.last.model_copy(update={"until": day})
        gone = {"spells": (*one.spells[:-1], spell), "seeded": False, "version": one.version + 1}
        other.append(one.model_copy(update=gone))
    return new, other


def _posts(
    there: Mapping[str, PostLife], said: Iterable[PostLife], day: date
) -> tuple[list[PostLife], list[PostLife]]:  # fmt: skip
    """Posts that are new, and those that are otherwise now."""
    wanted = {one.id: one for one in said}
    new = [one for ident, one in wanted.items() if ident not in there]
    other = []
    for ident, one in there.items():
        if not one.seeded:
            continue
        if (now := wanted.get(ident)) is None:
            other.append(one.model_copy(update={"until": day, "seeded": False, "version": one.version + 1}))
        elif now != one:
            other.append(now)
    return new, other


def _digest(pack: Pack) -> str:
    found = hashlib.sha256(b"with the list of divisions")
    for part in (pack.divisions, pack.grids, pack.posts, pack.leaders):
        for row in part.values():
            found.update(repr(row).encode())
    found.update(pack.grid_rules.model_dump_json().encode())
    return found.hexdigest()
