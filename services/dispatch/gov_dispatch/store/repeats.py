"""Where the like of a matter are looked for: by class, town and time, and by who reported."""

from __future__ import annotations

import sqlalchemy as sa

from gov_dispatch import tables
from gov_dispatch.store import EVENTS
from govcore.events.event import Event
from govcore.events.repeats import Block


def candidates(conn: sa.Connection, block: Block, around: Event, most: int) -> list[Event]:
    """Open or ended matters of the block, half of them before ``around`` and half after, the nearest in time first."""
    table = tables.EVENTS
    like = table.c.class_code.is_(None) if block.class_code is None else table.c.class_code == block.class_code
    at, kind = sa.literal(around.opened_at, table.c.opened_at.type), table.c.opened_at.type
    found: list[Event] = []
    for near, order in (
        (
            (table.c.opened_at <= at) & (table.c.opened_at >= sa.literal(block.since, kind)),
            table.c.opened_at.desc(),
        ),
        ((table.c.opened_at > at) & (table.c.opened_at <= sa.literal(block.until, kind)), table.c.opened_at),
    ):
        wanted = sa.select(table.c.doc).where(like, near, table.c.state.not_in(("attached", "void")))
        if block.place:
            inside = table.c.place.startswith(block.place + ".", autoescape=True)
            wanted = wanted.where((table.c.place == block.place) | inside)
        rows = conn.execute(wanted.order_by(order).limit(most // 2 + 1)).scalars()
        found += [EVENTS.read(doc) for doc in rows]
    return found


def of_same_reporter(conn: sa.Connection, event_id: str, most: int) -> list[Event]:
    """Matters somebody reported who reported this one, by the blind index of telephone or handle; the latest first."""
    people = tables.PEOPLE
    mine = conn.execute(
        sa.select(people.c.phone_index, people.c.handle_index).where(people.c.event_id == event_id)
    ).all()
    phones = [row.phone_index for row in mine if row.phone_index]
    handles = [row.handle_index for row in mine if row.handle_index]
    if not phones and not handles:
        return []
    whose = (
        sa.select(people.c.event_id)
        .where(people.c.phone_index.in_(phones) | people.c.handle_index.in_(handles))
        .order_by(people.c.id.desc())
        .limit(most)
    )
    ids = set(conn.execute(whose).scalars()) - {event_id}
    return [one for one in EVENTS.load(conn, "id", sorted(ids), lock=False) if one.state not in ("attached", "void")]
