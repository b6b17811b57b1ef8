"""The figures of dispatch: who holds how much, events by state, on time, slowest; is each task held by one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from gov_dispatch import tables
from gov_dispatch.store import EVENTS, HANDOFFS
from govcore.errors import Refusal
from govcore.events.handoff import HandOff
from govcore.events.holder import assert_one_holder, who_holds


def holders(conn: sa.Connection) -> list[dict[str, Any]]:
    """Who holds how much, and since when the oldest: desks by events, departments by hand-offs."""
    desks = conn.execute(
        sa.select(tables.EVENTS.c.holder, sa.func.count(), sa.func.min(tables.EVENTS.c.held_since))
        .where(tables.EVENTS.c.holder.is_not(None))
        .group_by(tables.EVENTS.c.holder)
    ).all()
    tasks = conn.execute(
        sa.select(
            tables.HANDOFFS.c.holder,
            sa.func.count(),
            sa.func.min(tables.HANDOFFS.c.held_since),
            sa.func.min(tables.HANDOFFS.c.late_at),
        )
        .where(tables.HANDOFFS.c.holder.is_not(None))
        .group_by(tables.HANDOFFS.c.holder)
    ).all()
    return [
        *({"holder": row[0], "what": "event", "count": row[1], "oldest": row[2]} for row in desks),
        *(
            {"holder": row[0], "what": "handoff", "count": row[1], "oldest": row[2], "next_due": row[3]}
            for row in tasks
        ),
    ]


def counts(conn: sa.Connection) -> dict[str, int]:
    """Events by state, open and all hand-offs, reports."""
    by_state = conn.execute(sa.select(tables.EVENTS.c.state, sa.func.count()).group_by(tables.EVENTS.c.state))
    found = {f"events.{row[0]}": row[1] for row in by_state}
    by_state = conn.execute(sa.select(tables.HANDOFFS.c.state, sa.func.count()).group_by(tables.HANDOFFS.c.state))
    found |= {f"handoffs.{row[0]}": row[1] for row in by_state}
    found["reports"] = conn.execute(sa.select(sa.func.count()).select_from(tables.REPORTS)).scalar_one()
    late = sa.select(sa.func.count()).select_from(tables.EVENTS).where(tables.EVENTS.c.on_time.is_(False))
    found["events.late"] = conn.execute(late).scalar_one()
    return found


def summary(conn: sa.Connection) -> dict[str, Any]:
    """The figures of the demo's table: by state, on time (of those with a term), hand-offs, returns, the slowest."""
    events, tasks = tables.EVENTS, tables.HANDOFFS
    by_state = conn.execute(sa.select(events.c.state, sa.func.count()).group_by(events.c.state)).all()
    judged = conn.execute(sa.select(events.c.on_time, sa.func.count()).group_by(events.c.on_time)).all()
    on_time = {bool(row[0]): row[1] for row in judged if row[0] is not None}
    total, returns = conn.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(tasks.c.returns), 0)).select_from(tasks)
    ).one()
    slowest = conn.execute(
        sa.select(tasks.c.id, tasks.c.event_id, tasks.c.dept, tasks.c.took_s)
        .where(tasks.c.took_s.is_not(None))
        .order_by(tasks.c.took_s.desc())
        .limit(3)
    )
    return {
        "events": {row[0]: row[1] for row in by_state},
        "reports": conn.execute(sa.select(sa.func.count()).select_from(tables.REPORTS)).scalar_one(),
        "on_time": on_time.get(True, 0),
        "judged": sum(on_time.values()),
        "handoffs": total,
        "returns": int(returns),
        "slowest": [dict(row) for row in slowest.mappings()],
    }


def holding(conn: sa.Connection, page: int = 500) -> dict[str, Any]:
    """Whether every open matter and task has exactly one holder: how many are open, and which are not held by one."""
    wrong: list[str] = []
    count, after = 0, ""
    while True:
        found = conn.execute(
            sa.select(tables.EVENTS.c.id, tables.EVENTS.c.doc)
            .where(tables.EVENTS.c.id > after, tables.EVENTS.c.closed_at.is_(None))
            .order_by(tables.EVENTS.c.id)
            .limit(page)
        ).all()
        if not found:
            break
        after = found[-1].id
        tasks: dict[str, list[HandOff]] = {row.id: [] for row in found}
        for task in HANDOFFS.load(conn, "event_id", list(tasks), lock=False):
            tasks[task.event_id].append(task)
        for row in found:
            matter = EVENTS.read(row.doc)
            count += len(who_holds(matter, tasks[row.id]))
            try:
                assert_one_holder(matter, tasks[row.id])
            except (AssertionError, Refusal):
                wrong.append(row.id)
    return {"held": count, "wrong": wrong[:100], "one_holder": not wrong}
