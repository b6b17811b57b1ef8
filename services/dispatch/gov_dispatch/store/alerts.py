"""How alerts are kept, and what the API lists of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from gov_dispatch import tables
from gov_dispatch.store._drawn import drawn
from govcore.alerts import Alert, Gauge, Watch
from govmesh.kinds import Kind

ALERTS = Kind(tables.ALERTS, Alert, drawn("event_id", "place"))
WATCHES = Kind(tables.WATCHES, Watch, drawn("event_id", "place", "last_at"))
GAUGES = Kind(tables.GAUGES, Gauge, drawn("place"))
KINDS: tuple[Kind[Any], ...] = (ALERTS, WATCHES, GAUGES)


def latest(conn: sa.Connection, limit: int, offset: int) -> list[Watch]:
    """The runs of alerts, the one that was told of last first."""
    table = tables.WATCHES.c
    found = conn.execute(sa.select(table.doc).order_by(table.last_at.desc(), table.id).limit(limit).offset(offset))
    return [WATCHES.read(doc) for doc in found.scalars()]
