"""What lies past its time, page by page: hand-offs by when they were due, matters by how long a desk has had them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from gov_dispatch.store import EVENTS, HANDOFFS
from gov_dispatch.tables import EVENTS as MATTERS
from gov_dispatch.tables import HANDOFFS as TASKS
from govcore.events.event import Event
from govmesh.paging import after, mark
from govmesh.stalled import Finding


def late_handoffs(conn: sa.Connection, now: datetime, last: str | None, most: int) -> list[tuple[str, Finding]]:
    """Hand-offs past their time, oldest due first: not accepted, not done, or lying at a desk."""
    due = TASKS.c.late_at
    late = sa.select(TASKS.c.doc, due).where(due < sa.literal(now, due.type), after(due, TASKS.c.id, last))
    findings = []
    for row in conn.execute(late.order_by(due, TASKS.c.id).limit(most)):
        task = HANDOFFS.read(row.doc)
        kind, holder = "handoff.late", str(task.holder)
        if task.phase == "asked":
            kind, holder = "handoff.unaccepted", f"dept:{task.dept}"
        detail = f"{task.event_id} {task.role} {task.dept} g{task.generation}"
        finding = Finding(kind, task.id, holder, task.held_since, row.late_at, task.place, detail)
        findings.append((mark(row.late_at, task.id), finding))
    return findings


def being_verified(
    conn: sa.Connection, states: Collection[str], not_at: str, last: str | None, most: int
) -> list[tuple[str, Event]]:
    """The matters in one of the states that somebody else than the desk ``not_at`` holds, longest held first."""
    since = MATTERS.c.held_since
    held = sa.select(MATTERS.c.doc, since).where(
        MATTERS.c.state.in_(sorted(states)),
        MATTERS.c.holder.is_not(None),
        MATTERS.c.holder != not_at,
        after(since, MATTERS.c.id, last),
    )
    found = conn.execute(held.order_by(since, MATTERS.c.id).limit(most))
    return [(mark(row.held_since, event.id), event) for row in found for event in (EVENTS.read(row.doc),)]


def at_desk(conn: sa.Connection, desk: str, last: str | None, most: int) -> list[tuple[str, Event]]:
    """The matters a desk holds, longest held first."""
    since = MATTERS.c.held_since
    held = sa.select(MATTERS.c.doc, since).where(MATTERS.c.holder == desk, after(since, MATTERS.c.id, last))
    found = conn.execute(held.order_by(since, MATTERS.c.id).limit(most))
    return [(mark(row.held_since, event.id), event) for row in found for event in (EVENTS.read(row.doc),)]
