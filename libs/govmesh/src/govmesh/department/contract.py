"""The published contract from a department's side: CloudEvents 1.0 in JSON, read and written by hand."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_VERBS = {"accept": "handoff.accept.v1", "return": "handoff.return.v1"}
_VERBS |= {"transfer": "handoff.transfer.v1", "finish": "handoff.finish.v1"}
_ADDRESSED = {"handoff.returned.v1": "returned_by", "handoff.transferred.v1": "transferred_by"}
_ADDRESSED |= {"handoff.expired.v1": "expired_dept", "handoff.succeeded.v1": "was_dept"}
_SINCE = ("succeeded_at", "answer_received_at", "regained_at", "done_at", "expired_at", "withdrawn_at")


class Malformed(Exception):
    """Not a message of the contract; says where, never what it said."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A CloudEvent with what the client asks of it."""

    id: str
    type: str
    data: Mapping[str, Any]
    place: str
    trace: str
    cause: str | None

    @property
    def handoff(self) -> str | None:
        """The hand-off it is about, None where it is about something else."""
        return self.data["handoff_id"] if self.type.startswith("handoff.") else None

    @property
    def generation(self) -> int:
        """The offer it belongs to; for news of a transfer, an expiry or a succession the offer that ended by it."""
        if self.type == "handoff.transferred.v1":
            return int(self.data["generation"]) - 1
        ended = self.data.get("expired_generation") or self.data.get("was_generation")
        return int(ended or self.data.get("generation") or 0)

    @property
    def designated(self) -> bool:
        return bool(self.data.get("designated"))

    @property
    def moment(self) -> str:
        """When it took effect, by the mesh's clock."""
        return next((str(self.data[name]) for name in _SINCE if self.data.get(name)), "")


def decode(body: bytes) -> Envelope:
    """Bytes to an envelope.  Raises :class:`Malformed`."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not isinstance(event, dict) or event.get("specversion") != "1.0":
        raise Malformed("specversion")
    for name in ("id", "type", "source"):
        if not isinstance(event.get(name), str) or not event[name]:
            raise Malformed(name)
    data = event.get("data")
    if not isinstance(data, dict):
        raise Malformed("data")
    if event["type"].startswith("handoff."):
        if not isinstance(data.get("handoff_id"), str) or not data["handoff_id"]:
            raise Malformed("data.handoff_id")
        for name in ("generation", "expired_generation", "was_generation"):
            if name in data and (type(data[name]) is not int or data[name] < 1):
                raise Malformed(f"data.{name}")
        if "generation" not in data:
            raise Malformed("data.generation")
    place, trace, cause = event.get("place"), event.get("traceparent"), event.get("cause")
    return Envelope(
        id=event["id"],
        type=event["type"],
        data=data,
        place=place if isinstance(place, str) else "",
        trace=trace if isinstance(trace, str) else "",
        cause=cause if isinstance(cause, str) else None,
    )


def about_us(said: Envelope, code: str) -> str | None:
    """What news of a hand-off means for department ``code``: ``offered``, ``held``, ``over``, or nothing."""
    if said.type == "handoff.offered.v1":
        return "offered" if said.data.get("dept") == code else None
    if said.type in ("handoff.accepted.v1", "handoff.regained.v1"):
        return "held" if said.data.get("dept") == code else None
    if said.type in ("handoff.done.v1", "handoff.withdrawn.v1"):
        return "over"
    if said.type in _ADDRESSED:
        return "over" if said.data.get(_ADDRESSED[said.type]) == code else None
    return None


def command(
    code: str, verb: str, task: Mapping[str, Any], at: datetime, data: Mapping[str, Any], chance: random.Random
) -> dict[str, Any]:
    """A command about a hand-off.  Its id says what it is, so that sending it again is the same command."""
    handoff, generation = task["handoff"], task["generation"]
    return {
        "specversion": "1.0",
        "id": f"{code}.{handoff}.{generation}.{verb}",
        "source": f"dept.{code}",
        "type": _VERBS[verb],
        "subject": handoff,
        "time": at.isoformat(),
        "datacontenttype": "application/json",
        "place": task.get("place", ""),
        "traceparent": child(task.get("trace", ""), chance),
        "dept": code,
        **({"cause": task["cause"]} if task.get("cause") else {}),
        "data": {"handoff_id": handoff, "generation": generation, "answered_at": at.isoformat(), **data},
    }


def answer(
    code: str, verb: str, type: str, subject: str, said: Envelope, at: datetime, data: Mapping[str, Any], chance: Any
) -> dict[str, Any]:
    """A command about what message ``said`` asked.  Its id hangs on that message: asked again, the same command."""
    return {
        "specversion": "1.0",
        "id": f"{code}.{verb}.{said.id}",
        "source": f"dept.{code}",
        "type": type,
        "subject": subject,
        "time": at.isoformat(),
        "datacontenttype": "application/json",
        "place": said.place,
        "traceparent": child(said.trace, chance),
        "dept": code,
        "cause": said.id,
        "data": dict(data),
    }


def receipt(code: str, ids: Sequence[str], at: datetime, chance: random.Random) -> dict[str, Any]:
    """The receipt for messages that have arrived."""
    return {
        "specversion": "1.0",
        "id": f"{code}.r.{hashlib.sha256(' '.join(ids).encode()).hexdigest()[:24]}",
        "source": f"dept.{code}",
        "type": "message.received.v1",
        "subject": code,
        "time": at.isoformat(),
        "datacontenttype": "application/json",
        "traceparent": child("", chance),
        "dept": code,
        "data": {"ids": list(ids)},
    }


def child(trace: str, chance: random.Random) -> str:
    """A new span in a W3C trace, or a new trace where there is none."""
    parts = trace.split("-")
    known = len(parts) == 4 and len(parts[1]) == 32
    return f"00-{parts[1] if known else f'{chance.getrandbits(128) or 1:032x}'}-{chance.getrandbits(64) or 1:016x}-01"
