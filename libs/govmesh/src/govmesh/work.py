"""The unit of work of one batch: an identity map, and a view of it for each message.

A handler sees one :class:`Work`: it loads, asks the domain, puts and says.  What it did counts only
when it returns; when it raises, its view is thrown away and the neighbours' changes stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from pydantic import BaseModel

from govcore.messages import Message, Payload
from govmesh.clock import Traces, span_id, stamp, trace_id
from govmesh.kinds import Kind

A = TypeVar("A", bound=BaseModel)
Need = tuple[Kind[Any], str, Any]
"""(kind, column, value): load every aggregate of the kind whose column has the value."""

Shown = Callable[[str, Payload], Payload]
"""What a queue gets of a payload that goes straight to it."""

__all__ = ["Batch", "Need", "Shown", "Work", "whole"]


def whole(_queue: str, data: Payload) -> Payload:
    """Every queue gets the whole of what goes to it."""
    return data


@dataclass(slots=True)
class Batch:
    """What a batch has loaded and will write, over one transaction."""

    conn: sa.Connection
    service: str
    kinds: tuple[Kind[Any], ...]
    now: datetime
    ids: Any
    traces: Traces
    lease_until: str
    shown: Shown = whole
    loaded: dict[Kind[Any], dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    stored: dict[Kind[Any], set[str]] = field(default_factory=lambda: defaultdict(set))
    asked: dict[tuple[Kind[Any], str, Any], set[str]] = field(default_factory=dict)
    works: list[Work] = field(default_factory=list)
    """What each message's handler did, in their order; what is left of them after the flush is what was written."""
    ended: set[str] = field(default_factory=set)
    """Timers that fired and go, whatever their handlers said."""
    _rows: dict[int, dict[str, Any]] = field(default_factory=dict)

    def load(self, needs: Iterable[Need]) -> None:
        """One query a table, tables in the service's fixed order, rows in id order."""
        wanted: dict[Kind[Any], dict[str, set[Any]]] = defaultdict(lambda: defaultdict(set))
        for kind, column, value in needs:
            if value is not None and (kind, column, value) not in self.asked:
                wanted[kind][column].add(value)
        for kind in self.kinds:
            if kind in wanted:
                self._load(kind, wanted[kind])

    def _load(self, kind: Kind[Any], wanted: dict[str, set[Any]]) -> None:
        have = self.loaded[kind]
        for column, values in wanted.items():
            for value in values:
                self.asked[kind, column, value] = set()
        found = kind.lock(self.conn, wanted)
        for aggregate in found:
            have.setdefault(aggregate.id, aggregate)
            self.stored[kind].add(aggregate.id)
        for column in wanted:
            for aggregate in found if column == "id" else have.values():
                key = (kind, column, getattr(aggregate, column, None))
                if key in self.asked:
                    self.asked[key].add(aggregate.id)

    def merge(self, work: Work) -> None:
        """Take over what one message's handler did."""
        for kind, changed in work.changed.items():
            self.loaded[kind].update(changed)
            for column in kind.lookups:
                for aggregate in changed.values():
                    key = (kind, column, getattr(aggregate, column))
                    if key in self.asked:
                        self.asked[key].add(aggregate.id)
        self.works.append(work)

    def row(self, kind: Kind[A], aggregate: A) -> dict[str, Any]:
        """The aggregate as it lies in its table, made once however often the batch is written."""
        found = self._rows.get(id(aggregate))
        if found is None:
            found = self._rows[id(aggregate)] = kind.row(aggregate)
        return found

    @property
    def outbox(self) -> list[dict[str, Any]]:
        return [row for work in self.works for row in work.outbox]


class Work:
    """One message's view of its batch: what a handler may ask and do."""

    __slots__ = ("_batch", "changed", "extras", "history", "message", "outbox", "result", "seen", "timers", "user")

    def __init__(self, batch: Batch, message: Message[Any], user: str | None) -> None:
        self._batch = batch
        self.message = message
        self.user = user
        """Whom the broker says a command is from (``dept.gongan``); None inside the mesh."""
        self.changed: dict[Kind[Any], dict[str, Any]] = defaultdict(dict)
        self.outbox: list[dict[str, Any]] = []
        self.history: list[dict[str, Any]] = []
        self.timers: dict[str, dict[str, Any] | None] = {}
        self.extras: list[Callable[[sa.Connection], None]] = []
        """Mesh-owned statements to run at the flush, before its rows are written (receipts, feeds)."""
        self.seen: set[tuple[Kind[Any], str]] = set()
        """What it looked at: who looked at something that was not to be is wrong with it."""
        self.result: Any = None
        """What a local caller (HTTP) gets back."""

    @property
    def now(self) -> datetime:
        return self._batch.now

    def new_id(self, prefix: str) -> str:
        return str(self._batch.ids.new(prefix))

    def new_trace(self) -> str:
        return self._batch.traces.start()

    def get(self, kind: Kind[A], key: str | None) -> A | None:
        """The aggregate with this id, as this message sees it."""
        if key is None:
            return None
        self.seen.add((kind, key))
        if (mine := self.changed.get(kind)) and key in mine:
            return mine[key]  # type: ignore[no-any-return]
        have = self._batch.loaded[kind]
        if key not in have and (kind, "id", key) not in self._batch.asked:
            self._batch.load([(kind, "id", key)])
        return have.get(key)

    def find(self, kind: Kind[A], column: str, value: Any) -> list[A]:
        """All aggregates whose ``column`` has ``value``, as this message sees them, in id order."""
        if value is None:
            return []
        key = (kind, column, value)
        if key not in self._batch.asked:
            self._batch.load([key])
        have, mine = self._batch.loaded[kind], self.changed.get(kind, {})
        ids = self._batch.asked[key] | set(mine)
        self.seen.update((kind, i) for i in ids)
        found = [mine.get(i) or have[i] for i in sorted(ids)]
        return [aggregate for aggregate in found if getattr(aggregate, column) == value]

    def receipted(self, subject: str, queue: str) -> bool:
        """Whether ``queue`` has receipted the latest message about ``subject`` sent straight to it."""
        sql = (
            "SELECT receipt_at IS NOT NULL FROM outbox"
            " WHERE subject = :subject AND exchange = '' AND routing_key = :queue ORDER BY seq DESC LIMIT 1"
        )
        found = self._batch.conn.execute(sa.text(sql), {"subject": subject, "queue": queue}).scalar()
        return bool(found)

    def put(self, kind: Kind[A], aggregate: A) -> None:
        """This is how it stands now (new or changed)."""
        self.changed[kind][aggregate.id] = aggregate  # type: ignore[attr-defined]

    def say(
        self,
        data: Payload,
        *,
        subject: str,
        version: int,
        place: str,
        dept: str | None = None,
        to: tuple[str, ...] = (),
        topic: bool = True,
        trace: str | None = None,
    ) -> Message[Any]:
        """Say a message when this commits.

        To the service's topic exchange unless ``topic`` is False, and straight to each queue in ``to``
        by an outbox row of its own.  ``trace`` starts from another trace than the handled message's.
        """
        batch = self._batch
        message = Message(
            id=batch.ids.new("m"),
            source=f"/{batch.service}",
            subject=subject,
            version=version,
            place=place,
            time=batch.now,
            trace=batch.traces.child(trace or self.message.trace),
            data=data,
            dept=dept,
            cause=self.message.id,
        )
        body = message.encode().decode()
        if topic:
            self.outbox.append(self._row(message, body, f"{batch.service}.events", message.routing_key))
        for queue in to:
            shown = batch.shown(queue, data)
            own = body if shown is data else replace(message, data=shown).encode().decode()
            self.outbox.append(self._row(message, own, "", queue))
        return message

    def _row(self, message: Message[Any], body: str, exchange: str, routing_key: str) -> dict[str, Any]:
        return {
            "id": message.id if exchange else f"{message.id}@{routing_key}",
            "type": message.type,
            "subject": message.subject,
            "place": message.place,
            "exchange": exchange,
            "routing_key": routing_key,
            "trace": trace_id(message.trace),
            "body": body,
            "at": stamp(self._batch.now),
            "lease_until": self._batch.lease_until,
        }

    def ask(self, service: str, data: Payload, *, subject: str, place: str) -> None:
        """Send a command to another service's command exchange when this commits."""
        message = Message(
            id=self._batch.ids.new("m"),
            source=f"/{self._batch.service}",
            subject=subject,
            version=0,
            place=place,
            time=self._batch.now,
            trace=self._batch.traces.child(self.message.trace),
            data=data,
            cause=self.message.id,
        )
        self.outbox.append(self._row(message, message.encode().decode(), f"{service}.commands", f"mesh.{data.type}"))

    def note(
        self,
        subject: str,
        kind: str,
        *,
        place: str,
        from_state: str | None = None,
        to_state: str | None = None,
        holder: str | None = None,
        actor: str | None = None,
        reason: str | None = None,
        trace: str | None = None,
    ) -> None:
        """Write a history row: append-only, committed with the state."""
        message, context = self.message, trace or self.message.trace
        self.history.append(
            {
                "at": stamp(self._batch.now),
                "said_at": stamp(message.time),
                "trace": trace_id(context),
                "span": span_id(message.trace),
                "parent": message.cause,
                "message": message.id,
                "type": message.data.type,
                "subject": subject,
                "kind": kind,
                "place": place,
                "from_state": from_state,
                "to_state": to_state,
                "holder": holder,
                "actor": actor or self.user or message.source,
                "reason": reason,
            }
        )

    def promise(self, key: str, due: datetime, kind: str, *, subject: str, place: str, data: str = "") -> None:
        """A durable timer: at ``due`` the service hears ``timer.fired`` of this ``kind``, once.

        The same ``key`` again replaces it; :meth:`forget` takes it back.
        """
        self.timers[key] = {
            "id": key,
            "due_at": stamp(due),
            "kind": kind,
            "subject": subject,
            "place": place,
            "trace": self.message.trace,
            "cause": self.message.id,
            "data": data,
        }

    def forget(self, key: str) -> None:
        """Take a promise back."""
        self.timers[key] = None
