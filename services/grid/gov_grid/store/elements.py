"""How elements, patrols and inspections are kept, and what is looked up of them."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter
from typing import Any, Literal

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from gov_grid import tables
from govcore.elements.element import Element
from govcore.elements.lot import Terms
from govcore.elements.patrol import Patrol
from govcore.messages.words import Time
from govmesh.kinds import Kind
from govmesh.paging import after, mark
from govmesh.stalled import Finding


class Inspection(BaseModel):
    """An inspection by lot: what is frozen, what was committed to, and, once drawn, everything to check it by."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    title: str
    state: Literal["committed", "drawn"] = "committed"
    division: str
    place: str
    terms: Terms
    committed: str
    by: str
    at: Time
    sealed: str | None = None
    """The seed, until it is revealed."""
    seed: str | None = None
    beacon: str | None = None
    drawn_at: Time | None = None
    chosen: dict[str, tuple[str, ...]] = {}
    results: dict[str, str] = {}


def _key(element: Element) -> str | None:
    return f"{element.kind}|{element.code}" if element.code else None


ELEMENTS = Kind(
    tables.ELEMENTS,
    Element,
    {**{name: attrgetter(name) for name in ("kind", "state", "owner", "grid", "place")}, "key": _key},
)
PATROLS = Kind(tables.PATROLS, Patrol, {name: attrgetter(name) for name in ("holder", "late", "due_at", "place")})
INSPECTIONS = Kind(tables.INSPECTIONS, Inspection, {name: attrgetter(name) for name in ("state", "place", "at")})
KINDS: tuple[Kind[Any], ...] = (ELEMENTS, PATROLS, INSPECTIONS)


def one(conn: sa.Connection, kind: Kind[Any], ident: str) -> Any:
    """None where it is not there."""
    found = kind.load(conn, "id", [ident], lock=False)
    return found[0] if found else None


def list_of(
    conn: sa.Connection, kind: Kind[Any], where: dict[str, str | None], *, limit: int, offset: int
) -> list[Any]:
    """In id order; ``where``: column to value, those that are given."""
    table = kind.table.c
    wanted = sa.select(table.doc)
    for column, value in where.items():
        wanted = wanted.where(table[column] == value) if value else wanted
    return [kind.read(row[0]) for row in conn.execute(wanted.order_by(table.id).limit(limit).offset(offset))]


def of_key(conn: sa.Connection, kind: str, code: str) -> Element | None:
    """The element of a kind with this code."""
    found = conn.execute(sa.select(tables.ELEMENTS.c.doc).where(tables.ELEMENTS.c.key == f"{kind}|{code}")).scalar()
    return ELEMENTS.read(found) if found else None


def counts(conn: sa.Connection, grid: str | None = None) -> dict[tuple[str, str], int]:
    """How many of each kind and state."""
    table = tables.ELEMENTS.c
    wanted = sa.select(table.kind, table.state, sa.func.count()).group_by(table.kind, table.state)
    wanted = wanted.where(table.grid == grid) if grid else wanted
    return {(row[0], row[1]): int(row[2]) for row in conn.execute(wanted)}


def post_counts(conn: sa.Connection) -> dict[str, int]:
    """How many posts of each kind."""
    table = tables.POSTS.c
    return {row[0]: int(row[1]) for row in conn.execute(sa.select(table.kind, sa.func.count()).group_by(table.kind))}


def missed_rounds(conn: sa.Connection, now: datetime, last: str | None, most: int) -> list[tuple[str, Finding]]:
    """Patrols whose last round nobody made, the longest due first."""
    table = tables.PATROLS.c
    late = sa.select(table.doc, table.due_at).where(table.late, after(table.due_at, table.id, last))
    return [
        (
            mark(row.due_at, patrol.id),
            Finding(
                kind="patrol",
                subject=patrol.id,
                holder=patrol.holder,
                since=patrol.planned_at,
                due=row.due_at,
                place=patrol.place,
                detail=f"{patrol.missed} missed, {patrol.done} done",
            ),
        )
        for row in conn.execute(late.order_by(table.due_at, table.id).limit(most))
        for patrol in (PATROLS.read(row.doc),)
    ]
