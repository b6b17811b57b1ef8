"""What a hop takes: one item a message, from the broker, a timer, the parking table or a local call."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from govcore.errors import Refusal
from govcore.messages import Catalogue, Message
from govmesh.broker.port import Delivery

LOCAL, TIMERS = "local", "timers"
MOST_WORD = 250
"""Characters of an id, a subject, a place … in an envelope: they are keys of tables and of queues."""

MOST_ID = 80
"""Characters of a message's own id: as much as an answer or a receipt may name, and one at least."""


@dataclass(slots=True)
class Item:
    """One message on its way through a hop, and what became of it."""

    key: str
    """The id under which repeats are recognised."""
    queue: str
    raw: bytes = b""
    message: Message[Any] | None = None
    user: str | None = None
    delivery: Delivery | None = None
    parked: bool = False
    """It comes from the parking table, not from the broker."""
    tries: int = 0
    """How often it failed before."""
    refusal: Refusal | None = None
    error: str | None = None
    bad_rows: bool = False
    """It failed because the database would not take its rows."""
    repeat: bool = False
    result: Any = None

    @property
    def is_command(self) -> bool:
        return self.queue.endswith(".commands")

    @property
    def is_local(self) -> bool:
        """A command of this process itself: its caller hears what became of it."""
        return self.delivery is None and self.queue == LOCAL

    @property
    def timer(self) -> str | None:
        """The promise it is, where it is one that fell due just now."""
        return self.message.data.timer if self.queue == TIMERS and self.message and not self.parked else None

    @property
    def type(self) -> str | None:
        return self.message.type if self.message else None

    def body(self) -> bytes:
        return self.raw or (self.message.encode() if self.message else b"")


def take(deliveries: Iterable[Delivery], catalogues: Mapping[str, Catalogue], fresh: Any) -> list[Item]:
    """Deliveries to items; what does not decode carries its refusal.

    A queue has its own catalogue: what a department may command is not what the mesh may say.
    """
    items = []
    for delivery in deliveries:
        item = Item(key="", queue=delivery.queue, raw=delivery.body, user=delivery.user, delivery=delivery)
        decode(item, catalogues.get(delivery.queue) or Catalogue())
        if item.message is not None:
            item.key = f"{item.user}|{item.message.id}" if item.is_command or item.user else item.message.id
        else:
            item.key = _bad_key(delivery, fresh)
        items.append(item)
    return items


def decode(item: Item, catalogue: Catalogue) -> None:
    """Fill ``message`` or ``refusal`` from ``raw``."""
    try:
        message = catalogue.decode(item.raw)
        _fits(message)
        if b"\\u0000" in item.raw and _has_nul(message.data.model_dump(mode="json")):
            raise Refusal("MSG_BAD_DATA", field="data")
        item.message = message
    except Refusal as refusal:
        item.refusal = refusal


def _fits(message: Message[Any]) -> None:
    """Whether the envelope can be kept and indexed.  Raises ``MSG_BAD_ENVELOPE``."""
    if not 0 < len(message.id) <= MOST_ID:
        raise Refusal("MSG_BAD_ENVELOPE", field="id")
    for name in ("id", "source", "subject", "place", "trace", "dept", "cause"):
        value = getattr(message, name)
        if value is not None and (len(value) > MOST_WORD or "\x00" in value):
            raise Refusal("MSG_BAD_ENVELOPE", field=name)
    try:
        message.time.astimezone(UTC)
    except OverflowError as error:
        raise Refusal("MSG_BAD_ENVELOPE", field="time") from error


def _has_nul(value: Any) -> bool:
    """Whether a text in it has a character that PostgreSQL keeps in no text and takes in no query."""
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(map(_has_nul, value)) or any(map(_has_nul, value.values()))
    return isinstance(value, list) and any(map(_has_nul, value))


def _bad_key(delivery: Delivery, fresh: Any) -> str:
    """What cannot be read is recognised by sender, broker id and body; without an id, only if it comes back."""
    if not delivery.message_id and not delivery.redelivered:
        return str(fresh.new("bad"))
    whose = f"{delivery.queue}|{delivery.user}|{delivery.message_id}|"
    digest = hashlib.sha256(whose.encode(errors="replace") + delivery.body)
    return f"bad-{digest.hexdigest()[:40]}"
