"""Consuming from RabbitMQ queues in batches."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Any

from amqp.exceptions import ChannelError

from govmesh.broker import _frames, topology
from govmesh.broker._link import CONNECT_TIMEOUT, Link
from govmesh.broker.port import BrokerAway, Delivery

_SLICE = 1.0  # seconds between two looks at the heartbeat and at whether it was closed


class RabbitSource:
    """A :class:`~govmesh.broker.port.Source` over one connection.

    A delivery's tag counts only on the channel it came by: ``(which channel so far, tag)``.
    """

    def __init__(self, url: str, queues: Sequence[str], prefetch: int) -> None:
        self._link = Link(url, self._on_open)
        self._queues = tuple(queues)
        self._prefetch = prefetch
        self._epoch = 0
        self._consuming = False
        self._ready: deque[Delivery] = deque()
        self._unacked: dict[int, None] = {}  # tags in the order they came, taken or not

    def take(self, most: int, linger: float, wait: float) -> list[Delivery]:
        ready = self._ready
        time.sleep(0)  # a busy queue must not keep other green threads from running
        with self._link.lock:
            try:
                self._consume()
                self._wait(1, wait)
                if ready:
                    self._wait(most, linger)
            except ChannelError as error:  # e.g. held longer than the consumer timeout
                self._link.drop()
                raise BrokerAway(str(error)) from error
            return [ready.popleft() for _ in range(min(most, len(ready)))]

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        with self._link.lock:
            tags = self._tags(deliveries)
            frames, prefix = [], 0
            for tag in self._unacked:  # as far as all before are acked too, one frame says it
                if tag not in tags:
                    break
                prefix = tag
            if prefix:
                frames.append(_frames.ack(self._channel, prefix, multiple=True))
            frames += [_frames.ack(self._channel, tag, multiple=False) for tag in sorted(tags) if tag > prefix]
            self._settle(tags, frames, len(deliveries))

    def give_back(self, deliveries: Sequence[Delivery]) -> None:
        with self._link.lock:
            tags = self._tags(deliveries)
            self._settle(tags, [_frames.requeue(self._channel, tag) for tag in sorted(tags)], len(deliveries))

    def depth(self) -> int:
        with self._link.lock:
            try:
                self._link.open()
                with self._link.another_channel() as channel:
                    return sum(channel.queue_declare(queue, passive=True).message_count for queue in self._queues)
            except ChannelError as error:
                raise BrokerAway(str(error)) from error

    def held(self) -> int:
        return len(self._unacked)

    def close(self) -> None:
        self._link.close()

    @property
    def _channel(self) -> int:
        return int(self._link.channel.channel_id) if self._link.channel is not None else 0

    def _tags(self, deliveries: Sequence[Delivery]) -> set[int]:
        """Those that can still be settled: unacked, and of the channel there is now."""
        if self._link.channel is None:
            return set()
        return {tag for epoch, tag in (d.tag for d in deliveries) if epoch == self._epoch and tag in self._unacked}

    def _settle(self, tags: set[int], frames: list[bytes], asked: int) -> None:
        for tag in tags:
            del self._unacked[tag]
        if frames:
            self._link.write(b"".join(frames), time.monotonic() + CONNECT_TIMEOUT)
        if len(tags) < asked:
            raise BrokerAway("the connection was lost meanwhile: they come again")

    def _wait(self, most: int, seconds: float) -> None:
        """Until ``most`` lie ready, nothing more can come, or ``seconds`` are over; at least what is there."""
        until, ready, link = time.monotonic() + seconds, self._ready, self._link
        full = self._prefetch * len(self._queues)
        while len(ready) < most and (not ready or len(self._unacked) < full):
            left = until - time.monotonic()
            if not link.drain(min(max(left, 0.0), _SLICE)) and left <= 0:
                return
            link.still_open()
            link.tick()

    def _on_open(self, channel: Any) -> None:
        self._epoch += 1
        self._consuming = False
        self._ready.clear()
        self._unacked.clear()

    def _consume(self) -> None:
        """Be connected and consuming; asking for the depth alone takes nothing from anybody."""
        self._link.open()
        if self._consuming:
            return
        channel = self._link.channel
        with self._link.guard():
            channel.connection.sock.settimeout(CONNECT_TIMEOUT)
            channel.basic_qos(0, self._prefetch, False)
            for queue in self._queues:
                channel.basic_consume(queue, callback=partial(self._on_delivery, queue), on_cancel=self._on_cancel)
        self._consuming = True

    def _on_delivery(self, queue: str, message: Any) -> None:
        info, properties, body = message.delivery_info, message.properties, message.body
        tag, exchange, key = info["delivery_tag"], info["exchange"], info["routing_key"]
        if queue.startswith(f"{topology.DEAD}."):
            queue, exchange, key = _before_it_died(properties.get("application_headers"), (queue, exchange, key))
        self._unacked[tag] = None
        self._ready.append(
            Delivery(
                body=body if isinstance(body, bytes) else str(body).encode(),
                queue=queue,
                tag=(self._epoch, tag),
                message_id=properties.get("message_id"),
                user=topology.sender(properties.get("user_id"), exchange, key),
                content_type=properties.get("content_type"),
                redelivered=bool(info["redelivered"]),
                type=properties.get("type"),
                headers=properties.get("application_headers") or {},
            )
        )

    def _on_cancel(self, tag: str) -> None:
        raise BrokerAway("the broker took the queue away")


def _before_it_died(headers: Any, else_: tuple[str, str, str]) -> tuple[str, str, str]:
    """Queue, exchange and routing key of a dead letter.

    The broker writes its own line first, before whatever a sender may have put there; a header of that name on a
    message that has not died is a sender's and says nothing.
    """
    try:
        last = headers["x-death"][0]
        return str(last["queue"]), str(last["exchange"]), str(last["routing-keys"][0])
    except (KeyError, IndexError, TypeError):
        return else_
