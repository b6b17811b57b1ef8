"""Messages that failed: kept here with their tries, retried with back-off, then parked for a person.

The tries are counted in the database, not by the broker, so that a crash of the process never counts
against a healthy message (ADR 0003).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from govcore.errors import Refusal
from govcore.messages import Catalogue
from govmesh import bulk
from govmesh.clock import stamp, trace_id, wall, wall_after
from govmesh.database import Database
from govmesh.items import Item, decode
from govmesh.tables import PARKING

MOST_TRIES = 5
MOST_TRIES_BAD_ROWS = 2
"""What the database has refused twice it will refuse again."""
BACK_OFF_SECONDS = (0.5, 2.0, 8.0, 30.0)
"""The wait after the first, second … failure."""

_UPSERT = """
INSERT INTO parking (id, state, queue, type, subject, place, trace, sender, body, tries,
 code, field, error, first_at, last_at, next_at)
VALUES (:id, :state, :queue, :type, :subject, :place, :trace, :sender, :body, :tries,
 :code, :field, :error, :at, :at, :next_at)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, tries = excluded.tries, code = excluded.code,
 field = excluded.field,
  error = excluded.error, last_at = excluded.last_at, next_at = excluded.next_at
"""


def record(conn: sa.Connection, items: Sequence[Item], now: datetime) -> None:
    """Keep failed items: to be tried again, or parked at once where trying again cannot help."""
    for item in items:
        tries = item.tries + 1
        again = item.error is not None and tries < (MOST_TRIES_BAD_ROWS if item.bad_rows else MOST_TRIES)
        refusal = item.refusal if item.error is None else None
        message = item.message
        conn.execute(
            sa.text(_UPSERT),
            {
                "id": item.key,
                "state": "retry" if again else "parked",
                "queue": item.queue,
                "type": message.type if message else None,
                "subject": message.subject if message else None,
                "place": message.place if message else "",
                "trace": trace_id(message.trace) if message else None,
                "sender": item.user,
                "body": item.body(),
                "tries": tries,
                "code": refusal.code if refusal else "MESH_HANDLER_FAILED",
                "field": plain(refusal.field) if refusal and refusal.field else None,
                "error": item.error,
                "at": stamp(now),
                "next_at": wall_after(BACK_OFF_SECONDS[tries - 1]) if again else None,
            },
        )


def plain(text: str) -> str:
    """What any database keeps as text, and not more of it than a person reads."""
    return text[:200].replace("\x00", "\ufffd").encode(errors="replace").decode()


def hold(conn: sa.Connection, keys: Sequence[str]) -> set[str]:
    """Those of ``keys`` that are still to be tried again, held until the transaction ends."""
    if not keys:
        return set()
    lock = " FOR UPDATE" if bulk.is_postgres(conn) else ""
    sql = f"SELECT id FROM parking WHERE {bulk.among(conn, 'id')} AND state = 'retry' ORDER BY id{lock}"
    return {row[0] for row in conn.execute(sa.text(sql), {"keys": bulk.keys(conn, sorted(keys))})}


def settle(conn: sa.Connection, keys: Sequence[str]) -> None:
    """These have been handled after all."""
    bulk.delete(conn, PARKING, list(keys))


@dataclass(frozen=True, slots=True)
class Parked:
    """A message that stands in the parking table; its body is not shown."""

    id: str
    state: str
    queue: str
    type: str | None
    subject: str | None
    place: str
    trace: str | None
    sender: str | None
    tries: int
    code: str
    field: str | None
    error: str | None
    first_at: datetime
    last_at: datetime


_SHOWN = sa.select(*(PARKING.c[name] for name in Parked.__slots__))


class Parking:
    """What ops may do with messages that failed."""

    def __init__(self, database: Database, catalogues: Mapping[str, Catalogue]) -> None:
        self._database = database
        self._catalogues = catalogues

    def due(self, most: int = 200) -> list[Item]:
        """Claim messages whose next try has come."""
        with self._database.write() as conn:
            skip = " FOR UPDATE SKIP LOCKED" if bulk.is_postgres(conn) else ""
            found = conn.execute(
                sa.text(
                    "SELECT id, queue, sender, body, tries FROM parking WHERE state = 'retry' AND next_at <= :now"
                    f" ORDER BY next_at LIMIT :most{skip}"
                ),
                {"now": wall(), "most": most},
            ).all()
            if found:
                conn.execute(
                    sa.text(f"UPDATE parking SET next_at = :until WHERE {bulk.among(conn, 'id')}"),
                    {"until": wall_after(30.0), "keys": bulk.keys(conn, [row.id for row in found])},
                )
        items = []
        for row in found:
            item = Item(key=row.id, queue=row.queue, raw=bytes(row.body), user=row.sender, parked=True, tries=row.tries)
            decode(item, self._catalogues.get(row.queue) or Catalogue())
            items.append(item)
        return items

    def list(self, state: str | None = None, most: int = 200) -> list[Parked]:
        """The oldest first."""
        wanted = _SHOWN.order_by(PARKING.c.first_at).limit(most)
        with self._database.read() as conn:
            found = conn.execute(wanted.where(PARKING.c.state == state) if state else wanted)
            return [Parked(**row) for row in found.mappings()]

    def replay(self, key: str) -> Parked:
        """Try it again now, with its tries forgotten."""
        return self._set(key, "retry", tries=0, next_at=wall())

    def drop(self, key: str) -> Parked:
        """Give it up; the row stays as a record."""
        return self._set(key, "dropped", tries=None, next_at=None)

    def _set(self, key: str, state: str, tries: int | None, next_at: str | None) -> Parked:
        with self._database.write() as conn:
            values: dict[str, Any] = {"state": state, "next_at": next_at}
            if tries is not None:
                values["tries"] = tries
            done = conn.execute(
                sa.update(PARKING).where(PARKING.c.id == key, PARKING.c.state.in_(("parked", "retry"))).values(values)
            )
            if done.rowcount != 1:
                raise Refusal("PARKED_UNKNOWN", field="id", value=key)
            row = conn.execute(_SHOWN.where(PARKING.c.id == key)).mappings().one()
            return Parked(**row)

    def counts(self) -> dict[str, int]:
        """How many stand in each state."""
        with self._database.read() as conn:
            found = conn.execute(sa.text("SELECT state, count(*) FROM parking GROUP BY state"))
            return {row[0]: row[1] for row in found}
