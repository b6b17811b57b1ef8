"""Boundaries that were imported, with all they have been, and the imports."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gov_grid.tables import META
from govcore.grids.bounds import Batch, BoundaryLife
from govmesh.clock import stamp
from govmesh.kinds import Kind
from govmesh.tables import Moment

BOUNDARIES = sa.Table(
    "boundaries",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("boundaries_changed", "changed_at"),
)
BATCHES = sa.Table(
    "boundary_batches",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("boundary_batches_digest", "digest"),
)

LIFE = Kind(BOUNDARIES, BoundaryLife, {"place": lambda one: one.place, "changed_at": lambda one: one.changed_at})
BATCH = Kind(
    BATCHES,
    Batch,
    {"place": lambda one: one.place, "digest": lambda one: one.digest, "at": lambda one: one.at},
    lookups=("digest",),
)
KINDS = (BATCH, LIFE)


def changed_since(conn: sa.Connection, moment: datetime | None) -> list[BoundaryLife]:
    """The lives that changed since a moment; all of them without one."""
    asked = sa.select(BOUNDARIES.c.doc)
    if moment is not None:
        asked = asked.where(BOUNDARIES.c.changed_at >= stamp(moment))
    return [LIFE.read(doc) for doc in conn.execute(asked).scalars()]


def lives(conn: sa.Connection, codes: list[str]) -> dict[str, BoundaryLife]:
    """Those of some areas by code."""
    return {one.id: one for one in LIFE.load(conn, "id", codes, lock=False)}


def batches(conn: sa.Connection, limit: int, offset: int) -> list[Batch]:
    """The imports, the latest first."""
    asked = sa.select(BATCHES.c.doc).order_by(BATCHES.c.at.desc(), BATCHES.c.id.desc()).limit(limit).offset(offset)
    return [BATCH.read(doc) for doc in conn.execute(asked).scalars()]
