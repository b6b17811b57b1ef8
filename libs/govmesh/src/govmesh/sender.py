"""Publishing what was committed: pipelined, confirmed, marked.  Used by the hop and the relay only."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from govmesh import bulk
from govmesh.broker.port import BrokerAway, Outcome, Outgoing, Publisher
from govmesh.clock import wall, wall_after
from govmesh.database import Database
from govmesh.signing import QUEUE, Signer

LEASE_SECONDS = 15.0
"""How long whoever committed a row has it for himself before the relay may take it."""
DEADLINE_SECONDS = 8.0
"""How long a publish may take, whatever the broker does."""


class Sender:
    """Sends outbox rows and marks what arrived."""

    def __init__(self, database: Database, publisher: Publisher, signer: Signer | None = None) -> None:
        self._database = database
        self._publisher = publisher
        self._signer = signer
        self._not_before = 0.0
        self.declared = True
        """False until the service's own queues are there: who has said nothing yet cannot be asked for it in vain."""

    def publish(self, rows: Sequence[Mapping[str, Any]]) -> Outcome:
        """Publish rows just committed.  A broker away is no error: the relay sends them later.

        After a publish in vain nobody tries again for as long as that one took: a broker that keeps everybody
        waiting until the deadline holds up one request, not each.
        """
        if not rows or self._waits:
            return Outcome()
        begin = time.monotonic()
        try:
            return self._publisher.publish([self._outgoing(row) for row in rows], DEADLINE_SECONDS)
        except BrokerAway as away:
            now = time.monotonic()
            self._not_before = now + (now - begin)
            return away.outcome

    def _outgoing(self, row: Mapping[str, Any]) -> Outgoing:
        """As it is published: what leaves for a department is signed."""
        body, headers, leaves = (
            row["body"].encode(),
            _NONE,
            not row["exchange"] and row["routing_key"].startswith(QUEUE),
        )
        if leaves and self._signer is not None:
            headers = self._signer.headers(body)
        return Outgoing(row["id"], row["exchange"], row["routing_key"], body, row["type"], headers)

    @property
    def _waits(self) -> bool:
        return not self.declared or time.monotonic() < self._not_before

    def mark(self, outcome: Outcome) -> None:
        """Write down what arrived.

        A topic message nobody was bound for has been sent (``heard`` False: the archive feeds a late
        hearer); a returned or refused message to a queue is still owed.
        """
        if not outcome.confirmed and not outcome.returned:
            return
        with self._database.write() as conn:
            test = bulk.among(conn, "id")
            heard, unheard = sorted(outcome.confirmed - outcome.returned), sorted(outcome.returned)
            if heard:
                conn.execute(
                    sa.text(_MARK.format(test=test, extra="")),
                    {"at": wall(), "heard": True, "keys": bulk.keys(conn, heard)},
                )
            if unheard:
                sql = _MARK.format(test=test, extra=" AND exchange <> ''")
                conn.execute(sa.text(sql), {"at": wall(), "heard": False, "keys": bulk.keys(conn, unheard)})

    def relay(self, most: int = 500) -> int:
        """Take unsent rows whose lease has run out, send and mark them; how many were taken."""
        if self._waits:
            return 0
        with self._database.write() as conn:
            skip = " FOR UPDATE SKIP LOCKED" if bulk.is_postgres(conn) else ""
            found = conn.execute(
                sa.text(
                    "SELECT seq, id, type, exchange, routing_key, body FROM outbox"
                    f" WHERE sent_at IS NULL AND lease_until < :now ORDER BY lease_until LIMIT :most{skip}"
                ),
                {"now": wall(), "most": most},
            )
            rows = [dict(row) for row in found.mappings()]
            if rows:
                conn.execute(
                    sa.text(f"UPDATE outbox SET lease_until = :until WHERE {bulk.among(conn, 'seq')}"),
                    {"until": wall_after(LEASE_SECONDS), "keys": bulk.keys(conn, [row["seq"] for row in rows])},
                )
        if rows:
            self.mark(self.publish(rows))
        return len(rows)


_MARK = "UPDATE outbox SET sent_at = :at, heard = :heard WHERE sent_at IS NULL AND {test}{extra}"
_NONE: Mapping[str, str] = {}


def owed(conn: sa.Connection) -> int:
    """Outbox rows not yet known to have arrived."""
    return int(conn.execute(sa.text("SELECT count(*) FROM outbox WHERE sent_at IS NULL")).scalar_one())
