"""One AMQP connection: opened when needed, heartbeats kept up, dropped at the first doubt."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import kombu.connection
from amqp.exceptions import AMQPError, ChannelError
from kombu.exceptions import KombuError

from govmesh.broker._wire import Transport
from govmesh.broker.port import BrokerAway

_connection: Any = kombu.connection.Connection  # untyped there
HEARTBEAT = 20
CONNECT_TIMEOUT = 5.0
_CLOSE_TIMEOUT = 1.0
_TICK = HEARTBEAT / 4
_LOST = (OSError, AMQPError, KombuError)


class Link:
    """A connection with one channel.

    ``on_open(channel)`` prepares each new channel.  Every method but :meth:`close` is called with ``lock``
    held; whatever goes wrong on the wire becomes :class:`BrokerAway`, except that the broker closing the
    *channel* (one message or queue was wrong, not the connection) stays py-amqp's ``ChannelError``.
    """

    def __init__(self, url: str, on_open: Callable[[Any], None]) -> None:
        self._urls = url.split(";")
        self._next = 0
        self._on_open = on_open
        self._connection: Any = None
        self._ticked = 0.0
        self._closed = threading.Event()
        self._keeper: threading.Thread | None = None
        self.channel: Any = None
        self.lock = threading.Lock()
        self.blocked: str | None = None

    @property
    def user(self) -> str:
        """Whom the URL connects as."""
        return str(_connection(self._urls[0]).userid or "guest")

    @property
    def frame_max(self) -> int:
        return int(self._connection.frame_max)

    def open(self, timeout: float = CONNECT_TIMEOUT) -> None:
        """Be connected, with a prepared channel."""
        if self._connection is not None:
            return
        self.still_open()
        url = self._urls[self._next % len(self._urls)]
        self._next += 1
        try:
            with self.guard():
                self._connect(url, min(timeout, CONNECT_TIMEOUT))
        except ChannelError as error:  # wrong password, no such queue: as good as not connected
            self.drop()
            raise BrokerAway(str(error)) from error
        self._next -= 1
        self._ticked = time.monotonic()
        self._keep()

    def still_open(self) -> None:
        """Raises :class:`BrokerAway` once :meth:`close` was called."""
        if self._closed.is_set():
            raise BrokerAway("closed")

    def drain(self, timeout: float) -> bool:
        """Handle what comes at once within ``timeout`` seconds (0: what is there): whether anything did."""
        with self.guard():
            connection = self._connection
            transport = connection.transport
            if not transport.ready:
                transport.sock.settimeout(max(timeout, 0.0))
                try:
                    transport.fill()
                except TimeoutError:
                    return False
                transport.sock.settimeout(CONNECT_TIMEOUT)  # for the rest of a frame, and for what py-amqp asks back
            handle, read = connection.on_inbound_frame, transport.read_frame
            handle(read())
            while transport.ready:
                handle(read())
            return True

    def write(self, data: bytes, until: float) -> None:
        """Write all of ``data`` by the monotonic time ``until``."""
        with self.guard():
            sock, view = self._connection.sock, memoryview(data)
            while view:
                left = until - time.monotonic()
                if left <= 0:
                    raise TimeoutError("the broker does not read")
                sock.settimeout(left)
                view = view[sock.send(view) :]
            self._connection.bytes_sent += 1

    @contextmanager
    def another_channel(self, timeout: float = CONNECT_TIMEOUT) -> Iterator[Any]:
        """A channel for one question, so that a wrong one does not cost the main channel."""
        with self.guard():
            self._connection.sock.settimeout(timeout)
            channel = self._connection.channel()
            try:
                yield channel
            finally:
                self._connection.sock.settimeout(timeout)
                channel.close()

    def tick(self) -> None:
        """Send a heartbeat if one is due; notice a broker that sends none."""
        now = time.monotonic()
        if self._connection is None or now - self._ticked < _TICK:
            return
        self._ticked = now
        with self.guard():
            self._connection.sock.settimeout(_CLOSE_TIMEOUT)
            self._connection.heartbeat_tick()

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Turn what the wire raises into :class:`BrokerAway`, and drop the connection then."""
        try:
            yield
        except ChannelError:
            raise
        except BrokerAway:
            self.drop()
            raise
        except _LOST as error:
            self.drop()
            raise BrokerAway(str(error) or type(error).__name__) from error
        except (AttributeError, TypeError) as error:  # what py-amqp raises once the broker has closed the connection
            if self._connection is None or self._connection.connected:
                raise
            self.drop()
            raise BrokerAway("the broker closed the connection") from error

    def drop(self) -> None:
        """Forget the connection without a word; the next :meth:`open` makes a new one."""
        connection, self._connection, self.channel = self._connection, None, None
        if connection is not None:
            with suppress(*_LOST, AttributeError, TypeError):
                connection.collect()

    def close(self) -> None:
        """Take leave of the broker, for good."""
        self._closed.set()
        with self.lock:
            if self._connection is None:
                return
            with suppress(ChannelError, *_LOST, AttributeError, TypeError):
                self._connection.sock.settimeout(_CLOSE_TIMEOUT)
                self._connection.close()
            self.drop()

    def _connect(self, url: str, timeout: float) -> None:
        self.blocked = None
        client = _connection(
            url,
            transport=Transport,
            ssl=url.startswith("amqps"),
            heartbeat=HEARTBEAT,
            connect_timeout=timeout,
            transport_options={
                "on_blocked": self._on_blocked,
                "on_unblocked": self._on_unblocked,
                "write_timeout": CONNECT_TIMEOUT,
            },
        )
        self._connection = client.transport.establish_connection()
        self._connection.sock.settimeout(timeout)
        self.channel = self._connection.channel()
        self._on_open(self.channel)

    def _on_blocked(self, reason: str) -> None:
        self.blocked = reason

    def _on_unblocked(self) -> None:
        self.blocked = None

    def _keep(self) -> None:
        if self._keeper is None:
            self._keeper = threading.Thread(
                target=_keep_up, args=(weakref.ref(self), self._closed), name="amqp-heartbeat", daemon=True
            )
            self._keeper.start()


def _keep_up(ref: weakref.ref[Link], closed: threading.Event) -> None:
    """Tick an idle link and read what the broker says to it; whoever is using it ticks it himself."""
    while not closed.wait(_TICK):
        link = ref()
        if link is None:
            return
        if link.lock.acquire(blocking=False):
            try:
                link.tick()
                while link.channel is not None and link.drain(0):
                    pass
            except BrokerAway:
                pass  # dropped; whoever uses it next connects anew
            except ChannelError:
                link.drop()
            finally:
                link.lock.release()
        del link
