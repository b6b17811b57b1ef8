"""How alerts are kept, and what the API lists of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from gov_dispatch import tables
from gov_dispatch.store._drawn import drawn
from govcore.alerts import Alert, Gauge, Watch
from govmesh.kinds import Kind
from govmesh.paging import Order, Page, listed

ALERTS = Kind(tables.ALERTS, Alert, drawn("event_id", "place"))
WATCHES = Kind(tables.WATCHES, Watch, drawn("event_id", "place", "last_at"))
GAUGES = Kind(tables.GAUGES, Gauge, drawn("place"))
KINDS: tuple[Kind[Any], ...] = (ALERTS, WATCHES, GAUGES)


def latest(conn: sa.Connection, limit: int, cursor: str | None) -> Page[Watch]:
    """The runs of alerts, the one that was told of last first."""
    table = tables.WATCHES.c
    order = Order(table.id, table.last_at, latest=True)
    return listed(conn, sa.select(table.doc), order, limit, cursor).of(WATCHES.read)
