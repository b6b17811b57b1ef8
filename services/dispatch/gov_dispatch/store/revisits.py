"""The visits of matters: those of one, of one holder, and those past their time."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gov_dispatch.store._drawn import drawn
from gov_dispatch.tables import REVISITS as TABLE
from govcore.events.visit import Visit
from govmesh.kinds import Kind
from govmesh.paging import Order, Page, after, listed, mark
from govmesh.stalled import Finding

REVISITS = Kind(
    TABLE,
    Visit,
    {
        **drawn("event_id", "state", "holder", "place"),
        "late_at": lambda one: (one.due_at or one.opens_at) if one.open else None,
    },
    lookups=("event_id",),
)


def visit(conn: sa.Connection, key: str) -> Visit | None:
    found = REVISITS.load(conn, "id", [key], lock=False)
    return found[0] if found else None


def visits_of(conn: sa.Connection, event_id: str) -> list[Visit]:
    """Of one matter, the first agreed first."""
    return sorted(REVISITS.load(conn, "event_id", [event_id], lock=False), key=lambda one: (one.opens_at, one.id))


def list_visits(
    conn: sa.Connection, *, holder: str | None, state: str | None, limit: int, cursor: str | None
) -> Page[Visit]:
    """Those that are due first, then those that wait for their day, then the ended ones."""
    wanted = sa.select(TABLE.c.doc)
    if holder:
        wanted = wanted.where(TABLE.c.holder == holder)
    if state:
        wanted = wanted.where(TABLE.c.state == state)
    return listed(conn, wanted, Order(TABLE.c.id, TABLE.c.late_at, rest=True), limit, cursor).of(REVISITS.read)


def late_revisits(conn: sa.Connection, now: datetime, last: str | None, most: int) -> list[tuple[str, Finding]]:
    """Visits past their time, oldest due first: open and not made, or not opened on their day."""
    due = TABLE.c.late_at
    late = sa.select(TABLE.c.doc, due).where(due < sa.literal(now, due.type), after(due, TABLE.c.id, last))
    findings = []
    for row in conn.execute(late.order_by(due, TABLE.c.id).limit(most)):
        one = REVISITS.read(row.doc)
        detail = f"{one.event_id} {one.kind} {one.tries}"
        since = one.opened_at or one.opens_at
        finding = Finding("visit.late", one.id, one.holder, since, row.late_at, one.place, detail)
        findings.append((mark(row.late_at, one.id), finding))
    return findings
