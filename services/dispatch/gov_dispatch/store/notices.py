"""How notices are kept: a durable queue by when they are due, and what is stuck in it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gov_dispatch import tables
from gov_dispatch.store._drawn import drawn
from govcore.notices import Notice
from govmesh import bulk
from govmesh.clock import stamp, wall, wall_after
from govmesh.database import Database
from govmesh.kinds import Kind
from govmesh.paging import Order, Page, after, listed, mark
from govmesh.stalled import Finding

NOTICES = Kind(tables.NOTICES, Notice, drawn("event_id", "state", "due_at", "made_at", "place"))
LEASE_SECONDS = 120.0
"""How long a sending may take before another process takes it for dead and sends again, under the same id."""
_WAITING = sa.text("SELECT EXISTS (SELECT 1 FROM notices WHERE due_at <= :now)")
_CLAIM = (
    "WITH due AS MATERIALIZED (SELECT id FROM notices"
    " WHERE due_at <= :now AND (lease_until IS NULL OR lease_until < :wall) ORDER BY due_at, id LIMIT :most{skip})"
    " UPDATE notices SET lease_until = :until WHERE id IN (SELECT id FROM due) RETURNING doc"
)


def claim(database: Database, now: datetime, most: int) -> list[Notice]:
    """Notices to be sent now, the longest due first, for this process alone until the lease is over."""
    asked = {"now": stamp(now), "wall": wall(), "until": wall_after(LEASE_SECONDS), "most": most}
    with database.read() as conn:
        if not conn.execute(_WAITING, {"now": asked["now"]}).scalar():
            return []
    with database.write() as conn:
        sql = _CLAIM.format(skip=" FOR UPDATE SKIP LOCKED" if bulk.is_postgres(conn) else "")
        found = [NOTICES.read(row.doc) for row in conn.execute(sa.text(sql), asked)]
    return sorted(found, key=lambda one: (one.due_at or now, one.id))


def owed(conn: sa.Connection, now: datetime) -> int:
    """How many are due and not sent."""
    due = tables.NOTICES.c.due_at
    return conn.execute(sa.select(sa.func.count()).where(due <= sa.literal(now, due.type))).scalar_one()


def let_go(conn: sa.Connection, key: str) -> None:
    """What is to be tried again is anybody's again."""
    conn.execute(sa.text("UPDATE notices SET lease_until = NULL WHERE id = :key"), {"key": key})


def list_notices(conn: sa.Connection, state: str | None, limit: int, cursor: str | None) -> Page[Notice]:
    """Notices, the latest first; they never say whom they are for."""
    table = tables.NOTICES.c
    wanted = sa.select(table.doc)
    if state:
        wanted = wanted.where(table.state == state)
    return listed(conn, wanted, Order(table.id, table.made_at, latest=True), limit, cursor).of(NOTICES.read)


def stuck(conn: sa.Connection, last: str | None, most: int) -> list[tuple[str, Finding]]:
    """Notices that did not go out: tried again, or given up; the oldest first."""
    table = tables.NOTICES.c
    wanted = sa.select(table.doc, table.made_at).where(
        table.state.in_(("retry", "failed")), after(table.made_at, table.id, last)
    )
    found = []
    for row in conn.execute(wanted.order_by(table.made_at, table.id).limit(most)):
        one = NOTICES.read(row.doc)
        detail = f"{one.channel} {one.template} {one.reason}"
        finding = Finding(f"notice.{one.state}", one.id, "mesh:dispatch", one.made_at, None, one.place, detail)
        found.append((mark(row.made_at, one.id), finding))
    return found
