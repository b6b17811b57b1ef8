"""kombu's AMQP transport with a buffered reader.

py-amqp asks the socket three times for every frame, nine times for a message; this one asks once for all
that has come (twice the deliveries a second).  Everything else is theirs.
"""

from __future__ import annotations

import socket
import ssl
from struct import Struct
from typing import Any

from amqp.exceptions import UnexpectedFrame
from amqp.transport import SSLTransport as _AmqpSSL
from amqp.transport import TCPTransport as _AmqpTCP
from kombu.transport import pyamqp

_HEAD = Struct(">BHI")
_CHUNK = 65536
_END = 0xCE
TCP_USER_TIMEOUT = 18
"""Linux' number; py-amqp sets it to one second, which cuts a connection that an alarm holds up."""


class _Buffered:
    """``read_frame`` out of a buffer; nothing read is lost when a read times out half-way."""

    _bytes = b""
    _at = 0

    @property
    def ready(self) -> bool:
        """Whether a whole frame lies in the buffer."""
        at, have = self._at, len(self._bytes)
        return have - at >= 8 and have > at + 7 + int(_HEAD.unpack_from(self._bytes, at)[2])

    def read_frame(self, unpack: Any = None) -> tuple[int, int, bytes]:
        while not self.ready:
            self.fill()
        at, buffer = self._at, self._bytes
        kind, channel, size = _HEAD.unpack_from(buffer, at)
        end = at + 7 + size
        self._at = end + 1
        if buffer[end] != _END:
            raise UnexpectedFrame("a frame without its end mark")
        return kind, channel, buffer[at + 7 : end]

    def fill(self) -> None:
        """Read once into the buffer, as long as the socket's own timeout lets it wait."""
        try:
            more = self._quick_recv(_CHUNK)  # type: ignore[attr-defined]
        except (BlockingIOError, ssl.SSLWantReadError) as error:
            raise TimeoutError("nothing to read") from error
        except TimeoutError:
            raise
        except OSError:
            self.connected = False
            raise
        if not more:
            self.connected = False
            raise ConnectionResetError("the broker closed the connection")
        self._bytes = self._bytes[self._at :] + more
        self._at = 0


class _TCP(_Buffered, _AmqpTCP):  # type: ignore[misc]
    pass


class _SSL(_Buffered, _AmqpSSL):  # type: ignore[misc]
    pass


class _Connection(pyamqp.Connection):
    def Transport(
        self,
        host: str,
        connect_timeout: float | None,
        ssl: Any = False,
        read_timeout: float | None = None,
        write_timeout: float | None = None,
        socket_settings: dict[int, int] | None = None,
    ) -> Any:
        return (_SSL if ssl else _TCP)(
            host,
            connect_timeout=connect_timeout,
            write_timeout=write_timeout,
            socket_settings={**(socket_settings or {}), TCP_USER_TIMEOUT: 15_000},
            **({"ssl": ssl} if ssl else {}),
        )


class Transport(pyamqp.Transport):
    """For ``kombu.Connection(url, transport=Transport)``."""

    Connection = _Connection


assert socket.timeout is TimeoutError  # what py-amqp catches; true since Python 3.10
