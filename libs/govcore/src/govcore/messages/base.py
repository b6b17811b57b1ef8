"""What crosses the broker: CloudEvents 1.0 in structured JSON, one typed payload a message.

A *message* has an envelope (who says it, about which subject, in which version, under which trace)
and a payload whose class names its type.  The envelope *is* the AMQP body
(``content_type: application/cloudevents+json``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json, to_json

from govcore.errors import Refusal

CONTENT_TYPE = "application/cloudevents+json"
SPEC_VERSION = "1.0"
LEVELS = 5
"""Words of a place in a routing key: province, city, county, town, village."""


class Payload(BaseModel):
    """What a message says.  Subclasses set ``type`` to ``<entity>.<verb>.v<n>``."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    type: ClassVar[str]


P = TypeVar("P", bound=Payload)


@dataclass(frozen=True, slots=True)
class Message(Generic[P]):
    """One message: envelope and payload.

    ``place`` is the jurisdiction as a dotted path, one word a level (``34.08.81.103.004``), ``version``
    the subject's version when it was said, ``trace`` a W3C ``traceparent``, ``cause`` the id of the
    message whose handling said this one, ``dept`` the addressed department's code, if any.
    """

    id: str
    source: str
    subject: str
    version: int
    place: str
    time: datetime
    trace: str
    data: P
    dept: str | None = None
    cause: str | None = None

    @property
    def type(self) -> str:
        return self.data.type

    @property
    def routing_key(self) -> str:
        """``<entity>.<verb>.<prov>.<city>.<county>.<town>.<village>.<dept>``, ``_`` where there is none."""
        entity, verb = self.data.type.split(".")[:2]
        return routing_key(entity, verb, self.place, self.dept)

    def encode(self) -> bytes:
        """The AMQP body."""
        return to_json(
            {
                "specversion": SPEC_VERSION,
                "id": self.id,
                "source": self.source,
                "type": self.data.type,
                "subject": self.subject,
                "time": self.time.astimezone(UTC).isoformat(),
                "datacontenttype": "application/json",
                "subjectversion": self.version,
                "place": self.place,
                "traceparent": self.trace,
                "dept": self.dept,
                "cause": self.cause,
                "data": self.data,
            },
            exclude_none=True,
        )


def routing_key(entity: str, verb: str, place: str, dept: str | None) -> str:
    """The topic key of a message about ``place``; AMQP patterns match whole words only."""
    words = place.split(".")[:LEVELS] if place else []
    words += ["_"] * (LEVELS - len(words))
    return ".".join([entity, verb, *words, dept or "_"])


class _Envelope(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=False)
    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    subjectversion: int = 0
    place: str = ""
    traceparent: str = ""
    dept: str | None = None
    cause: str | None = None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The message types somebody understands, by type name."""

    types: dict[str, type[Payload]] = field(default_factory=dict)

    @classmethod
    def of(cls, payloads: Iterable[type[Payload]]) -> Catalogue:
        return cls({payload.type: payload for payload in payloads})

    def decode(self, raw: bytes) -> Message[Payload]:
        """Bytes to a typed message.

        Raises :class:`Refusal` with ``MSG_NOT_JSON``, ``MSG_BAD_ENVELOPE``, ``MSG_UNKNOWN_TYPE`` or
        ``MSG_BAD_DATA`` (``field`` names what was wrong; the body itself is never quoted).
        """
        try:
            body = from_json(raw)
        except ValueError as error:
            raise Refusal("MSG_NOT_JSON", field="body") from error
        try:
            envelope = _Envelope.model_validate(body)
        except ValidationError as error:
            raise Refusal("MSG_BAD_ENVELOPE", field=_where(error)) from error
        if envelope.specversion != SPEC_VERSION:
            raise Refusal("MSG_BAD_ENVELOPE", field="specversion")
        if envelope.time.tzinfo is None:
            raise Refusal("MSG_BAD_ENVELOPE", field="time")
        payload = self.types.get(envelope.type)
        if payload is None:
            raise Refusal("MSG_UNKNOWN_TYPE", field="type", value=envelope.type[:80])
        try:
            data = payload.model_validate(envelope.data)
        except ValidationError as error:
            raise Refusal("MSG_BAD_DATA", field="data." + _where(error)) from error
        return Message(
            id=envelope.id,
            source=envelope.source,
            subject=envelope.subject,
            version=envelope.subjectversion,
            place=envelope.place,
            time=envelope.time,
            trace=envelope.traceparent,
            data=data,
            dept=envelope.dept,
            cause=envelope.cause,
        )


def _where(error: ValidationError) -> str:
    return ".".join(str(part) for part in error.errors(include_url=False, include_input=False)[0]["loc"]) or "."
