"""How stewardships and their visits are kept and looked up."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter

import sqlalchemy as sa

from gov_dispatch import tables
from govcore.claims import Stewardship, Visit
from govmesh.kinds import Kind
from govmesh.paging import Order, Page, after, listed, mark
from govmesh.stalled import Finding

STEWARDSHIPS = Kind(
    tables.STEWARDSHIPS,
    Stewardship,
    {name: attrgetter(name) for name in ("key", "state", "steward", "late_at", "place", "appointed_at")},
    lookups=("key",),
)
VISITS = Kind(
    tables.VISITS, Visit, {name: attrgetter(name) for name in ("stewardship_id", "place", "at", "outcome", "on_time")}
)


def stewardship(conn: sa.Connection, key: str) -> Stewardship | None:
    found = STEWARDSHIPS.load(conn, "id", [key], lock=False)
    return found[0] if found else None


def list_stewardships(
    conn: sa.Connection, *, state: str | None, steward: str | None, limit: int, cursor: str | None
) -> Page[Stewardship]:
    """Those whose visit is due first come first; ended ones last."""
    table = tables.STEWARDSHIPS.c
    wanted = sa.select(table.doc)
    for column, value in ((table.state, state), (table.steward, steward)):
        wanted = wanted.where(column == value) if value else wanted
    return listed(conn, wanted, Order(table.id, table.late_at, rest=True), limit, cursor).of(STEWARDSHIPS.read)


def visits_of(conn: sa.Connection, stewardship_id: str, limit: int, cursor: str | None) -> Page[Visit]:
    """Its visits, the latest first."""
    table = tables.VISITS.c
    wanted = sa.select(table.doc).where(table.stewardship_id == stewardship_id)
    return listed(conn, wanted, Order(table.id, table.at, latest=True), limit, cursor).of(VISITS.read)


def late_visits(conn: sa.Connection, now: datetime, last: str | None, most: int) -> list[tuple[str, Finding]]:
    """Visits nobody made in their week, the longest due first."""
    table = tables.STEWARDSHIPS.c
    late = sa.select(table.doc, table.late_at).where(
        table.late_at < sa.literal(now, table.late_at.type), after(table.late_at, table.id, last)
    )
    return [
        (
            mark(row.late_at, one.id),
            Finding(
                kind="steward.visit",
                subject=one.id,
                holder=one.steward,
                since=one.held_since or one.appointed_at,
                due=row.late_at,
                place=one.place,
                detail=f"{one.kind} visit {one.round}",
            ),
        )
        for row in conn.execute(late.order_by(table.late_at, table.id).limit(most))
        for one in (STEWARDSHIPS.read(row.doc),)
    ]
