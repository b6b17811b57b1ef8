"""Operations by what they are looked up by, what each unit did in them, and those past their time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gov_dispatch import tables
from gov_dispatch.store._drawn import drawn
from govcore.joint import Operation, UnitCount, counted
from govmesh.kinds import Kind
from govmesh.paging import Order, Page, after, listed, mark
from govmesh.stalled import Finding
from govmesh.tables import Moment

TABLE = sa.Table(
    "operations",
    tables.META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("caller", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("events", sa.Text, nullable=False),
    sa.Column("departments", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("late_at", Moment),
    sa.Column("called_at", Moment, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("operations_event", "event_id"),
    sa.Index("operations_called", "called_at", "id"),
    sa.Index(
        "operations_overdue",
        "late_at",
        "id",
        postgresql_where=sa.text("late_at IS NOT NULL"),
        sqlite_where=sa.text("late_at IS NOT NULL"),
    ),
)
"""``event_id`` is the first of ``events``; these and ``departments`` are words with a blank on both sides of each.
``late_at``: when an open one is late, to be answered or to be ended."""

OPERATIONS = Kind(
    TABLE,
    Operation,
    {
        **drawn("kind", "state", "caller", "event_id", "place", "late_at", "called_at"),
        "events": lambda one: f" {' '.join(one.events)} ",
        "departments": lambda one: f" {' '.join(one.departments)} ",
    },
    lookups=("event_id",),
)
C = TABLE.c
AT_ONCE = 500


def operation(conn: sa.Connection, key: str) -> Operation | None:
    found = OPERATIONS.load(conn, "id", [key], lock=False)
    return found[0] if found else None


def list_operations(
    conn: sa.Connection, wanted: dict[str, str | None], *, limit: int, cursor: str | None
) -> Page[Operation]:
    """Operations, the latest first; ``wanted``: ``kind``, ``state``, ``caller``, ``event`` and ``dept``, those that
    are not None."""
    query = sa.select(C.doc)
    for name in ("kind", "state", "caller"):
        if (value := wanted.get(name)) is not None:
            query = query.where(C[name] == value)
    for name, column in (("event", C.events), ("dept", C.departments)):
        if (value := wanted.get(name)) is not None:
            query = query.where(column.contains(f" {value} ", autoescape=True))
    return listed(conn, query, Order(C.id, C.called_at, latest=True), limit, cursor).of(OPERATIONS.read)


def units(conn: sa.Connection, since: datetime, until: datetime) -> dict[str, UnitCount]:
    """What each department did in the operations called in that time."""
    return counted(_called(conn, since, until))


def late_operations(conn: sa.Connection, now: datetime, last: str | None, most: int) -> list[tuple[str, Finding]]:
    """Operations past their time, the oldest due first: not answered by all, or not ended."""
    due = C.late_at
    late = sa.select(C.doc, due).where(due < sa.literal(now, due.type), after(due, C.id, last))
    found = []
    for row in conn.execute(late.order_by(due, C.id).limit(most)):
        found.append((mark(row.late_at, (one := OPERATIONS.read(row.doc)).id), _finding(one, row.late_at)))
    return found


def _finding(one: Operation, due: datetime) -> Finding:
    quiet = [part.dept for part in one.in_state("called", "silent")]
    kind, holder = ("operation.unanswered", f"dept:{quiet[0]}") if quiet else ("operation.unended", one.caller)
    detail = " ".join([one.kind, *one.events, *quiet])
    return Finding(kind, one.id, holder, one.called_at, due, one.place, detail)


def _called(conn: sa.Connection, since: datetime, until: datetime) -> Iterable[Operation]:
    """Page by page, so that a year is never in memory at once."""
    kind: Any = C.called_at.type
    last: str | None = None
    while True:
        query = sa.select(C.doc, C.called_at, C.id).where(
            C.called_at >= sa.literal(since, kind),
            C.called_at < sa.literal(until, kind),
            after(C.called_at, C.id, last),
        )
        rows = conn.execute(query.order_by(C.called_at, C.id).limit(AT_ONCE)).all()
        yield from (OPERATIONS.read(row.doc) for row in rows)
        if len(rows) < AT_ONCE:
            return
        last = mark(rows[-1].called_at, rows[-1].id)
