"""OpenTelemetry spans, derived from the history in batches: one a hop, one for each answer of a department.

The history is the truth (``govmesh trace`` reads it); a collector gets a copy, best effort.  Ids follow from what
happened, so that a row sent twice is the same span: a hop's is drawn from its service and message, wherever it is asked
for, and the hop that said a message is the parent of the hops that handled it.  No context variable is read or set.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags
from pydantic_core import from_json

from govcore.messages import COMMANDS
from govmesh import bulk
from govmesh.database import Database
from govmesh.tables import HISTORY, OUTBOX
from govmesh.voices import speaker_of

PAGE = 1000
"""History rows of one request to the collector."""
SECONDS = 1.0
"""How often at most the history is looked at."""
MOST_SECONDS = 2.0
"""How long the collector may keep a service waiting."""
MOST_PAUSE = 60.0
"""How long a collector that was away is left alone."""
_ANSWERS = frozenset(payload.type for payload in COMMANDS)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SCOPE = InstrumentationScope("govmesh")
_CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
"""Reasons that are codes; what people wrote stays in the mesh."""
_ATTRIBUTES = (("messaging.message.id", "message"), ("govmesh.subject", "subject"), ("govmesh.place", "place"))
_SAID = "SELECT id, at, body FROM outbox WHERE {}"
_BEFORE = (
    "SELECT message FROM history WHERE subject = :subject AND seq < :seq AND message <> :own ORDER BY seq DESC LIMIT 1"
)
_WHERE = "SELECT coalesce(max(seq), 0) FROM cursors WHERE speaker = 'otlp'"
_FIRST = "INSERT INTO cursors (speaker, place, seq) VALUES ('otlp', '', 0) ON CONFLICT (speaker) DO NOTHING"
_NEXT = "UPDATE cursors SET seq = :now WHERE speaker = 'otlp' AND seq = :was"

Send = Callable[[Sequence[ReadableSpan]], bool]
"""Hands spans to a collector; whether it took them."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A message said to a department: which message it came of, and when it was said."""

    cause: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What the service's tables say beside a page of history."""

    offered: Mapping[str, Offered] = field(default_factory=dict)
    """By message id: what this service said and a department answered."""
    before: Mapping[str, str] = field(default_factory=dict)
    """By the id of a message that came of nothing (a person's command): the one handled before it about its subject."""


def derive(service: str, rows: Iterable[Mapping[str, Any]], known: Known) -> list[ReadableSpan]:
    """The spans of history rows of ``service``, which come in order; rows without a trace have none."""
    traced = [row for row in rows if row["trace"]]
    in_order = sorted(traced, key=lambda row: (row["message"], row["trace"], row["seq"]))
    return [
        span
        for _, steps in groupby(in_order, key=lambda row: (row["message"], row["trace"]))
        for span in _hop(service, list(steps), known)
    ]


def hop_id(who: str, message: str) -> int:
    """The span of ``who`` handling ``message``; anybody who knows both can tell it."""
    return int.from_bytes(blake2b(f"{who}|{message}".encode(), digest_size=8).digest()) or 1


def _hop(service: str, steps: Sequence[Mapping[str, Any]], known: Known) -> Iterator[ReadableSpan]:
    row = steps[0]
    parent, said_at = _parent(service, row, known), row["said_at"] or row["at"]
    if offered := _answered(row, known):
        who, answer = _dept(row), hop_id("answer", row["message"])
        yield _span(who, row["trace"], answer, parent, row["type"], offered.at, said_at)
        parent = answer
    refused = [step for step in steps if step["kind"] == "command.refused"]
    yield _span(
        service,
        row["trace"],
        hop_id(service, row["message"]),
        parent,
        row["type"],
        said_at,
        row["at"],
        kind=SpanKind.CONSUMER if row["parent"] else SpanKind.INTERNAL,
        attributes=_plain({name: row[column] for name, column in _ATTRIBUTES}),
        events=[Event(step["kind"], _plain(_told(step)), _nanoseconds(step["at"])) for step in steps],
        status=Status(StatusCode.ERROR, refused[0]["reason"]) if refused else Status(),
    )


def _parent(service: str, row: Mapping[str, Any], known: Known) -> int | None:
    """The hop in which the handled message was said."""
    if row["parent"] is None:
        earlier = known.before.get(row["message"])
        return hop_id(service, earlier) if earlier else None
    if offered := _answered(row, known):
        return hop_id(service, offered.cause) if offered.cause else None
    return hop_id(speaker_of(row["type"]) or service, row["parent"])


def _answered(row: Mapping[str, Any], known: Known) -> Offered | None:
    """What a department's command answers, None for any other message."""
    return known.offered.get(row["parent"] or "") if row["type"] in _ANSWERS else None


def _dept(row: Mapping[str, Any]) -> str:
    """The department of a command, as its user and queue are called: ``dept.<code>``."""
    return str(row["actor"]).replace(":", ".")


def _told(step: Mapping[str, Any]) -> dict[str, str | None]:
    reason = step["reason"] or ""
    return {
        "govmesh.subject": step["subject"],
        "govmesh.from": step["from_state"],
        "govmesh.to": step["to_state"],
        "govmesh.holder": step["holder"],
        "govmesh.reason": reason if _CODE.fullmatch(reason) else None,
    }


def _span(
    who: str,
    trace: str,
    ident: int,
    parent: int | None,
    name: str,
    start: datetime,
    end: datetime,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, str] | None = None,
    events: Sequence[Event] = (),
    status: Status | None = None,
) -> ReadableSpan:
    return ReadableSpan(
        name,
        _context(trace, ident),
        None if parent is None else _context(trace, parent),
        _resource(who),
        attributes,
        events,
        kind=kind,
        status=status or Status(),
        start_time=_nanoseconds(min(start, end)),
        end_time=_nanoseconds(end),
        instrumentation_scope=_SCOPE,
    )


def _context(trace: str, ident: int) -> SpanContext:
    return SpanContext(int(trace, 16), ident, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))


@cache
def _resource(who: str) -> Resource:
    return Resource({"service.name": who, "service.namespace": "govmesh"})


def _plain(found: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in found.items() if value}


def _nanoseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1) * 1000


class Spans:
    """Sends one service's history on.  Where it had come to is a row in ``cursors``, so that a kill loses nothing."""

    def __init__(
        self, service: str, database: Database, send: Send, log: Any, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._service, self._database, self._send, self._log = service, database, send, log
        self._seconds = seconds
        self._next, self._pause, self._ripe = 0.0, 0.0, 0

    def tick(self) -> int:
        """Send what is due, at most once a second; how many spans.  Never raises, and never waits for long."""
        began = self._seconds()
        if began < self._next:
            return 0
        sent, more, well = 0, True, True
        try:
            while more and well and self._seconds() - began < MOST_SECONDS:
                count, more, well = self._page()
                sent += count
            why = "refused or away"
        except Exception as error:
            well, why = False, type(error).__name__
        if not well and not self._pause:
            self._log.warning("spans wait", why=why)
        self._pause = 0.0 if well else min(MOST_PAUSE, 2 * self._pause or 2 * SECONDS)
        self._next = self._seconds() + (self._pause or SECONDS)
        return sent

    def _page(self) -> tuple[int, bool, bool]:
        """(spans sent, whether there is more, whether the collector took them).

        Rows are sent one look after they were first seen: a number may be drawn before a higher one is committed.
        """
        with self._database.read() as conn:
            after = int(conn.execute(sa.text(_WHERE)).scalar_one())
            last = int(conn.execute(sa.text("SELECT coalesce(max(seq), 0) FROM history")).scalar_one())
            ripe = sa.select(HISTORY).where(HISTORY.c.seq > after, HISTORY.c.seq <= self._ripe)
            rows = [dict(row) for row in conn.execute(ripe.order_by(HISTORY.c.seq).limit(PAGE)).mappings()]
            full = len(rows) == PAGE
            if full:
                rows = [row for row in rows if row["message"] != rows[-1]["message"]] or rows
            known = self._known(conn, rows)
        if not full:
            self._ripe = last
        if not rows:
            return 0, False, True
        spans = derive(self._service, rows, known)
        if spans and not self._send(spans):
            return 0, False, False
        with self._database.write() as conn:
            conn.execute(sa.text(_FIRST))
            conn.execute(sa.text(_NEXT), {"was": after, "now": rows[-1]["seq"]})
        return len(spans), full, True

    def _known(self, conn: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> Known:
        answers = [row for row in rows if row["parent"] and row["type"] in _ANSWERS]
        keys = sorted({f"{row['parent']}{at}" for row in answers for at in ("", f"@{_dept(row)}")})
        said = sa.text(_SAID.format(bulk.among(conn, "id"))).columns(OUTBOX.c.id, OUTBOX.c.at, OUTBOX.c.body)
        found = conn.execute(said, {"keys": bulk.keys(conn, keys)}) if keys else ()
        offered = {row.id.partition("@")[0]: Offered(from_json(row.body).get("cause"), row.at) for row in found}
        before: dict[str, str] = {}
        for row in rows:
            if row["parent"] is None and row["message"] not in before:
                of = {"subject": row["subject"], "seq": row["seq"], "own": row["message"]}
                if earlier := conn.execute(sa.text(_BEFORE), of).scalar():
                    before[row["message"]] = earlier
        return Known(offered, before)


def over_http(endpoint: str) -> Send:
    """A sender over OTLP/HTTP.  ``endpoint``: a collector's (``http://127.0.0.1:4318``), or one with its own path."""
    import logging
    from urllib.parse import urlsplit

    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import SpanExportResult

    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # a collector away is told once, by Spans
    url = endpoint if urlsplit(endpoint).path.strip("/") else f"{endpoint.rstrip('/')}/v1/traces"
    exporter = OTLPSpanExporter(endpoint=url, timeout=MOST_SECONDS)
    return lambda spans: exporter.export(spans) is SpanExportResult.SUCCESS
