"""The figures of dispatch: who holds how much, events by state, on time, slowest; is each task held by one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from gov_dispatch import tables
from gov_dispatch.store import handoffs_of_all, open_events
from govcore.errors import Refusal
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
    """What is open: events and hand-offs by state.  What has ended costs nothing here; ``summary`` counts it."""
    found: dict[str, int] = {}
    events, tasks = tables.EVENTS.c, tables.HANDOFFS.c
    for name, state, is_open in (
        ("events", events.state, events.closed_at.is_(None)),
        ("handoffs", tasks.state, tasks.holder.is_not(None)),
    ):
        by_state = conn.execute(sa.select(state, sa.func.count()).where(is_open).group_by(state).order_by(state))
        found |= {f"{name}.{row[0]}": row[1] for row in by_state}
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
        found = open_events(conn, after, page)
        if not found:
            break
        after = found[-1].id
        tasks = handoffs_of_all(conn, [matter.id for matter in found])
        for matter in found:
            own = tasks.get(matter.id, [])
            count += len(who_holds(matter, own))
            try:
                assert_one_holder(matter, own)
            except (AssertionError, Refusal):
                wrong.append(matter.id)
    return {"held": count, "wrong": wrong[:100], "one_holder": not wrong}
