"""A late service catches up by itself: the speakers feed it from their archive (the outbox) through a cursor.

At its first start a service asks each speaker it hears (``archive.wanted.v1``); the speaker publishes
everything of those types it ever said straight to the asker's queue, page by page.  Where the broker
forgets (the embedded profile), every start asks for what the inbox has not got.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import sqlalchemy as sa

from govmesh import bulk
from govmesh.broker.port import BrokerAway, Outgoing, Publisher
from govmesh.database import Database
from govmesh.sender import DEADLINE_SECONDS

PAGE = 500


def begin(conn: sa.Connection, queue: str, types: Sequence[str], place: str, after: int = 0) -> None:
    """Write down that ``queue`` wants the archive; asking again starts it over."""
    upto = conn.execute(sa.text("SELECT coalesce(max(seq), 0) FROM outbox")).scalar_one()
    conn.execute(
        sa.text(
            "INSERT INTO feeds (queue, place, types, cursor, upto) VALUES (:queue, :place, :types, :after, :upto)"
            " ON CONFLICT (queue) DO UPDATE SET types = excluded.types, cursor = excluded.cursor, upto = excluded.upto"
        ),
        {"queue": queue, "place": place, "types": json.dumps(sorted(types)), "after": after, "upto": upto},
    )


def advance(database: Database, publisher: Publisher) -> int:
    """Send one page of each open feed; how many messages went out."""
    with database.read() as conn:
        feeds = conn.execute(sa.text("SELECT queue, types, cursor, upto FROM feeds WHERE cursor < upto")).all()
    sent = 0
    for feed in feeds:
        with database.read() as conn:
            rows = conn.execute(
                sa.text(
                    "SELECT seq, id, type, body FROM outbox WHERE seq > :cursor AND seq <= :upto AND exchange <> ''"
                    f" AND {bulk.among(conn, 'type')} ORDER BY seq LIMIT {PAGE}"
                ),
                {"cursor": feed.cursor, "upto": feed.upto, "keys": bulk.keys(conn, json.loads(feed.types))},
            ).all()
        messages = [
            Outgoing(id=r.id, exchange="", routing_key=feed.queue, body=r.body.encode(), type=r.type) for r in rows
        ]
        try:
            outcome = publisher.publish(messages, DEADLINE_SECONDS)
        except BrokerAway:
            return sent
        if any(row.id not in outcome.confirmed for row in rows):
            continue
        sent += len(rows)
        cursor = rows[-1].seq if len(rows) == PAGE else feed.upto
        with database.write() as conn:
            sql = sa.text("UPDATE feeds SET cursor = :next WHERE queue = :queue AND cursor = :cursor")
            conn.execute(sql, {"next": cursor, "queue": feed.queue, "cursor": feed.cursor})
    return sent


def unheard(
    speaker: Database, hearer: Database, types: Sequence[str], after: int, most: int = PAGE
) -> tuple[list[Outgoing], int]:
    """A page of the speaker's archive after ``after``: what the hearer's inbox has not got; the last seq looked at."""
    with speaker.read() as conn:
        rows = conn.execute(
            sa.text(
                "SELECT seq, id, type, routing_key, body FROM outbox"
                f" WHERE seq > :after AND exchange <> '' AND {bulk.among(conn, 'type')} ORDER BY seq LIMIT :most"
            ),
            {"after": after, "most": most, "keys": bulk.keys(conn, list(types))},
        ).all()
    if not rows:
        return [], after
    with hearer.read() as conn:
        found = conn.execute(
            sa.text(f"SELECT id FROM inbox WHERE {bulk.among(conn, 'id')}"),
            {"keys": bulk.keys(conn, [row.id for row in rows])},
        )
        there = {row[0] for row in found}
        found = conn.execute(
            sa.text(f"SELECT id FROM parking WHERE {bulk.among(conn, 'id')}"),
            {"keys": bulk.keys(conn, [row.id for row in rows])},
        )
        there |= {row[0] for row in found}
    missing = [
        Outgoing(id=row.id, exchange="", routing_key="", body=row.body.encode(), type=row.type)
        for row in rows
        if row.id not in there
    ]
    return missing, rows[-1].seq


def unreceipted(database: Database) -> int:
    """Make every message to a department without a receipt unsent again; how many.

    For brokers that forget: the departments recognise what they have had.
    """
    with database.write() as conn:
        done = conn.execute(
            sa.text(
                "UPDATE outbox SET sent_at = NULL, lease_until = '1970-01-01T00:00:00.000000+00:00'"
                " WHERE exchange = '' AND receipt_at IS NULL AND sent_at IS NOT NULL"
            )
        )
        return done.rowcount
