"""kombu's ``memory://`` as a broker: the embedded profile.

Messages are gone with the process; the outbox and the inbox are the truth, and republish after a start.
What kombu's does not do is done here or said to be missing in :data:`GUARANTEES`: it tells nobody of a
message without a queue (bindings are looked up here), ignores ``multiple`` (each message is acked), puts a
message given back behind the others, and has no dead letters.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Sequence
from itertools import count
from typing import Any

import kombu.connection

from govmesh.broker.port import (
    CONTENT_TYPE,
    BrokerAway,
    Delivery,
    Guarantees,
    Outcome,
    Outgoing,
    QueueSpec,
)

GUARANTEES = Guarantees(confirms=False, mandatory=True, user_stamped=False, survives_restart=False, dead_letters=False)
_connect: Any = kombu.connection.Connection  # untyped there
_SHORTEST, _LONGEST = 0.001, 0.01  # seconds between two looks into empty queues: just after work, when idle
_ROUTES = 10_000  # routing keys whose queues are remembered


def topic_matches(pattern: Sequence[str], words: Sequence[str]) -> bool:
    """AMQP's topic match: ``*`` is one word, ``#`` none or more (kombu's ``#`` wants at least one)."""
    if not pattern:
        return not words
    if pattern[0] == "#":
        return any(topic_matches(pattern[1:], words[at:]) for at in range(len(words) + 1))
    return bool(words) and pattern[0] in ("*", words[0]) and topic_matches(pattern[1:], words[1:])


class _Room:
    """What all brokers of one namespace share: bindings stand in kombu's own state, names get a prefix.

    The nameless namespace has no prefix, so that anybody's kombu or nameko in the process can listen in.
    """

    def __init__(self, namespace: str) -> None:
        self.prefix = f"{namespace}/" if namespace else ""
        self.connection = _connect("memory://", transport_options={"body_encoding": None})
        self.channel: Any = self.connection.channel()
        self.lock = threading.Lock()
        self.exchanges: set[str] = set()
        self.queues: set[str] = set()
        self._routes: dict[tuple[str, str], tuple[int, tuple[str, ...]]] = {}

    def has(self, queue: str) -> bool:
        return bool(self.channel._has_queue(self.prefix + queue))

    def route(self, exchange: str, key: str) -> tuple[str, ...] | None:
        """The queues (as kombu names them) that take ``key``; ``None`` where there is no such exchange."""
        if not exchange:
            return (self.prefix + key,) if self.has(key) else ()
        try:
            table = self.channel.get_table(self.prefix + exchange)
        except KeyError:
            return None
        known = self._routes.get((exchange, key))
        if known is None or known[0] != len(table):
            if len(self._routes) >= _ROUTES:
                self._routes.clear()
            words = key.split(".")
            queues = tuple(dict.fromkeys(queue for bound, _, queue in table if topic_matches(bound.split("."), words)))
            known = self._routes[exchange, key] = (len(table), queues)
        return known[1]

    def clear(self) -> None:
        for queue in self.queues:
            self.channel.queue_delete(self.prefix + queue)
            self.channel._delete(self.prefix + queue)
        for exchange in self.exchanges:
            self.channel.state.exchanges.pop(self.prefix + exchange, None)
        self.queues.clear()
        self.exchanges.clear()
        self._routes.clear()


_rooms: dict[str, _Room] = {}
_rooms_lock = threading.Lock()


class MemoryBroker:
    """A :class:`~govmesh.broker.port.Broker` within the process.

    Brokers of one ``namespace`` meet.  ``user`` is put on what is published here: said, not proven.
    """

    guarantees = GUARANTEES

    def __init__(self, namespace: str = "", user: str | None = None) -> None:
        self.namespace = namespace
        self.user = user
        self._sources: weakref.WeakSet[MemorySource] = weakref.WeakSet()
        with _rooms_lock:
            self._room = _rooms.setdefault(namespace, _Room(namespace))

    def as_user(self, user: str) -> MemoryBroker:
        """The same broker, seen by somebody else."""
        return MemoryBroker(self.namespace, user)

    def declare(self, exchanges: Sequence[str], queues: Sequence[QueueSpec]) -> None:
        room = self._room
        with room.lock:
            for exchange in exchanges:
                room.channel.exchange_declare(room.prefix + exchange, "topic", durable=True)
                room.exchanges.add(exchange)
            for spec in queues:
                room.channel.queue_declare(room.prefix + spec.name)
                room.queues.add(spec.name)
                for exchange, key in spec.bindings:
                    room.channel.queue_bind(room.prefix + spec.name, room.prefix + exchange, key)

    def publisher(self) -> MemoryPublisher:
        return MemoryPublisher(self._room, self.user)

    def source(self, queues: Sequence[str], prefetch: int) -> MemorySource:
        source = MemorySource(self._room, queues, prefetch)
        self._sources.add(source)
        return source

    def close(self) -> None:
        for source in list(self._sources):
            source.close()

    def forget(self) -> None:
        """Delete everything of this namespace: what the end of a process does."""
        with self._room.lock:
            self._room.clear()


class MemoryPublisher:
    """A :class:`~govmesh.broker.port.Publisher`; what it confirms lies in this process' memory."""

    guarantees = GUARANTEES

    def __init__(self, room: _Room, user: str | None) -> None:
        self._room = room
        self._user = user

    def publish(self, messages: Sequence[Outgoing], deadline: float) -> Outcome:
        outcome = Outcome()
        if len({message.id for message in messages}) != len(messages):
            raise ValueError("two messages of one id in one publish")
        with self._room.lock:
            for message in messages:
                queues = self._room.route(message.exchange, message.routing_key)
                if queues is None:
                    outcome.refused.add(message.id)
                    outcome.reasons[message.id] = f"NOT_FOUND - no exchange {message.exchange!r}"
                elif not queues:
                    outcome.returned.add(message.id)
                    outcome.reasons[message.id] = "NO_ROUTE"
                else:
                    for queue in queues:
                        self._put(queue, message)
                    outcome.confirmed.add(message.id)
        return outcome

    def close(self) -> None:
        """Nothing to close."""

    def _put(self, queue: str, message: Outgoing) -> None:
        properties = {"message_id": message.id, "type": message.type, "user_id": self._user}
        raw = {
            "body": message.body,
            "content-type": CONTENT_TYPE,
            "content-encoding": "binary",
            "headers": dict(message.headers),
            "properties": {**properties, "delivery_info": {}},
        }
        # straight to the queue: a message given back must not go to the other bound queues again
        self._room.channel.basic_publish(raw, "", queue)


class MemorySource:
    """A :class:`~govmesh.broker.port.Source`; looks into its queues in turn, every few milliseconds."""

    def __init__(self, room: _Room, queues: Sequence[str], prefetch: int) -> None:
        self._room = room
        self._queues = tuple(queues)
        self._most_unacked = prefetch * len(self._queues)
        self._channel: Any = room.connection.channel()
        self._unacked: dict[int, Any] = {}
        self._tags = count(1)
        self._turn = 0
        self._closed = False

    def take(self, most: int, linger: float, wait: float) -> list[Delivery]:
        time.sleep(0)  # a busy queue must not keep other green threads from running
        for queue in self._queues:
            if not self._room.has(queue):
                raise BrokerAway(f"NOT_FOUND - no queue {queue!r}")
        taken = self._take_until(1, most, wait)
        if taken and len(taken) < most:
            taken += self._take_until(most - len(taken), most - len(taken), linger)
        return taken

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        for message in (messages := self._settle(deliveries)):
            self._channel.basic_ack(message.delivery_tag)
        self._all(messages, deliveries)

    def give_back(self, deliveries: Sequence[Delivery]) -> None:
        for message in (messages := self._settle(deliveries)):
            self._channel.basic_reject(message.delivery_tag, requeue=True)
        self._all(messages, deliveries)

    def depth(self) -> int:
        return sum(self._channel._size(self._room.prefix + queue) for queue in self._queues)

    def held(self) -> int:
        return len(self._unacked)

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        for message in self._unacked.values():
            self._channel.basic_reject(message.delivery_tag, requeue=True)
        self._unacked.clear()

    def _settle(self, deliveries: Sequence[Delivery]) -> list[Any]:
        return [self._unacked.pop(delivery.tag) for delivery in deliveries if delivery.tag in self._unacked]

    @staticmethod
    def _all(messages: Sequence[Any], deliveries: Sequence[Delivery]) -> None:
        if len(messages) < len(deliveries):
            raise BrokerAway("closed meanwhile: they come again")

    def _take_until(self, enough: int, most: int, seconds: float) -> list[Delivery]:
        """Look until ``enough`` came or ``seconds`` are over; then whatever is there, up to ``most``."""
        until, pause = time.monotonic() + seconds, _SHORTEST
        taken: list[Delivery] = []
        while True:
            if self._closed:
                raise BrokerAway("closed")
            while len(taken) < most and len(self._unacked) < self._most_unacked and (one := self._get()) is not None:
                taken.append(one)
            left = until - time.monotonic()
            if len(taken) >= enough or left <= 0:
                return taken
            time.sleep(min(pause, left))
            pause = min(pause * 2, _LONGEST)

    def _get(self) -> Delivery | None:
        """The next message, the queues taking turns."""
        for _ in self._queues:
            queue = self._queues[self._turn % len(self._queues)]
            self._turn += 1
            message = self._channel.basic_get(self._room.prefix + queue)
            if message is not None:
                tag = next(self._tags)
                self._unacked[tag] = message
                properties = message.properties
                return Delivery(
                    body=message.body,
                    queue=queue,
                    tag=tag,
                    message_id=properties.get("message_id"),
                    user=properties.get("user_id"),
                    content_type=message.content_type,
                    redelivered=bool(message._raw.get("redelivered")),
                    type=properties.get("type"),
                    headers=message.headers or {},
                )
        return None
