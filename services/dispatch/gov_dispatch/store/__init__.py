"""How dispatch keeps its aggregates, and what its pages and API look up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from gov_dispatch import tables
from gov_dispatch.store import alerts, notices
from gov_dispatch.store._drawn import drawn
from gov_dispatch.store.claims import CLAIMS
from gov_dispatch.store.joint import OPERATIONS
from gov_dispatch.store.orders import ORDERS
from gov_dispatch.store.projects import PROJECTS
from gov_dispatch.store.revisits import REVISITS
from gov_dispatch.store.stewards import STEWARDSHIPS, VISITS
from gov_dispatch.store.surge import StoredSurge
from govcore.events.event import Event, Report
from govcore.events.handoff import HandOff
from govmesh.kinds import Kind
from govmesh.paging import Order, Page, listed
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
    return task.accept_due_at if task.phase == "asked" else task.due_at


EVENTS = Kind(
    tables.EVENTS,
    Event,
    {
        **drawn("state", "holder", "held_since", "place", "class_code", "fingerprint", "part_of"),
        **drawn("opened_at", "due_at", "closed_at", "on_time"),
    },
    lookups=("fingerprint",),
)
HANDOFFS = Kind(
    tables.HANDOFFS,
    HandOff,
    {
        **drawn("event_id", "state", "dept", "holder", "held_since", "returns", "place"),
        "late_at": late_at,
        "took_s": lambda task: (task.done_at - task.offered_at).total_seconds() if task.done_at else None,
    },
    lookups=("event_id",),
)
REPORTS = Kind(
    tables.REPORTS,
    StoredReport,
    {
        **drawn("event_id", "key"),
        "source": lambda one: one.report.source,
        "place": lambda one: one.report.place,
        "class_code": lambda one: one.report.class_code,
        "reported_at": lambda one: one.report.reported_at,
    },
    lookups=("key", "event_id"),
)
PEOPLE = Kind(
    tables.PEOPLE,
    Person,
    drawn("event_id", "place", "phone_index", "handle_index"),
    lookups=("event_id",),
)
KEYS = Kind(tables.KEYS, MatterKey, {"place": lambda one: one.place})

SURGES = Kind(tables.SURGES, StoredSurge, drawn("series", "place", "found_at"), lookups=("series",))

KINDS: tuple[Kind[Any], ...] = (
    EVENTS,
    HANDOFFS,
    REPORTS,
    KEYS,
    PEOPLE,
    OPERATIONS,
    SURGES,
    CLAIMS,
    STEWARDSHIPS,
    VISITS,
    REVISITS,
    PROJECTS,
    *alerts.KINDS,
    notices.NOTICES,
    ORDERS,
)
"""In the order in which a batch locks them."""


def event(conn: sa.Connection, key: str) -> Event | None:
    found = EVENTS.load(conn, "id", [key], lock=False)
    return found[0] if found else None


def handoff(conn: sa.Connection, key: str) -> HandOff | None:
    found = HANDOFFS.load(conn, "id", [key], lock=False)
    return found[0] if found else None


def handoffs_of(conn: sa.Connection, event_id: str) -> list[HandOff]:
    return HANDOFFS.load(conn, "event_id", [event_id], lock=False)


def handoffs_of_all(conn: sa.Connection, event_ids: Sequence[str]) -> dict[str, list[HandOff]]:
    """The hand-offs of several events, by event."""
    found: dict[str, list[HandOff]] = {}
    for task in HANDOFFS.load(conn, "event_id", event_ids, lock=False) if event_ids else ():
        found.setdefault(task.event_id, []).append(task)
    return found


def open_events(conn: sa.Connection, after: str, limit: int) -> list[Event]:
    """Events that somebody must hold, by id, those after ``after``; also ended ones with a sibling task still open."""
    events, tasks = tables.EVENTS.c, tables.HANDOFFS.c
    held = sa.select(events.id).where(events.id > after, events.closed_at.is_(None))
    still = sa.select(tasks.event_id.label("id")).where(tasks.event_id > after, tasks.holder.is_not(None)).distinct()
    # Each half stops by itself, so that a page reads a page and not everything open.
    halves = [half.order_by("id").limit(limit).subquery() for half in (held, still)]
    ids = sa.union(*(sa.select(half.c.id) for half in halves)).order_by("id").limit(limit)
    wanted = sa.select(events.doc).where(events.id.in_(ids)).order_by(events.id)
    return [EVENTS.read(row[0]) for row in conn.execute(wanted)]


def reports_of(conn: sa.Connection, event_id: str) -> list[Report]:
    """What was said about it, by those too that were events of their own before they became part of it."""
    parts = conn.execute(sa.select(tables.EVENTS.c.id).where(tables.EVENTS.c.part_of == event_id)).scalars()
    return [one.report for one in REPORTS.load(conn, "event_id", [event_id, *parts], lock=False)]


def offer_times(conn: sa.Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """When each hand-off's latest offer left the mesh and when its receipt came back (X-Road's first two times)."""
    found = conn.execute(
        sa.select(OUTBOX.c.subject, OUTBOX.c.sent_at, OUTBOX.c.receipt_at)
        .where(OUTBOX.c.subject.in_(list(ids)), OUTBOX.c.exchange == "", OUTBOX.c.type == "handoff.offered.v1")
        .order_by(OUTBOX.c.seq)
    )
    return {row.subject: {"sent_at": row.sent_at, "received_at": row.receipt_at} for row in found}


def told(conn: sa.Connection, subject: str) -> list[dict[str, Any]]:
    """What went straight to departments about ``subject``: to whom, when, of which type, and what it said."""
    said = conn.execute(
        sa.select(OUTBOX.c.routing_key, OUTBOX.c.type, OUTBOX.c.at, OUTBOX.c.body)
        .where(OUTBOX.c.subject == subject, OUTBOX.c.exchange == "", OUTBOX.c.routing_key.startswith("dept."))
        .order_by(OUTBOX.c.seq)
    )
    return [
        {
            "dept": row.routing_key.removeprefix("dept."),
            "type": row.type,
            "at": row.at,
            "data": json.loads(row.body)["data"],
        }
        for row in said
    ]


def list_events(
    conn: sa.Connection,
    *,
    state: str | None,
    holder: str | None,
    closed_since: datetime | None,
    limit: int,
    cursor: str | None,
) -> Page[Event]:
    """Events, the latest first; ``holder`` a desk, or ``dept:<code>`` for what a department has a task of or verifies.

    With ``closed_since``: those closed after it, in the order of closing.
    """
    wanted = sa.select(tables.EVENTS.c.doc)
    closed = tables.EVENTS.c.closed_at
    order = Order(tables.EVENTS.c.id, tables.EVENTS.c.opened_at, latest=True)
    if closed_since:
        wanted = wanted.where(closed > sa.literal(closed_since, closed.type))
        order = Order(tables.EVENTS.c.id, closed)
    if state:
        wanted = wanted.where(tables.EVENTS.c.state == state)
    if holder and holder.startswith("dept:"):
        held = sa.select(tables.HANDOFFS.c.event_id).where(tables.HANDOFFS.c.holder == holder)
        wanted = wanted.where(tables.EVENTS.c.id.in_(held) | (tables.EVENTS.c.holder == holder))
    elif holder:
        wanted = wanted.where(tables.EVENTS.c.holder == holder)
    return listed(conn, wanted, order, limit, cursor).of(EVENTS.read)


def list_reports(conn: sa.Connection, *, source: str | None, limit: int, cursor: str | None) -> Page[StoredReport]:
    """Reports, the latest first; of one source if asked."""
    wanted = sa.select(tables.REPORTS.c.doc)
    if source:
        wanted = wanted.where(tables.REPORTS.c.source == source)
    return listed(conn, wanted, Order(tables.REPORTS.c.id, latest=True), limit, cursor).of(REPORTS.read)


def list_handoffs(
    conn: sa.Connection, *, dept: str | None, state: str | None, limit: int, cursor: str | None
) -> Page[HandOff]:
    """Hand-offs: those that are open by the earliest time first, then those that have ended, the latest first."""
    wanted = sa.select(tables.HANDOFFS.c.doc)
    if dept:
        wanted = wanted.where(tables.HANDOFFS.c.dept == dept)
    if state:
        wanted = wanted.where(tables.HANDOFFS.c.state == state)
    order = Order(tables.HANDOFFS.c.id, tables.HANDOFFS.c.late_at, rest=True)
    return listed(conn, wanted, order, limit, cursor).of(HANDOFFS.read)


__all__ = [
    "CLAIMS",
    "EVENTS",
    "HANDOFFS",
    "KEYS",
    "KINDS",
    "OPERATIONS",
    "ORDERS",
    "PEOPLE",
    "PROJECTS",
    "REPORTS",
    "REVISITS",
    "STEWARDSHIPS",
    "SURGES",
    "VISITS",
    "MatterKey",
    "Person",
    "StoredReport",
    "StoredSurge",
    "event",
    "handoff",
    "handoffs_of",
    "handoffs_of_all",
    "late_at",
    "list_events",
    "list_handoffs",
    "list_reports",
    "offer_times",
    "open_events",
    "reports_of",
    "told",
]
