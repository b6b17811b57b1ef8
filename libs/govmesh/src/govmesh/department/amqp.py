"""The wire over AMQP 0-9-1 with nothing but kombu and py-amqp: what a department in any language does.

It only reads its own queue (nothing is declared: it has no right to) and only publishes to
``dispatch.commands``: persistent, mandatory, with publisher confirms, and with its own name as ``user_id``.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from typing import Any

import amqp
import kombu.connection
from amqp.exceptions import AMQPError, ChannelError
from kombu.exceptions import KombuError

from govmesh.department.wire import COMMANDS, CONTENT_TYPE, Away, Command, Sent, Taken

_Connection: Any = kombu.connection.Connection
_LOST = (OSError, AMQPError, KombuError, AttributeError)  # py-amqp: AttributeError once a connection has gone
_LEAST = 0.001  # seconds; 0 would mean not to wait even for the rest of a frame


class AmqpWire:
    """Two connections: one takes, one publishes (an alarm blocks only the publishing one)."""

    def __init__(self, url: str, code: str, prefetch: int = 200) -> None:
        self._url, self._queue, self._prefetch = url, f"dept.{code}", prefetch
        self._in: Any = None
        self._in_channel: Any = None
        self._out: Any = None
        self._out_channel: Any = None
        self._ready: deque[Taken] = deque()
        self._pending: dict[int, str] = {}
        self._tag = 0
        self._sent = Sent()
        self._blocked = False

    def take(self, most: int, wait: float) -> list[Taken]:
        try:
            if self._in is None:
                self._consume()
            self._in.heartbeat_check()
            more = self._event(self._in, wait if not self._ready else 0)
            while more and len(self._ready) < most:
                more = self._event(self._in, 0)
            if not self._in_channel.is_open:
                raise Away("the broker closed the channel")
        except (Away, *_LOST) as error:
            self._drop_in()
            raise Away(str(error)) from error
        return [self._ready.popleft() for _ in range(min(most, len(self._ready)))]

    def ack(self, taken: Sequence[Taken]) -> None:
        try:
            for one in taken:
                if one.handle[0] is not self._in_channel:
                    raise Away("the connection was lost meanwhile: they come again")
                self._in_channel.basic_ack(one.handle[1])
        except (Away, *_LOST) as error:
            self._drop_in()
            raise Away(str(error)) from error

    def send(self, commands: Sequence[Command], deadline: float) -> Sent:
        self._sent, until = Sent(), time.monotonic() + deadline
        try:
            try:
                self._publish(commands, until)
            except ChannelError:  # one of them was refused and took the channel along: find out which
                for command in commands:
                    if command.id not in self._sent.confirmed and command.id not in self._sent.wrong:
                        self._alone(command, until)
        except (Away, *_LOST) as error:
            self._drop_out()
            raise Away(str(error), frozenset(self._sent.confirmed)) from error
        return self._sent

    def close(self) -> None:
        self._drop_in()
        self._drop_out()

    def _consume(self) -> None:
        self._in = self._connect()
        self._in_channel = channel = self._in.channel()
        self._ready.clear()
        channel.basic_qos(0, self._prefetch, False)
        channel.basic_consume(self._queue, callback=lambda message: self._ready.append(_taken(message, channel)))

    def _publish(self, commands: Sequence[Command], until: float) -> None:
        if self._out is None:
            self._open_out()
        self._out.heartbeat_check()
        while self._event(self._out, 0):  # an alarm that began or ended meanwhile
            pass
        if not self._out_channel.is_open:
            raise Away("the broker closed the channel")
        for command in commands:
            if self._blocked:
                raise Away("the broker is blocked by an alarm")
            self._tag += 1
            self._pending[self._tag] = command.id
            message = amqp.Message(
                command.body,
                content_type=CONTENT_TYPE,
                delivery_mode=2,
                message_id=command.id,
                type=command.type,
                user_id=self._out.userid or "guest",
            )
            left = max(until - time.monotonic(), 0.001)
            self._out_channel.basic_publish(message, COMMANDS, command.key, mandatory=True, timeout=left)
        while self._pending:
            left = until - time.monotonic()
            if left <= 0 or self._blocked:
                raise Away("no confirm by the deadline" if left <= 0 else "the broker is blocked by an alarm")
            self._event(self._out, min(left, 1.0))
            self._out.heartbeat_check()

    def _alone(self, command: Command, until: float) -> None:
        self._drop_out()
        try:
            self._publish([command], until)
        except ChannelError as error:
            self._sent.wrong[command.id] = str(error)

    def _open_out(self) -> None:
        self._blocked = False
        self._out = self._connect()
        self._out_channel = channel = self._out.channel()
        self._pending.clear()
        self._tag = 0
        channel.events["basic_return"].add(self._on_return)
        channel.events["basic_ack"].add(self._on_ack)
        channel.events["basic_nack"].add(self._on_nack)
        channel.confirm_select()

    def _connect(self) -> Any:
        options = {"on_blocked": self._on_blocked, "on_unblocked": self._on_unblocked}
        connection = _Connection(self._url, heartbeat=20, connect_timeout=5, transport_options=options)
        connection.connect()
        return connection

    def _event(self, connection: Any, wait: float) -> bool:
        """Handle one thing that comes within ``wait`` seconds; whether anything came."""
        try:
            connection.drain_events(timeout=max(wait, _LEAST))
        except TimeoutError:
            return False
        return True

    def _on_ack(self, tag: int, multiple: bool) -> None:
        for id in self._answered(tag, multiple):
            if id not in self._sent.wrong:
                self._sent.confirmed.add(id)

    def _on_nack(self, tag: int, multiple: bool) -> None:
        for id in self._answered(tag, multiple):
            self._sent.wrong[id] = "nacked"

    def _on_return(self, error: Any, exchange: str, key: str, message: Any) -> None:
        """No queue took it; its ack comes after this."""
        self._sent.wrong[message.properties["message_id"]] = str(error)

    def _answered(self, tag: int, multiple: bool) -> list[str]:
        tags = [one for one in self._pending if one == tag or (multiple and one < tag)]
        return [self._pending.pop(one) for one in tags]

    def _on_blocked(self, reason: str) -> None:
        self._blocked = True

    def _on_unblocked(self) -> None:
        self._blocked = False

    def _drop_in(self) -> None:
        self._in, old = None, self._in
        self._in_channel = None
        self._ready.clear()
        _collect(old)

    def _drop_out(self) -> None:
        self._out, old = None, self._out
        self._out_channel = None
        self._pending.clear()
        _collect(old)


def _collect(connection: Any) -> None:
    if connection is not None:
        try:
            connection.collect()
        except _LOST:
            return


def _taken(message: Any, channel: Any) -> Taken:
    headers = message.properties.get("application_headers") or {}
    return Taken(_bytes(message.body), (channel, message.delivery_tag), headers)


def _bytes(body: bytes | str) -> bytes:
    return body if isinstance(body, bytes) else body.encode()
