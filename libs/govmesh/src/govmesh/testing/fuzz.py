"""Messages that no well-meaning sender writes, composed from good ones; the same chance gives the same messages."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from govcore.messages import (
    AnswerOperation,
    AnswerOrder,
    ArriveOperation,
    CheckEvent,
    ExtendHandOff,
    FinishVisit,
    MessagesReceived,
    Payload,
    ResumeHandOff,
    SuspendHandOff,
)
from govcore.messages.claims import CLAIM_COMMANDS
from govmesh.broker.port import CONTENT_TYPE

BIG = 5 * 1024 * 1024
DEEP = 100_000
ENVELOPE = ("specversion", "id", "source", "type", "subject", "time", "data")
OPTIONAL = ("subjectversion", "place", "traceparent", "dept", "cause")
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**70,
    1e300,
    "",
    "x" * 300,
    "\x00",
    "a\x00b",
    "\ud800",
    "南" * 90,
    "%s{0}${x}",
    "'; DROP TABLE inbox; --",
    [],
    ["x"],
    {},
    {"a": {"b": 1}},
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-03-02T09:00:00",
    "dept.gongan",
    "../../etc",
    "A" * 5000,
)


@dataclass(frozen=True, slots=True)
class Good:
    """A message as it should be: its queue, its sender (None: the mesh itself) and its envelope."""

    queue: str
    user: str | None
    envelope: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bad:
    """What was made of it; ``content_type`` is what the sender's properties claim."""

    kind: str
    queue: str
    user: str | None
    body: bytes
    content_type: str = CONTENT_TYPE


class Fuzz:
    """Spoils messages.  ``others``: senders and queues that a message may wrongly come from or go to."""

    def __init__(self, chance: random.Random, users: Sequence[str], queues: Sequence[str]) -> None:
        self._chance, self._users, self._queues = chance, tuple(users), tuple(queues)
        self._seen: list[Bad] = []
        self.kinds: dict[str, Callable[[Good], Bad]] = {
            "good": lambda good: self._bad(good),
            "not json": self._not_json,
            "truncated": self._truncated,
            "unknown type": self._unknown_type,
            "wrong schema": self._wrong_schema,
            "field missing": self._missing,
            "odd envelope": self._odd_envelope,
            "odd data": self._odd_data,
            "unknown department": self._unknown_department,
            "other generation": self._generation,
            "another's command": lambda good: self._bad(good, user=self._one(self._users)),
            "unknown hand-off": self._unknown_subject,
            "wrong content type": self._content_type,
            "wrong queue": lambda good: self._bad(good, queue=self._one(self._queues)),
            "no sender": lambda good: self._bad(good, user=""),
            "id again": self._id_again,
            "same again": lambda good: self._one(self._seen) if self._seen else self._bad(good),
            "nul and surrogates": self._characters,
            "nested": self._nested,
        }

    def spoil(self, kind: str, good: Good) -> Bad:
        """One message of this kind."""
        made = self.kinds[kind](good) if kind != "oversized" else self._oversized(good)
        bad = Bad(kind, made.queue, made.user, made.body, made.content_type)
        if kind not in ("same again", "oversized"):
            self._seen = [*self._seen[-50:], bad]
        return bad

    def _bad(self, good: Good, **more: Any) -> Bad:
        body = more.get("body")
        if body is None:
            body = encoded(more.get("envelope", good.envelope))
        user = more.get("user", good.user)
        return Bad("", more.get("queue", good.queue), user, body, more.get("content_type", CONTENT_TYPE))

    def _one(self, things: Sequence[Any]) -> Any:
        return self._chance.choice(things)

    def _data(self, good: Good, **more: Any) -> Bad:
        return self._bad(good, envelope={**good.envelope, "data": {**good.envelope["data"], **more}})

    def _not_json(self, good: Good) -> Bad:
        noise = self._chance.randbytes(self._chance.randrange(0, 200))
        return self._bad(good, body=self._one((noise, b"", b"hello", b"<xml/>", b"null", b"[]", b"7", b'"x"', b"{}{}")))

    def _truncated(self, good: Good) -> Bad:
        raw = encoded(good.envelope)
        return self._bad(good, body=raw[: self._chance.randrange(len(raw))])

    def _unknown_type(self, good: Good) -> Bad:
        odd = self._one(("handoff.steal.v1", "handoff.accept.v2", "x" * 500, "", "event.closed.v1", "a\x00.b.v1"))
        return self._bad(good, envelope={**good.envelope, "type": odd})

    def _wrong_schema(self, good: Good) -> Bad:
        data = dict(good.envelope["data"])
        field = self._one(sorted(data))
        how = self._chance.randrange(3)
        if how == 0:
            del data[field]
        elif how == 1:
            data["phone"] = "13912345678"
        else:
            data[field] = [data[field]]
        return self._bad(good, envelope={**good.envelope, "data": data})

    def _missing(self, good: Good) -> Bad:
        gone = self._one(ENVELOPE)
        return self._bad(good, envelope={name: value for name, value in good.envelope.items() if name != gone})

    def _odd_envelope(self, good: Good) -> Bad:
        return self._bad(good, envelope={**good.envelope, self._one(ENVELOPE + OPTIONAL): self._one(ODD)})

    def _odd_data(self, good: Good) -> Bad:
        return self._data(good, **{self._one(sorted(good.envelope["data"])): self._one(ODD)})

    def _unknown_department(self, good: Good) -> Bad:
        field = self._one([name for name in ("to", "proposed", "lead") if name in good.envelope["data"]] or ["to"])
        made = self._data(good, **{field: self._one(("nobody", "NOBODY", "no.body", "#", "*"))})
        return made

    def _generation(self, good: Good) -> Bad:
        return self._data(good, generation=self._one((0, -1, 2, 3, 99, 2**31, 2**63, 2**70, 1.5, "1", "one")))

    def _unknown_subject(self, good: Good) -> Bad:
        named = sorted((name for name in good.envelope["data"] if name.endswith("_id")), reverse=True)
        field = next(iter(named), "handoff_id")
        return self._data(good, **{field: self._one(("H-none", "H\x00", "x" * 80, "'", "南", "E-1"))})

    def _content_type(self, good: Good) -> Bad:
        return self._bad(good, content_type=self._one(("text/plain", "application/x-python-serialize", "", "\x00")))

    def _id_again(self, good: Good) -> Bad:
        earlier = [name for bad in self._seen if (name := _id_of(bad.body))]
        return self._bad(good, envelope={**good.envelope, "id": self._one(earlier) if earlier else "m-again"})

    def _characters(self, good: Good) -> Bad:
        odd = self._one(("\x00", "\ud800", "\udc80x", "\ufffe", "\u202e", "\U0010ffff"))
        where = self._one(("id", "subject", "place", "data"))
        if where != "data":
            return self._bad(good, envelope={**good.envelope, where: odd})
        texts = [name for name, value in good.envelope["data"].items() if isinstance(value, str)]
        made = self._data(good, **{self._one(texts or sorted(good.envelope["data"])): odd})
        raw = made.body.replace(b"application/json", b"\xff\xfe") if self._chance.random() < 0.2 else made.body
        return self._bad(good, body=raw)

    def _nested(self, good: Good) -> Bad:
        many = self._chance.choice((300, DEEP))
        return self._bad(good, body=self._one((b"[" * many, b'{"data":' * many, b'{"id":' * many + b"1" + b"}" * many)))

    def _oversized(self, good: Good) -> Bad:
        how = self._chance.randrange(3)
        if how == 0:
            return self._bad(good, body=b"x" * BIG)
        if how == 1:
            return self._bad(good, envelope={**good.envelope, "subject": "x" * BIG})
        return self._data(good, **{self._one(sorted(good.envelope["data"])): "x" * BIG})


Post = Callable[[str, dict[str, Any]], dict[str, Any]]
"""Path and body to the API's answer."""
PLACE = "340881001007"


def asked(post: Post, tasks: Sequence[dict[str, Any]], now: datetime) -> list[tuple[str, Payload]]:
    """What departments may say besides accepting and finishing, with who says it: about orders, operations and wishes
    that are made for it, and about ``tasks``."""
    until = (now + timedelta(days=20)).isoformat()
    wish = {"kind": "wish", "title": "需要轮椅", "needs": "行动不便", "division": PLACE, "until": until}
    found: list[tuple[str, Payload]] = []
    for task in tasks:
        dept, event = task["dept"], task["event_id"]
        told = {"kind": "directive", "to": f"dept:{dept}", "words": "报送进展", "term": "1wd", "event_id": event}
        order = {"order_id": post("/api/v1/orders", told)["id"]}
        call = {"kind": "task_force", "events": [event], "departments": [dept], "why": "久治不下"}
        operation = {"operation_id": post("/api/v1/operations", call)["id"]}
        claim = {"claim_id": post("/api/v1/claims", wish)["id"], "generation": 1}
        asks = {"handoff_id": task["id"], "generation": task["generation"]}
        about: dict[type[Payload], dict[str, Any]] = {
            AnswerOrder: order,
            AnswerOperation: operation,
            ArriveOperation: operation,
            **dict.fromkeys(CLAIM_COMMANDS, claim),
            **dict.fromkeys((SuspendHandOff, ResumeHandOff, ExtendHandOff), asks),
            CheckEvent: {"event_id": event},
            FinishVisit: {},
            MessagesReceived: {},
        }
        for payload, ids in about.items():
            extra: Any = payload.model_config["json_schema_extra"]
            found.append((dept, payload.model_validate({**extra["example"], **ids})))
    return found


def encoded(envelope: Any) -> bytes:
    """JSON in which even half a surrogate pair is written down."""
    return json.dumps(envelope).encode()


def _id_of(body: bytes) -> str | None:
    try:
        found = json.loads(body)["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, str) else None
