"""RabbitMQ: quorum queues, publisher confirms, ``user_id`` checked by the broker.

Works with threads and under eventlet's monkey-patching alike.  Publishing and taking have connections of
their own: an alarm blocks publishers only.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from typing import Any, TypeVar

from amqp.exceptions import AccessRefused, ChannelError, NotFound, PreconditionFailed

from govcore.errors import Refusal
from govmesh.broker._link import Link
from govmesh.broker._publisher import GUARANTEES, RabbitPublisher
from govmesh.broker._source import RabbitSource
from govmesh.broker.port import BrokerAway, Guarantees, QueueSpec
from govmesh.broker.topology import DEAD

_T = TypeVar("_T", RabbitPublisher, RabbitSource)


def queue_arguments(spec: QueueSpec) -> dict[str, Any]:
    """The ``x-`` arguments a queue is declared with."""
    arguments: dict[str, Any] = {"x-queue-type": "quorum", "x-delivery-limit": spec.delivery_limit}
    if spec.dead_letter_to:
        arguments["x-dead-letter-exchange"] = DEAD
        arguments["x-dead-letter-routing-key"] = spec.dead_letter_to
        if spec.sure_dead_letters:
            arguments |= {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
    return arguments


class RabbitBroker:
    """A :class:`~govmesh.broker.port.Broker` at ``amqp://user:password@host:5672/vhost``.

    Several URLs, separated by ``;``, are tried in turn.
    """

    guarantees: Guarantees = GUARANTEES

    def __init__(self, url: str) -> None:
        self._url = url
        self._made: weakref.WeakSet[RabbitPublisher | RabbitSource] = weakref.WeakSet()
        self._lock = threading.Lock()

    def declare(self, exchanges: Sequence[str], queues: Sequence[QueueSpec]) -> None:
        link = Link(self._url, lambda channel: None)
        try:
            with link.lock:
                link.open()
                for exchange in exchanges:
                    self._declare_exchange(link, exchange)
                for spec in queues:
                    self._declare_queue(link, spec)
        except ChannelError as error:
            raise BrokerAway(str(error)) from error
        finally:
            link.close()

    def publisher(self) -> RabbitPublisher:
        return self._keep(RabbitPublisher(self._url))

    def source(self, queues: Sequence[str], prefetch: int) -> RabbitSource:
        return self._keep(RabbitSource(self._url, queues, prefetch))

    def close(self) -> None:
        with self._lock:
            made = list(self._made)
            self._made.clear()
        for one in made:
            one.close()

    def _keep(self, one: _T) -> _T:
        with self._lock:
            self._made.add(one)
        return one

    def _declare_exchange(self, link: Link, name: str) -> None:
        options = {"type": "topic", "durable": True, "auto_delete": False}
        self._declare_one(link, "exchange_declare", name, options)

    def _declare_queue(self, link: Link, spec: QueueSpec) -> None:
        options = {"durable": True, "auto_delete": False, "arguments": queue_arguments(spec)}
        if not self._declare_one(link, "queue_declare", spec.name, options):
            return
        for exchange, key in spec.bindings:
            with link.another_channel() as channel:
                channel.queue_bind(spec.name, exchange, key)

    def _declare_one(self, link: Link, method: str, name: str, options: dict[str, Any]) -> bool:
        """Whether it was declared; else it is there, and this user may not declare."""
        try:
            with link.another_channel() as channel:
                getattr(channel, method)(name, **options)
            return True
        except PreconditionFailed as error:
            raise Refusal("BROKER_DIFFERS", field=name, reason=str(error)) from error
        except AccessRefused:
            try:
                with link.another_channel() as channel:
                    getattr(channel, method)(name, **({"type": "topic"} if "type" in options else {}), passive=True)
                return False
            except (NotFound, AccessRefused) as error:
                raise Refusal("BROKER_MISSING", field=name) from error
