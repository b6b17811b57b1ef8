"""The hop: take messages → recognise repeats → rule → commit → confirmed publish → mark → ack.

A plain step machine: :meth:`Hop.steps` yields the name of the point it has reached, so that a driver
may count, time or kill there.  It knows no nameko, no eventlet and no threads; database, publisher,
clock, ids and chance are handed in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from math import isqrt
from typing import Any

import sqlalchemy as sa

from govcore.errors import Refusal
from govcore.messages import Message, Payload
from govcore.ports import Clock, Ids
from govmesh import bulk, crash, parking, tables
from govmesh.clock import Traces, stamp, trace_id, wall_after
from govmesh.database import BadData, Clash, Database, DatabaseAway
from govmesh.flush import Part, finish
from govmesh.handlers import On, TimerFired
from govmesh.items import TIMERS, Item
from govmesh.kinds import Kind
from govmesh.logs import place_of
from govmesh.sender import LEASE_SECONDS, Sender
from govmesh.work import Batch, Shown, Work, whole

POINTS = ("taken", "before-commit", "committed", "before-publish", "published", "marked", "acked")
"""The points a hop passes, in order; each is a place where a kill must lose and double nothing."""

TRIES = 3
"""How often a part of a batch is run where the database lets it lose a race."""
Refuse = Callable[[Work, Item, Refusal], None]


class Hop:
    """Handles batches for one service."""

    def __init__(
        self,
        service: str,
        database: Database,
        sender: Sender,
        kinds: Sequence[Kind[Any]],
        handlers: Sequence[On],
        clock: Clock,
        ids: Ids,
        traces: Traces,
        refuse: Refuse,
        crash_at: str | None = None,
        log: Any = None,
        after: Callable[[Work], None] | None = None,
        shown: Shown = whole,
    ) -> None:
        self.service = service
        self.database = database
        self.sender = sender
        self.kinds = tuple(kinds)
        self.handlers: Mapping[type[Payload], On] = {on.hears: on for on in handlers}
        self.clock, self.ids, self.traces = clock, ids, traces
        self._refuse, self._crash, self._log, self._after = refuse, crash_at, log, after
        self._shown = shown

    def steps(self, items: Sequence[Item], ack: Callable[[], None]) -> Iterator[str]:
        """Handle ``items``; call ``ack`` once they are safe.

        Raises ``DatabaseAway`` (the items come again; what was committed of them is recognised then),
        ``BrokerAway`` from ``ack``.
        """
        yield "taken"
        rows: list[dict[str, Any]] = []
        parts: deque[Part] = deque([Part(list(items))])
        while parts:
            part, clashes, last = parts.popleft()
            try:
                with self.database.write() as conn:
                    batch = self._open(conn)
                    whose = self._handle(batch, part)
                    again = finish(batch, whose, part, last=last)
                    yield "before-commit"
            except Clash:
                if clashes == TRIES - 1:
                    raise
                parts.appendleft(Part(part, clashes + 1, last))
                continue
            except DatabaseAway:
                raise
            except Exception as error:
                size = isqrt(len(part))  # dearer by two rounds of the batch, where halving would take one a level
                if len(part) > 1:
                    parts.extendleft([Part(part[at : at + size]) for at in range(0, len(part), size)][::-1])
                elif not last:  # two had the same new key: this time it sees the other's row
                    parts.appendleft(Part(part, last=True))
                else:
                    self._alone(part[0], error)
                continue
            yield "committed"
            parts.extend(again)
            rows += batch.outbox
        yield "before-publish"
        confirmed = self.sender.publish(rows)
        yield "published"
        with suppress(DatabaseAway, BadData):  # committed and sent: unmarked, the relay sends it once more
            self.sender.mark(confirmed)
        yield "marked"
        ack()
        yield "acked"

    def run(self, items: Sequence[Item], ack: Callable[[], None] = lambda: None) -> None:
        """All the steps at once."""
        for point in self.steps(items, ack):
            if self._crash:
                crash.maybe(self._crash, self.service, point, items)
        if self._log is not None:
            self._tell(items)

    def _tell(self, items: Sequence[Item]) -> None:
        """Log what went wrong, by ids; never what a message said."""
        for item in items:
            if item.error or item.refusal:
                message = item.message
                self._log.warning(
                    "message failed" if item.error else "message refused",
                    message_id=item.key,
                    type=item.type,
                    subject=message.subject if message else None,
                    trace=trace_id(message.trace) if message else None,
                    code=item.refusal.code if item.refusal else "MESH_HANDLER_FAILED",
                    error=item.error,
                    tries=item.tries + 1,
                )

    def _open(self, conn: sa.Connection) -> Batch:
        return Batch(
            conn=conn,
            service=self.service,
            kinds=self.kinds,
            now=self.clock.now(),
            ids=self.ids,
            traces=self.traces,
            lease_until=wall_after(LEASE_SECONDS),
            shown=self._shown,
        )

    def _handle(self, batch: Batch, items: list[Item]) -> dict[Work, Item]:
        """Run the handlers; whose work is whose."""
        new = self._recognise(batch, items)
        self._load(batch, new)
        if any(item.queue == TIMERS for item in new):
            self._hold_timers(batch, new)
        return {work: item for item in new if not item.repeat and (work := self._one(batch, item)) is not None}

    def _load(self, batch: Batch, items: Sequence[Item]) -> None:
        """Everything the batch needs, with one query a table and column."""
        known = [(item.message, self.handlers[type(item.message.data)]) for item in items if item.message]
        wanted: dict[tuple[Kind[Any], str], set[str]] = {}
        for message, on in known:
            if on.via and (key := on.via.key(message)):
                wanted.setdefault((on.via.kind, on.via.column), set()).add(key)
        found = {(kind, column): kind.peek(batch.conn, column, sorted(keys)) for (kind, column), keys in wanted.items()}
        batch.load(
            need
            for message, on in known
            for need in on.needs(
                message, found.get((on.via.kind, on.via.column), {}).get(on.via.key(message) or "") if on.via else None
            )
        )

    def _recognise(self, batch: Batch, items: list[Item]) -> list[Item]:
        """Write the inbox; the items seen for the first time.

        A parked item is recognised by its row in the parking table, a timer by its promise: whoever holds
        that row has it, and nobody after him.
        """
        now, first = stamp(batch.now), {}
        for item in items:
            item.error, item.bad_rows, item.repeat, item.result = None, False, False, None
            if item.message is not None:
                item.refusal = None
            if item.key in first:
                item.repeat = True
                continue
            first[item.key] = item
        new = bulk.insert_new(
            batch.conn, tables.INBOX, [_inbox(i, now) for i in first.values() if not i.parked and i.queue != TIMERS]
        )
        new |= parking.hold(batch.conn, [i.key for i in first.values() if i.parked])
        for item in first.values():
            item.repeat = item.key not in new and (item.parked or item.queue != TIMERS)
        return [item for item in items if not item.repeat]

    def _one(self, batch: Batch, item: Item) -> Work | None:
        """Run the handler; its work where that counts."""
        message = item.message or _unread(item, batch)
        work = Work(batch, message, item.user)
        timer = message.data.timer if isinstance(message.data, TimerFired) else None
        try:
            if item.message is None:
                assert item.refusal is not None
                raise item.refusal
            if timer is not None:
                work.forget(timer)
            self.handlers[type(message.data)].do(message, work)
            if self._after is not None:
                self._after(work)
        except Refusal as refusal:
            item.refusal = refusal
            if item.is_command and item.user:
                work = Work(batch, message, item.user)
                self._refuse(work, item, refusal)
                item.result = item.result or {"refused": refusal.code}
                batch.merge(work)
                return work
            if timer is not None:
                batch.ended.add(timer)
        except Exception as error:
            item.error = place_of(error)
            if timer is not None:
                batch.ended.add(timer)
        else:
            batch.merge(work)
            item.result = work.result
            return work
        return None

    def _hold_timers(self, batch: Batch, items: list[Item]) -> None:
        """A promise that was kept, taken back or moved since it was claimed does not fire."""
        timers = {timer: item for item in items if (timer := item.timer)}
        lock = " FOR UPDATE" if bulk.is_postgres(batch.conn) else ""
        found = batch.conn.execute(
            sa.text(f"SELECT id, due_at FROM timers WHERE {bulk.among(batch.conn, 'id')} ORDER BY id{lock}"),
            {"keys": bulk.keys(batch.conn, sorted(timers))},
        )
        due = {row[0]: row[1] if isinstance(row[1], str) else stamp(row[1]) for row in found}
        for key, item in timers.items():
            assert item.message is not None
            if due.get(key) != stamp(item.message.data.due_at):
                item.repeat = True

    def _alone(self, item: Item, error: Exception) -> None:
        """One message that cannot be loaded, or whose rows the database would not take."""
        item.bad_rows, item.result = isinstance(error, BadData), None
        item.error = f"BadData: {error}" if item.bad_rows else place_of(error)
        if item.is_local:
            return
        with self.database.write() as conn:
            now = self.clock.now()
            if timer := item.timer:
                bulk.delete(conn, tables.TIMERS, [timer])
            elif not item.parked:
                bulk.insert_new(conn, tables.INBOX, [_inbox(item, stamp(now))])
            parking.record(conn, [item], now)


def _inbox(item: Item, at: str) -> dict[str, Any]:
    place = item.message.place if item.message else ""
    return {"id": item.key, "type": item.type or "?", "place": place, "at": at}


def _unread(item: Item, batch: Batch) -> Message[Any]:
    """Stands in for a message that could not be read, so that its refusal has a cause and a trace."""
    data = _Unread.model_construct()
    return Message(
        id=item.key,
        source="/?",
        subject="?",
        version=0,
        place="",
        time=batch.now,
        trace=batch.traces.start(),
        data=data,
    )


class _Unread(Payload):
    type = "message.unread.v1"
