"""How claims are kept, and what the board and the stalled list look up."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter

import sqlalchemy as sa

from gov_dispatch import tables
from govcore.claims import Claim
from govmesh.kinds import Kind
from govmesh.paging import Order, Page, after, listed, mark
from govmesh.stalled import Finding

_DRAWN = ("key", "kind", "state", "holder", "late_at", "place", "put_up_at")
CLAIMS = Kind(tables.CLAIMS, Claim, {name: attrgetter(name) for name in _DRAWN}, lookups=("key",))


def claim(conn: sa.Connection, key: str) -> Claim | None:
    found = CLAIMS.load(conn, "id", [key], lock=False)
    return found[0] if found else None


def list_claims(
    conn: sa.Connection,
    *,
    kind: str | None,
    state: str | None,
    place: str | None,
    holder: str | None,
    limit: int,
    cursor: str | None,
) -> Page[Claim]:
    """Claims, the latest first; ``place``: there and everywhere below it."""
    table = tables.CLAIMS.c
    wanted = sa.select(table.doc)
    for column, value in ((table.kind, kind), (table.state, state), (table.holder, holder)):
        wanted = wanted.where(column == value) if value else wanted
    if place:
        wanted = wanted.where((table.place == place) | table.place.startswith(place + ".", autoescape=True))
    return listed(conn, wanted, Order(table.id, table.put_up_at, latest=True), limit, cursor).of(CLAIMS.read)


def late_claims(conn: sa.Connection, now: datetime, last: str | None, most: int) -> list[tuple[str, Finding]]:
    """Claims past their time, oldest due first: mostly those that are done and nobody has confirmed."""
    table = tables.CLAIMS.c
    late = sa.select(table.doc, table.late_at).where(
        table.late_at < sa.literal(now, table.late_at.type), after(table.late_at, table.id, last)
    )
    return [
        (
            mark(row.late_at, one.id),
            Finding(
                kind=f"claim.{one.state}",
                subject=one.id,
                holder=str(one.holder),
                since=one.held_since or one.put_up_at,
                due=row.late_at,
                place=one.place,
                detail=f"{one.kind} g{one.generation}",
            ),
        )
        for row in conn.execute(late.order_by(table.late_at, table.id).limit(most))
        for one in (CLAIMS.read(row.doc),)
    ]
