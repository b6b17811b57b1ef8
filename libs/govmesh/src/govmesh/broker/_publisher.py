"""Publishing with confirms on RabbitMQ."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from amqp.exceptions import ChannelError

from govmesh.broker._frames import PublishFrames
from govmesh.broker._link import CONNECT_TIMEOUT, Link
from govmesh.broker.port import BrokerAway, Guarantees, Outcome, Outgoing

GUARANTEES = Guarantees(confirms=True, mandatory=True, user_stamped=True, survives_restart=True, dead_letters=True)
_CHUNK = 64  # messages a write: between two writes an alarm or a closed channel is noticed
_SLICE = 1.0  # seconds between two looks at the heartbeat
_FORGET = 5.0  # seconds: a channel that was refused by a full queue goes on being refused when the queue is not full


class RabbitPublisher:
    """A :class:`~govmesh.broker.port.Publisher` over one connection.

    Confirms are kept as a set of tags: they come out of order, for several at once, and as nacks; a
    message that no queue took comes back *before* its ack.
    """

    guarantees = GUARANTEES

    def __init__(self, url: str) -> None:
        self._link = Link(url, self._on_open)
        self._user = self._link.user
        self._frames: PublishFrames | None = None
        self._sequence = 0
        self._pending: dict[int, str] = {}
        self._outcome = Outcome()
        self._ids: frozenset[str] = frozenset()
        self._renewed = 0.0

    def publish(self, messages: Sequence[Outgoing], deadline: float) -> Outcome:
        until = time.monotonic() + deadline
        ids = frozenset(message.id for message in messages)
        if len(ids) != len(messages):
            raise ValueError("two messages of one id in one publish")
        if not self._link.lock.acquire(timeout=deadline):
            raise BrokerAway("the publisher is held up")
        outcome = Outcome()
        self._outcome, self._ids = outcome, ids
        try:
            try:
                self._publish(messages, until)
            except BrokerAway as away:
                away.outcome = outcome
                raise
            self._renew(outcome)
            return outcome
        finally:
            self._pending.clear()
            self._ids = frozenset()
            self._link.lock.release()

    def close(self) -> None:
        self._link.close()

    def _renew(self, outcome: Outcome) -> None:
        """After a refusal, now and then, the next publish begins on a connection that remembers none."""
        if outcome.refused and time.monotonic() - self._renewed > _FORGET:
            self._renewed = time.monotonic()
            self._link.drop()

    def _publish(self, messages: Sequence[Outgoing], until: float) -> None:
        try:
            self._batch(messages, until)
        except ChannelError:
            # one of them was not to the broker's liking and took the channel with it: find out which
            for message in messages:
                if not self._answered(message.id):
                    try:
                        self._batch([message], until)
                    except ChannelError as error:
                        self._outcome.refused.add(message.id)
                        self._outcome.reasons[message.id] = str(error)

    def _batch(self, messages: Sequence[Outgoing], until: float) -> None:
        link = self._link
        link.open(max(until - time.monotonic(), 0.1))
        try:
            self._settle()
            for at in range(0, len(messages), _CHUNK):
                link.write(self._encode(messages[at : at + _CHUNK]), until)
                self._settle()
            while self._pending:
                left = until - time.monotonic()
                if left <= 0:
                    link.drop()
                    raise BrokerAway("no confirm by the deadline")
                link.drain(min(left, _SLICE))
                link.tick()
                self._heed()
        except ChannelError:
            with link.guard():
                self._prepare(link.channel)
            raise

    def _settle(self) -> None:
        """Read what has come, without waiting."""
        while self._link.drain(0):
            pass
        self._heed()

    def _heed(self) -> None:
        if self._link.blocked:
            raise BrokerAway(self._link.blocked)

    def _encode(self, messages: Sequence[Outgoing]) -> bytes:
        assert self._frames is not None
        parts = []
        for message in messages:
            try:
                parts.append(self._frames.of(message))
            except ValueError as error:
                self._outcome.refused.add(message.id)
                self._outcome.reasons[message.id] = str(error)
            else:
                self._sequence += 1
                self._pending[self._sequence] = message.id
        return b"".join(parts)

    def _answered(self, id: str) -> bool:
        outcome = self._outcome
        return id in outcome.confirmed or id in outcome.returned or id in outcome.refused

    def _on_open(self, channel: Any) -> None:
        channel.events["basic_ack"].add(self._on_ack)
        channel.events["basic_nack"].add(self._on_nack)
        channel.events["basic_return"].add(self._on_return)
        self._prepare(channel)

    def _prepare(self, channel: Any) -> None:
        """Confirm mode on a fresh channel, or on one that py-amqp reopened after the broker closed it."""
        channel.connection.sock.settimeout(CONNECT_TIMEOUT)
        channel.confirm_select()
        self._frames = PublishFrames(channel.channel_id, self._link.frame_max, self._user)
        self._sequence = 0
        self._pending.clear()

    def _on_ack(self, tag: int, multiple: bool) -> None:
        for id in self._answered_by(tag, multiple):
            if id not in self._outcome.returned:
                self._outcome.confirmed.add(id)

    def _on_nack(self, tag: int, multiple: bool) -> None:
        for id in self._answered_by(tag, multiple):
            self._outcome.refused.add(id)
            self._outcome.reasons[id] = "nacked"

    def _answered_by(self, tag: int, multiple: bool) -> list[str]:
        if not multiple:
            id = self._pending.pop(tag, None)
            return [] if id is None else [id]
        tags = []
        for pending in self._pending:  # in the order of tags
            if pending > tag:
                break
            tags.append(pending)
        return [self._pending.pop(pending) for pending in tags]

    def _on_return(self, error: Any, exchange: str, routing_key: str, message: Any) -> None:
        id = message.properties.get("message_id")
        if id in self._ids:
            self._outcome.returned.add(id)
            self._outcome.reasons[id] = str(error.reply_text)
