"""How posts, their holders, absences and uncovered areas are kept, and what is looked up of them."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter

import sqlalchemy as sa

from gov_grid import tables
from govcore.persons import Away, Holding, Hole, PostLife
from govmesh.kinds import Kind
from govmesh.paging import after, mark
from govmesh.stalled import Finding
from govmesh.tables import TIMERS

POSTS = Kind(tables.POSTS, PostLife, {name: attrgetter(name) for name in ("area", "kind", "place")}, lookups=("area",))
HOLDINGS = Kind(
    tables.HOLDINGS,
    Holding,
    {name: attrgetter(name) for name in ("post", "person", "place", "since")},
    lookups=("post",),
)
ABSENCES = Kind(
    tables.ABSENCES,
    Away,
    {name: attrgetter(name) for name in ("post", "substitute", "place")},
    lookups=("post", "substitute"),
)
HOLES = Kind(
    tables.HOLES,
    Hole,
    {name: attrgetter(name) for name in ("open", "late_at", "place")},
    lookups=("open",),
)


def posts(conn: sa.Connection) -> list[PostLife]:
    """Every post that ever was."""
    return [POSTS.read(doc) for (doc,) in conn.execute(sa.select(tables.POSTS.c.doc).order_by(tables.POSTS.c.id))]


def holdings(conn: sa.Connection) -> list[Holding]:
    """Everybody who ever held a post."""
    return [HOLDINGS.read(doc) for (doc,) in conn.execute(sa.select(tables.HOLDINGS.c.doc))]


def absences(conn: sa.Connection) -> list[Away]:
    """Every absence that was ever noted."""
    return [ABSENCES.read(doc) for (doc,) in conn.execute(sa.select(tables.ABSENCES.c.doc))]


def post(conn: sa.Connection, ident: str) -> PostLife | None:
    found = POSTS.load(conn, "id", [ident], lock=False)
    return found[0] if found else None


def list_posts(
    conn: sa.Connection, *, area: str | None, kind: str | None, limit: int, offset: int
) -> list[PostLife]:  # fmt: skip
    """Posts by their ids."""
    table = tables.POSTS.c
    wanted = sa.select(table.doc).order_by(table.id).limit(limit).offset(offset)
    for column, value in ((table.area, area), (table.kind, kind)):
        wanted = wanted.where(column == value) if value else wanted
    return [POSTS.read(doc) for (doc,) in conn.execute(wanted)]


def held(conn: sa.Connection, *, post: str | None = None, person: str | None = None) -> list[Holding]:
    """Who held a post, or which posts a person held, the earliest first."""
    table = tables.HOLDINGS.c
    wanted = sa.select(table.doc).where(table.post == post if post is not None else table.person == person)
    return [HOLDINGS.read(doc) for (doc,) in conn.execute(wanted.order_by(table.since, table.id))]


def away(conn: sa.Connection, post: str) -> list[Away]:
    """The absences of a post, the earliest first."""
    return sorted(ABSENCES.load(conn, "post", [post], lock=False), key=lambda one: one.since)


def uncovered(conn: sa.Connection, limit: int, offset: int) -> list[Hole]:
    """Areas where nobody is on duty now, the longest first."""
    table = tables.HOLES.c
    wanted = sa.select(table.doc).where(table.late_at.is_not(None)).order_by(table.late_at, table.id)
    return [HOLES.read(doc) for (doc,) in conn.execute(wanted.limit(limit).offset(offset))]


def is_promised(conn: sa.Connection, timer: str) -> bool:
    """Whether a promise of this key waits."""
    found = conn.execute(sa.select(TIMERS.c.id).where(TIMERS.c.id == timer)).first()
    return found is not None


def late_duty(conn: sa.Connection, now: datetime, last: str | None, most: int) -> list[tuple[str, Finding]]:
    """Areas where nobody is on duty, the longest first; whoever answers above them holds it."""
    table = tables.HOLES.c
    late = sa.select(table.doc, table.late_at, table.id).where(
        table.late_at <= sa.literal(now, table.late_at.type), after(table.late_at, table.id, last)
    )
    found = []
    for row in conn.execute(late.order_by(table.late_at, table.id).limit(most)):
        one = HOLES.read(row.doc)
        holder = f"post:{one.instead}" if one.instead else f"division:{one.division}"
        detail = f"{one.name} {'/'.join(one.kinds)}"
        found.append(
            (mark(row.late_at, row.id), Finding("duty.uncovered", one.id, holder, one.since, None, one.place, detail))
        )
    return found
