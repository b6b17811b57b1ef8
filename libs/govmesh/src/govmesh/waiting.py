"""Which kinds of work a tick finds, in one look."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from govcore.ports import Clock
from govmesh.clock import stamp, wall
from govmesh.database import Database

_WAITING = sa.text(
    "SELECT EXISTS (SELECT 1 FROM parking WHERE state = 'retry' AND next_at <= :wall) AS retries,"
    " coalesce((SELECT min(due_at) FROM timers) <= :now, false) AS timers,"
    " coalesce((SELECT min(lease_until) FROM outbox WHERE sent_at IS NULL) < :wall, false) AS unsent,"
    " EXISTS (SELECT 1 FROM feeds WHERE cursor < upto) AS feeds"
)
"""The earliest of each is the first entry of an index, however many rows there are and whatever the planner thinks of
how many of them are due."""


def of(database: Database, clock: Clock) -> sa.Row[Any]:
    """Whether there are ``retries``, ``timers``, messages ``unsent`` and ``feeds`` to go on with."""
    with database.read() as conn:
        return conn.execute(_WAITING, {"now": stamp(clock.now()), "wall": wall()}).one()
