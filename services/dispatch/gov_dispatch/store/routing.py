"""What dispatch kept of a routing: what was said when a matter was filed, and the report that opened it."""

from __future__ import annotations

import sqlalchemy as sa

from gov_dispatch.store import REPORTS
from govcore.events.event import Event, Report
from govcore.messages import CATALOGUE, EventFiled
from govmesh.clock import trace_id
from govmesh.tables import OUTBOX


def filed(conn: sa.Connection, event: Event) -> EventFiled | None:
    """Its ``event.filed.v1``, None for a matter that was never routed or whose messages are no longer kept."""
    body = conn.execute(
        sa.select(OUTBOX.c.body)
        .where(OUTBOX.c.trace == trace_id(event.trace), OUTBOX.c.type == EventFiled.type, OUTBOX.c.subject == event.id)
        .order_by(OUTBOX.c.seq)
        .limit(1)
    ).scalar()
    said = CATALOGUE.decode(body.encode()).data if body is not None else None
    return said if isinstance(said, EventFiled) else None


def first_report(conn: sa.Connection, event_id: str) -> Report | None:
    """The report that opened the matter."""
    found = REPORTS.load(conn, "event_id", [event_id], lock=False)
    return next((one.report for one in found if not one.attached), None)
