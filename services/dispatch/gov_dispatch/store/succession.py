"""Which open work lies with which departments."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from gov_dispatch.tables import HANDOFFS

H = HANDOFFS.c
_OPEN = H.holder.is_not(None)


def departments_with_work(conn: sa.Connection) -> list[str]:
    """Codes of all departments that an open task is addressed to or held by."""
    asked = conn.execute(sa.select(H.dept).where(_OPEN).distinct()).scalars()
    held = conn.execute(sa.select(H.holder).where(_OPEN, H.holder.like("dept:%")).distinct()).scalars()
    return sorted({*asked, *(str(one).removeprefix("dept:") for one in held)})


def events_with(conn: sa.Connection, codes: Sequence[str], most: int) -> list[str]:
    """Events of which one of these departments has an open task: was asked last, holds it, or had passed it on."""
    holders = [f"dept:{code}" for code in codes]
    theirs = sa.or_(H.dept.in_(codes), H.holder.in_(holders))
    wanted = sa.select(H.event_id).where(_OPEN, theirs).distinct().order_by(H.event_id).limit(most)
    return list(conn.execute(wanted).scalars())
