"""How led projects are kept, and what boards and the stalled list look up."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter

import sqlalchemy as sa

from gov_dispatch.tables import META
from govcore.claims import Project
from govmesh.kinds import Kind
from govmesh.paging import Order, Page, after, listed, mark
from govmesh.stalled import Finding
from govmesh.tables import Moment

TABLE = sa.Table(
    "projects",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, unique=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("leader", sa.Text),
    sa.Column("late_at", Moment),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("raised_at", Moment, nullable=False),
    sa.Column("decided_at", Moment),
    sa.Column("ended_at", Moment),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("projects_state", "state", "raised_at"),
    sa.Index(
        "projects_late",
        "late_at",
        "id",
        postgresql_where=sa.text("late_at IS NOT NULL"),
        sqlite_where=sa.text("late_at IS NOT NULL"),
    ),
)
"""Led projects; ``late_at``: when the first milestone that is open is late, null unless it is led."""

_DRAWN = ("key", "state", "leader", "late_at", "place", "raised_at", "decided_at", "ended_at")
PROJECTS = Kind(TABLE, Project, {name: attrgetter(name) for name in _DRAWN}, lookups=("key",))


def project(conn: sa.Connection, key: str) -> Project | None:
    found = PROJECTS.load(conn, "id", [key], lock=False)
    return found[0] if found else None


def list_projects(
    conn: sa.Connection, *, state: str | None, leader: str | None, place: str | None, limit: int, cursor: str | None
) -> Page[Project]:
    """Projects, the latest first; ``place``: there and everywhere below it."""
    table = TABLE.c
    wanted = sa.select(table.doc)
    for column, value in ((table.state, state), (table.leader, leader)):
        wanted = wanted.where(column == value) if value else wanted
    if place:
        wanted = wanted.where((table.place == place) | table.place.startswith(place + ".", autoescape=True))
    return listed(conn, wanted, Order(table.id, table.raised_at, latest=True), limit, cursor).of(PROJECTS.read)


def led(conn: sa.Connection) -> list[Project]:
    """Every project that was decided, by id: what boards are made of."""
    table = TABLE.c
    wanted = sa.select(table.doc).where(table.decided_at.is_not(None)).order_by(table.id)
    return [PROJECTS.read(doc) for doc in conn.execute(wanted).scalars()]


def late_projects(conn: sa.Connection, now: datetime, last: str | None, most: int) -> list[tuple[str, Finding]]:
    """Projects behind their plan, the milestone that is late the longest first."""
    table = TABLE.c
    late = sa.select(table.doc, table.late_at).where(
        table.late_at < sa.literal(now, table.late_at.type), after(table.late_at, table.id, last)
    )
    return [
        (
            mark(row.late_at, one.id),
            Finding(
                kind="project.milestone",
                subject=one.id,
                holder=str(one.holder),
                since=one.held_since or one.raised_at,
                due=row.late_at,
                place=one.place,
                detail=f"{one.reached}/{len(one.milestones)}",
            ),
        )
        for row in conn.execute(late.order_by(table.late_at, table.id).limit(most))
        for one in (PROJECTS.read(row.doc),)
    ]
