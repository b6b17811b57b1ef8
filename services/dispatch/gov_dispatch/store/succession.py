"""What is open with which departments: tasks, verifying, visits, orders, operations, claims."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from gov_dispatch.store.joint import TABLE as OPERATIONS
from gov_dispatch.tables import CLAIMS, EVENTS, HANDOFFS, ORDERS, REVISITS

H, E, V, R, P, C = HANDOFFS.c, EVENTS.c, REVISITS.c, ORDERS.c, OPERATIONS.c, CLAIMS.c
Codes = Sequence[str]


class Held(NamedTuple):
    """Where open work of departments stands: ``open`` rows of the column ``of``, those that ``theirs`` picks."""

    of: sa.ColumnElement[str]
    open: sa.ColumnElement[bool]
    theirs: Callable[[Codes], sa.ColumnElement[bool]]
    names: tuple[sa.ColumnElement[str], ...]


def _holders(codes: Codes) -> list[str]:
    return [f"dept:{code}" for code in codes]


def _called(codes: Codes) -> sa.ColumnElement[bool]:
    return sa.or_(*(P.departments.contains(f" {code} ", autoescape=True) for code in codes))


MATTERS = (
    Held(
        H.event_id,
        H.holder.is_not(None),
        lambda codes: sa.or_(H.dept.in_(codes), H.holder.in_(_holders(codes))),
        (H.dept, H.holder),
    ),
    Held(E.id, E.holder.is_not(None), lambda codes: E.holder.in_(_holders(codes)), (E.holder,)),
    Held(V.event_id, V.late_at.is_not(None), lambda codes: V.holder.in_(_holders(codes)), (V.holder,)),
)
"""By event: asked last, held or passed on; verified; to be visited."""
OPEN_ORDERS = Held(R.id, R.state != "closed", R.dept.in_, (R.dept,))
RUNNING = Held(P.id, P.late_at.is_not(None), _called, (P.departments,))
CLAIMED = Held(C.id, C.holder.is_not(None), lambda codes: C.holder.in_(_holders(codes)), (C.holder,))


def departments_with_work(conn: sa.Connection) -> list[str]:
    """Codes of all departments that something open is addressed to, held or owed by."""
    found: set[str] = set()
    for held in (*MATTERS, OPEN_ORDERS, RUNNING, CLAIMED):
        for name in held.names:
            for said in conn.execute(sa.select(name).where(held.open, name.is_not(None)).distinct()).scalars():
                found |= _codes(name, str(said))
    return sorted(found)


def with_work(conn: sa.Connection, held: Held, codes: Codes, most: int) -> list[str]:
    """Ids of which one of these departments has something open, by id, at most so many."""
    wanted = sa.select(held.of).where(held.open, held.theirs(codes)).distinct().order_by(held.of).limit(most)
    return list(conn.execute(wanted).scalars())


def _codes(name: Any, said: str) -> set[str]:
    if name is P.departments:
        return set(said.split())
    kind, colon, code = said.partition(":")
    return {code} if colon and kind == "dept" else set() if colon else {said}
