"""How dispatch keeps its aggregates, and what its pages and API look up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from gov_dispatch import tables
from govcore.errors import Refusal
from govcore.events.event import Event, Report
from govcore.events.handoff import HandOff
from govcore.events.holder import assert_one_holder, who_holds
from govmesh.kinds import Kind
from govmesh.stalled import Finding
from govmesh.tables import OUTBOX


class StoredReport(BaseModel):
    """A report and the key under which it is recognised when it comes again."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    report: Report
    key: str | None
    attached: bool

    @property
    def id(self) -> str:
        return self.report.id

    @property
    def event_id(self) -> str:
        return self.report.event_id


class Person(BaseModel):
    """Who made one report: sealed, with blind indexes for look-up."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    event_id: str
    place: str
    sealed: str
    phone_index: str | None = None
    handle_index: str | None = None


class MatterKey(BaseModel):
    """The wrapped key of one matter."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    place: str
    wrapped: str


def late_at(task: HandOff) -> datetime | None:
    """When an open hand-off is late: to be accepted while it is offered, to be done after."""
    if not task.open:
        return None
    return task.accept_due_at if task.state == "offered" else task.due_at


def _drawn(*names: str) -> dict[str, Callable[[Any], Any]]:
    """Columns that are called as what they hold."""
    return {name: attrgetter(name) for name in names}


EVENTS = Kind(
    tables.EVENTS,
    Event,
    {
        **_drawn("state", "holder", "held_since", "place", "class_code", "fingerprint"),
        **_drawn("opened_at", "due_at", "closed_at", "on_time"),
    },
    lookups=("fingerprint",),
)
HANDOFFS = Kind(
    tables.HANDOFFS,
    HandOff,
    {
        **_drawn("event_id", "state", "dept", "holder", "held_since", "returns", "place"),
        "late_at": late_at,
        "took_s": lambda task: (task.done_at - task.offered_at).total_seconds() if task.done_at else None,
    },
    lookups=("event_id",),
)
REPORTS = Kind(
    tables.REPORTS,
    StoredReport,
    {
        **_drawn("event_id", "key"),
        "source": lambda one: one.report.source,
        "place": lambda one: one.report.place,
    },
    lookups=("key", "event_id"),
)
PEOPLE = Kind(
    tables.PEOPLE,
    Person,
    _drawn("event_id", "place", "phone_index", "handle_index"),
)
KEYS = Kind(tables.KEYS, MatterKey, {"place": lambda one: one.place})

KINDS: tuple[Kind[Any], ...] = (EVENTS, HANDOFFS, REPORTS, KEYS, PEOPLE)
"""In the order in which a batch locks them."""


def event(conn: sa.Connection, key: str) -> Event | None:
    found = EVENTS.load(conn, "id", [key], lock=False)
    return found[0] if found else None


def handoff(conn: sa.Connection, key: str) -> HandOff | None:
    found = HANDOFFS.load(conn, "id", [key], lock=False)
    return found[0] if found else None


def handoffs_of(conn: sa.Connection, event_id: str) -> list[HandOff]:
    return HANDOFFS.load(conn, "event_id", [event_id], lock=False)


def reports_of(conn: sa.Connection, event_id: str) -> list[Report]:
    return [one.report for one in REPORTS.load(conn, "event_id", [event_id], lock=False)]


def offer_times(conn: sa.Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """When each hand-off's latest offer left the mesh and when its receipt came back (X-Road's first two times)."""
    found = conn.execute(
        sa.select(OUTBOX.c.subject, OUTBOX.c.sent_at, OUTBOX.c.receipt_at)
        .where(OUTBOX.c.subject.in_(list(ids)), OUTBOX.c.exchange == "", OUTBOX.c.type == "handoff.offered.v1")
        .order_by(OUTBOX.c.seq)
    )
    return {row.subject: {"sent_at": row.sent_at, "received_at": row.receipt_at} for row in found}


def list_events(
    conn: sa.Connection,
    *,
    state: str | None,
    holder: str | None,
    closed_since: datetime | None,
    limit: int,
    offset: int,
) -> list[Event]:
    """Events, the latest first; ``holder`` a desk, or ``dept:<code>`` for those a department has a task of.

    With ``closed_since``: those closed after it, in the order of closing.
    """
    wanted = sa.select(tables.EVENTS.c.doc)
    closed = tables.EVENTS.c.closed_at
    if closed_since:
        wanted = wanted.where(closed > sa.literal(closed_since, closed.type)).order_by(closed)
    if state:
        wanted = wanted.where(tables.EVENTS.c.state == state)
    if holder and holder.startswith("dept:"):
        held = sa.select(tables.HANDOFFS.c.event_id).where(tables.HANDOFFS.c.holder == holder)
        wanted = wanted.where(tables.EVENTS.c.id.in_(held))
    elif holder:
        wanted = wanted.where(tables.EVENTS.c.holder == holder)
    found = conn.execute(
        wanted.order_by(tables.EVENTS.c.opened_at.desc(), tables.EVENTS.c.id).limit(limit).offset(offset)
    )
    return [EVENTS.read(row[0]) for row in found]


def list_reports(conn: sa.Connection, *, source: str | None, limit: int, offset: int) -> list[StoredReport]:
    """Reports, the latest first; of one source if asked."""
    wanted = sa.select(tables.REPORTS.c.doc)
    if source:
        wanted = wanted.where(tables.REPORTS.c.source == source)
    found = conn.execute(wanted.order_by(tables.REPORTS.c.id.desc()).limit(limit).offset(offset))
    return [REPORTS.read(row[0]) for row in found]


def list_handoffs(
    conn: sa.Connection, *, dept: str | None, state: str | None, limit: int, offset: int
) -> list[HandOff]:
    """Hand-offs, those that are late first."""
    wanted = sa.select(tables.HANDOFFS.c.doc)
    if dept:
        wanted = wanted.where(tables.HANDOFFS.c.dept == dept)
    if state:
        wanted = wanted.where(tables.HANDOFFS.c.state == state)
    late = tables.HANDOFFS.c.late_at
    found = conn.execute(wanted.order_by(late.is_(None), late, tables.HANDOFFS.c.id).limit(limit).offset(offset))
    return [HANDOFFS.read(row[0]) for row in found]


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
    ended = ("attached", "void", "closed", "rated")
    while True:
        found = conn.execute(
            sa.select(tables.EVENTS.c.id, tables.EVENTS.c.doc)
            .where(tables.EVENTS.c.id > after, tables.EVENTS.c.state.not_in(ended))
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


def late_handoffs(conn: sa.Connection, now: datetime, most: int = 500) -> list[Finding]:
    """Hand-offs past their time, oldest due first: not accepted, not done, or lying at a desk."""
    late = (
        sa.select(tables.HANDOFFS.c.doc, tables.HANDOFFS.c.late_at)
        .where(tables.HANDOFFS.c.late_at < sa.literal(now, tables.HANDOFFS.c.late_at.type))
        .order_by(tables.HANDOFFS.c.late_at)
        .limit(most)
    )
    findings = []
    for row in conn.execute(late):
        task = HANDOFFS.read(row.doc)
        kind, holder = "handoff.late", str(task.holder)
        if task.state == "offered":
            kind, holder = "handoff.unaccepted", f"dept:{task.dept}"
        detail = f"{task.event_id} {task.role} {task.dept} g{task.generation}"
        findings.append(Finding(kind, task.id, holder, task.held_since, row.late_at, task.place, detail))
    return findings


def at_desk(conn: sa.Connection, desk: str, most: int = 500) -> list[Event]:
    """The matters a desk holds, longest held first."""
    held = (
        sa.select(tables.EVENTS.c.doc)
        .where(tables.EVENTS.c.holder == desk)
        .order_by(tables.EVENTS.c.held_since)
        .limit(most)
    )
    return [EVENTS.read(row[0]) for row in conn.execute(held)]
