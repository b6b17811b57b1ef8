"""How orders are kept, and what is looked up of them: lists, an event's own, those not answered in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from gov_dispatch import tables
from govcore.orders import Order
from govmesh import paging
from govmesh.kinds import Kind
from govmesh.paging import after, mark
from govmesh.stalled import Finding
from govmesh.tables import OUTBOX

_C = tables.ORDERS.c


def late_at(order: Order) -> datetime | None:
    """When an order that waits for its answer is late; None once it is answered or closed, or asks for none."""
    return order.answer_due_at if order.waits else None


ORDERS = Kind(
    tables.ORDERS,
    Order,
    {
        **{name: attrgetter(name) for name in ("key", "state", "kind", "dept", "event_id", "place", "issued_at")},
        "addressee": attrgetter("to"),
        "late_at": late_at,
    },
    lookups=("key",),
)


def order(conn: sa.Connection, ident: str) -> Order | None:
    found = ORDERS.load(conn, "id", [ident], lock=False)
    return found[0] if found else None


def list_orders(
    conn: sa.Connection, asked: Mapping[str, str | None], limit: int, cursor: str | None
) -> paging.Page[Order]:
    """Orders, those that wait for an answer by the earliest time first; ``asked``: columns and what they must say."""
    wanted = sa.select(tables.ORDERS.c.doc)
    for name, value in asked.items():
        if value:
            wanted = wanted.where(_C[name] == value)
    in_order = paging.Order(_C.id, _C.late_at, rest=True)
    return paging.listed(conn, wanted, in_order, limit, cursor).of(ORDERS.read)


def order_times(conn: sa.Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """When each order left the mesh for the department that owes the answer, and when its receipt came back."""
    found = conn.execute(
        sa.select(OUTBOX.c.subject, OUTBOX.c.sent_at, OUTBOX.c.receipt_at)
        .join(tables.ORDERS, _C.id == OUTBOX.c.subject)
        .where(
            OUTBOX.c.subject.in_(list(ids)),
            OUTBOX.c.exchange == "",
            OUTBOX.c.routing_key == "dept." + _C.dept,
            OUTBOX.c.type.in_(("order.issued.v1", "order.given.v1", "order.succeeded.v1")),
        )
    )
    return {row.subject: {"sent_at": row.sent_at, "receipt_at": row.receipt_at} for row in found}


def unanswered(conn: sa.Connection, now: datetime, last: str | None, most: int) -> list[tuple[str, Finding]]:
    """Orders whose answer is late, the longest first, whoever they are addressed to."""
    due = _C.late_at
    late = sa.select(_C.doc, due).where(due < sa.literal(now, due.type), after(due, _C.id, last))
    findings = []
    for row in conn.execute(late.order_by(due, _C.id).limit(most)):
        one = ORDERS.read(row.doc)
        detail = " ".join(filter(None, (one.event_id, one.kind, one.dept, f"#{one.number}")))
        finding = Finding("order.unanswered", one.id, one.to, one.issued_at, row.late_at, one.place, detail)
        findings.append((mark(row.late_at, one.id), finding))
    return findings
