"""AMQP 0-9-1 frames for the two things done in bulk: publishing and acking.

py-amqp writes one message a system call and builds its properties anew each time; these join a batch into
one write (7 µs a message instead of 35-50).  Layout: https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf
"""

from __future__ import annotations

from struct import Struct

from amqp.serialization import dumps

from govmesh.broker.port import CONTENT_TYPE, Outgoing

_FRAME = Struct(">BHI")  # type, channel, size of what follows before the end mark
_HEADER = Struct(">HHQH")  # class, weight, body size, property flags
_SETTLE = Struct(">BHIHHQBB")  # a whole ack or nack frame
_END = b"\xce"
_METHOD, _CONTENT, _BODY = 1, 2, 3
_BASIC = 60
_PUBLISH = b"\x00\x3c\x00\x28\x00\x00"  # basic.publish and its reserved field
_MANDATORY = b"\x01"
_PERSISTENT = b"\x02"
_TYPE_OF_CONTENT, _HEADERS, _DELIVERY_MODE, _MESSAGE_ID, _TYPE, _USER_ID = 0x8000, 0x2000, 0x1000, 0x80, 0x20, 0x10
_OVERHEAD = 8


def _short(text: str) -> bytes:
    raw = text.encode()
    if len(raw) > 255:
        raise ValueError("a name of more than 255 bytes")
    return bytes((len(raw),)) + raw


_CONTENT_TYPE = _short(CONTENT_TYPE)


class PublishFrames:
    """Makes the frames of persistent, mandatory publishes on one channel, stamped with one user."""

    def __init__(self, channel: int, frame_max: int, user: str | None) -> None:
        self._channel = channel
        self._most = frame_max - _OVERHEAD
        self._user = _short(user) if user else b""
        self._flags = _TYPE_OF_CONTENT | _DELIVERY_MODE | _MESSAGE_ID | _TYPE | (_USER_ID if user else 0)

    def of(self, message: Outgoing) -> bytes:
        """All frames of one publish.  Raises ``ValueError`` for what AMQP cannot carry."""
        body, flags, headers = message.body, self._flags, b""
        if message.headers:
            flags |= _HEADERS
            headers = dumps("F", (dict(message.headers),))
        method = _PUBLISH + _short(message.exchange) + _short(message.routing_key) + _MANDATORY
        content = b"".join(
            (
                _HEADER.pack(_BASIC, 0, len(body), flags),
                _CONTENT_TYPE,
                headers,
                _PERSISTENT,
                _short(message.id),
                _short(message.type),
                self._user,
            )
        )
        if len(content) > self._most:
            raise ValueError("headers larger than a frame")
        parts = [self._frame(_METHOD, method), self._frame(_CONTENT, content)]
        parts += [self._frame(_BODY, body[at : at + self._most]) for at in range(0, len(body), self._most)]
        return b"".join(parts)

    def _frame(self, kind: int, payload: bytes) -> bytes:
        return _FRAME.pack(kind, self._channel, len(payload)) + payload + _END


def ack(channel: int, tag: int, multiple: bool) -> bytes:
    """``basic.ack``."""
    return _SETTLE.pack(_METHOD, channel, 13, _BASIC, 80, tag, int(multiple), 0xCE)


def requeue(channel: int, tag: int) -> bytes:
    """``basic.nack`` of one delivery, back into its queue."""
    return _SETTLE.pack(_METHOD, channel, 13, _BASIC, 120, tag, 2, 0xCE)
