"""How grids and their changes are kept, and what is looked up of them."""

from __future__ import annotations

from operator import attrgetter

import sqlalchemy as sa

from gov_grid import tables
from govcore.grids import GridChange, GridLife
from govmesh.kinds import Kind
from govmesh.work import Work

LIVES = Kind(tables.GRIDS, GridLife, {name: attrgetter(name) for name in ("division", "place")}, lookups=("division",))
CHANGES = Kind(
    tables.GRID_CHANGES,
    GridChange,
    {name: attrgetter(name) for name in ("key", "division", "place", "at")},
    lookups=("key",),
)
_BUMP = sa.text("INSERT INTO turns (id, n) VALUES (:id, 1) ON CONFLICT (id) DO UPDATE SET n = turns.n + 1")
_TURNS = sa.text("SELECT id, n FROM turns")
REGISTRY, PEOPLE = "registry", "people"
"""What is counted: changes of grids and posts, and of who holds posts or is away."""


def bump(conn: sa.Connection, what: str = REGISTRY) -> None:
    """It is another one from this commit on."""
    conn.execute(_BUMP, {"id": what})


def bumped(work: Work, what: str = REGISTRY) -> None:
    """As :func:`bump`, with what a handler does."""
    work.extras.append(lambda conn: bump(conn, what))


def turns(conn: sa.Connection) -> dict[str, int]:
    """Which state of each this is; grows with every change."""
    return {row.id: int(row.n) for row in conn.execute(_TURNS)}


def lives(conn: sa.Connection) -> list[GridLife]:
    """Every grid code that ever was."""
    return [LIVES.read(doc) for (doc,) in conn.execute(sa.select(tables.GRIDS.c.doc).order_by(tables.GRIDS.c.id))]


def life(conn: sa.Connection, code: str) -> GridLife | None:
    found = LIVES.load(conn, "id", [code], lock=False)
    return found[0] if found else None


def changes(conn: sa.Connection, *, division: str | None, limit: int, offset: int) -> list[GridChange]:
    """The changes, the latest first."""
    table = tables.GRID_CHANGES.c
    wanted = sa.select(table.doc).order_by(table.at.desc(), table.id.desc()).limit(limit).offset(offset)
    if division is not None:
        wanted = wanted.where(table.division == division)
    return [CHANGES.read(doc) for (doc,) in conn.execute(wanted)]


def changes_of(conn: sa.Connection, life: GridLife) -> list[GridChange]:
    """The changes that a grid code stands on either side of, the earliest first."""
    table = tables.GRID_CHANGES.c
    wanted = sa.select(table.doc).where(table.division == life.division).order_by(table.at, table.id)
    found = (CHANGES.read(doc) for (doc,) in conn.execute(wanted))
    return [one for one in found if any(state.code == life.id for state in (*one.before, *one.after))]
