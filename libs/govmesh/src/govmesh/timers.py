"""Durable timers: one row a promise, earliest due first, each fires once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from govcore.messages import Message
from govcore.ports import Clock
from govmesh import bulk
from govmesh.clock import stamp, wall, wall_after
from govmesh.database import Database
from govmesh.handlers import TimerFired
from govmesh.items import TIMERS, Item
from govmesh.tables import TIMERS as TABLE

LEASE_SECONDS = 30.0
_CLAIMED = tuple(TABLE.c[name] for name in ("id", "due_at", "kind", "subject", "place", "trace", "cause", "data"))
_CLAIM = (
    "WITH due AS MATERIALIZED (SELECT id FROM timers"
    " WHERE due_at <= :now AND (lease_until IS NULL OR lease_until < :wall) ORDER BY due_at LIMIT :most{skip})"
    " UPDATE timers SET lease_until = :until WHERE id IN (SELECT id FROM due)"
    f" RETURNING {', '.join(column.name for column in _CLAIMED)}"
)


def claim(database: Database, clock: Clock, service: str, most: int = 200) -> list[Item]:
    """Promises that have come due, as items for the hop; a lease keeps a second process off them.

    The hop keeps a promise only while its row stands as it was claimed, so a lost lease fires nothing twice.
    """
    with database.write() as conn:
        asked = {"now": stamp(clock.now()), "wall": wall(), "until": wall_after(LEASE_SECONDS), "most": most}
        sql = _CLAIM.format(skip=" FOR UPDATE SKIP LOCKED" if bulk.is_postgres(conn) else "")
        found = conn.execute(sa.text(sql).columns(*_CLAIMED), asked).all()
    items = []
    for row in sorted(found, key=lambda row: (row.due_at, row.id)):
        fired = TimerFired(
            timer=row.id, kind=row.kind, subject=row.subject, place=row.place, due_at=row.due_at, data=row.data
        )
        key = f"timer:{row.id}:{stamp(row.due_at)}"
        message = Message(
            id=key,
            source=f"/{service}/timers",
            subject=row.subject,
            version=0,
            place=row.place,
            time=row.due_at,
            trace=row.trace,
            data=fired,
            cause=row.cause,
        )
        items.append(Item(key=key, queue=TIMERS, message=message))
    return items


def next_due(database: Database) -> datetime | None:
    """When the earliest promise comes due; None where there is none."""
    with database.read() as conn:
        return conn.execute(sa.select(sa.func.min(TABLE.c.due_at))).scalar()


def missed(database: Database, clock: Clock) -> int:
    """How many promises are past due and not yet kept."""
    with database.read() as conn:
        sql = sa.text("SELECT count(*) FROM timers WHERE due_at <= :now")
        return int(conn.execute(sql, {"now": stamp(clock.now())}).scalar_one())
