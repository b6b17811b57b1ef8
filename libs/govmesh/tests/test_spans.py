"""Spans out of history: whose child is whose, page by page, whatever the collector does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from opentelemetry.sdk.trace import ReadableSpan

from govmesh import spans, tables
from govmesh.database import Database
from govmesh.spans import Known, Offered, Spans, derive, hop_id, over_http

TRACE = "a" * 32
AT = datetime(2024, 5, 6, 0, 30, tzinfo=UTC)


def row(seq: int, message: str, type: str, **more: Any) -> dict[str, Any]:
    """A row of history, said a second before it was handled."""
    return {
        "seq": seq,
        "at": AT + timedelta(seconds=seq),
        "said_at": AT + timedelta(seconds=seq - 1),
        "trace": TRACE,
        "span": "b" * 16,
        "parent": None,
        "message": message,
        "type": type,
        "subject": "E-1",
        "kind": "noted",
        "place": "34.08.81",
        "from_state": None,
        "to_state": None,
        "holder": None,
        "actor": None,
        "reason": None,
        **more,
    }


class Log:
    """Keeps the warnings."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def warning(self, text: str, **_: Any) -> None:
        self.said.append(text)


class Taker:
    """A collector in this process."""

    def __init__(self) -> None:
        self.taken: list[ReadableSpan] = []
        self.well: bool | Exception = True

    def __call__(self, found: Sequence[ReadableSpan]) -> bool:
        if isinstance(self.well, Exception):
            raise self.well
        self.taken += found if self.well else []
        return self.well


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.broker)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        found = Database(f"sqlite:///{tmp_path}", "dispatch")
    else:
        found = Database(request.getfixturevalue("pg_url"), "spans")
        with found.write() as conn:
            conn.execute(sa.text("DROP SCHEMA IF EXISTS spans CASCADE"))
            conn.execute(sa.text("CREATE SCHEMA spans"))
    with found.write() as conn:
        tables.MESH.create_all(conn)
    yield found
    found.close()


@pytest.fixture
def clock() -> list[float]:
    """Seconds that stand until they are told otherwise."""
    return [100.0]


def write(database: Database, *rows: dict[str, Any]) -> None:
    with database.write() as conn:
        conn.execute(sa.insert(tables.HISTORY), list(rows))


def test_a_hop_is_a_span_with_its_steps() -> None:
    """One span a handled message, its history rows as events; free words stay at home, codes go out."""
    steps = [
        row(1, "m-1", "event.located.v1", parent="m-0", kind="locate", reason="REASON_CODE", to_state="located"),
        row(2, "m-1", "event.located.v1", parent="m-0", kind="route", reason="请打13812345678", holder="desk:intake"),
    ]
    (span,) = derive("dispatch", steps, Known())
    assert span.context is not None and span.parent is not None
    assert (span.context.trace_id, span.context.span_id) == (int(TRACE, 16), hop_id("dispatch", "m-1"))
    assert span.parent.span_id == hop_id("grid", "m-0"), "grid says what is located: its hop is the parent"
    assert (span.start_time, span.end_time) == (int(AT.timestamp()) * 10**9, int(AT.timestamp() + 1) * 10**9)
    assert [event.name for event in span.events] == ["locate", "route"]
    assert (span.events[0].attributes or {})["govmesh.reason"] == "REASON_CODE"
    assert "13812345678" not in span.to_json()


def test_a_department_stands_between_offer_and_answer() -> None:
    """A command's parent is the department's span, which runs from the offer to the answer."""
    answer = row(9, "zhujian.H-1.1.accept", "handoff.accept.v1", parent="m-5", actor="dept:zhujian", subject="H-1")
    known = Known(offered={"m-5": Offered("m-4", AT)})
    waited, hop = derive("dispatch", [answer], known)
    assert waited.resource.attributes["service.name"] == "dept.zhujian"
    assert waited.parent is not None and waited.parent.span_id == hop_id("dispatch", "m-4")
    assert hop.parent is not None and waited.context is not None and hop.parent.span_id == waited.context.span_id
    assert (waited.end_time or 0) - (waited.start_time or 0) == 8 * 10**9
    heard = row(3, "m-7", "event.located.v1", parent="m-5", actor="service:grid")
    assert len(derive("dispatch", [heard], known)) == 1, "what a service heard is no department's answer"


def test_what_a_person_did_hangs_below_what_was_there(database: Database, clock: list[float]) -> None:
    """A command by hand came of no message: its parent is the last hop about the same subject."""
    taker = Taker()
    write(database, row(1, "c-1", "report.file.v1"), row(2, "c-2", "event.verify.v1"))
    sender = Spans("dispatch", database, taker, Log(), lambda: clock[0])
    sender.tick()
    clock[0] += 1
    sender.tick()
    by_name = {span.name: span for span in taker.taken}
    assert by_name["report.file.v1"].parent is None
    below = by_name["event.verify.v1"].parent
    assert below is not None and below.span_id == hop_id("dispatch", "c-1")


def test_the_offer_is_looked_up(database: Database, clock: list[float]) -> None:
    """Which hop made the offer stands in the body of what was said, on the topic or straight to the department."""
    taker = Taker()
    said = {"type": "handoff.offered.v1", "subject": "H-1", "place": "", "exchange": "", "routing_key": "dept.zhujian"}
    said |= {"at": AT, "lease_until": AT, "body": json.dumps({"cause": "m-4"})}
    with database.write() as conn:
        conn.execute(sa.insert(tables.OUTBOX), [{**said, "id": "m-5@dept.zhujian"}])
    write(database, row(9, "x", "handoff.accept.v1", parent="m-5", actor="dept:zhujian"))
    sender = Spans("dispatch", database, taker, Log(), lambda: clock[0])
    sender.tick()
    clock[0] += 1
    assert sender.tick() == 2
    parent = taker.taken[0].parent
    assert parent is not None and parent.span_id == hop_id("dispatch", "m-4")


def test_pages_lose_and_double_nothing(database: Database, clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """A message's rows stay together at the edge of a page, and a second process goes on where the first stopped."""
    monkeypatch.setattr(spans, "PAGE", 4)
    taker = Taker()
    write(database, *(row(seq, f"m-{seq // 3}", "event.located.v1", parent="p") for seq in range(1, 21)))
    for _ in range(2):
        sender = Spans("dispatch", database, taker, Log(), lambda: clock[0])
        sender.tick()
        clock[0] += 1
        sender.tick()
        clock[0] += 1
    assert len(taker.taken) == 7 and sum(len(span.events) for span in taker.taken) == 20


@pytest.mark.parametrize("wrong", [False, OSError("no route")], ids=["refused", "raised"])
def test_a_collector_that_is_away_harms_nothing(database: Database, clock: list[float], wrong: Any) -> None:
    """It is told once and asked less and less often; when it is back everything arrives."""
    taker, log = Taker(), Log()
    taker.well = wrong
    write(database, row(1, "m-1", "event.located.v1", parent="p"))
    sender = Spans("dispatch", database, taker, log, lambda: clock[0])
    sender.tick()
    for _ in range(5):
        clock[0] += 1
        assert sender.tick() == 0
    assert log.said == ["spans wait"]
    taker.well = True
    clock[0] += spans.MOST_PAUSE
    assert sender.tick() == 1 and sender.tick() == 0
    assert len(taker.taken) == 1


def test_a_database_that_is_away_harms_nothing(tmp_path: Path) -> None:
    """Without its tables there is nothing to send, and nothing is raised."""
    empty, log = Database(f"sqlite:///{tmp_path}", "empty"), Log()
    assert Spans("grid", empty, Taker(), log).tick() == 0 and log.said == ["spans wait"]
    empty.close()


@pytest.mark.slow
def test_nobody_waits_long_for_a_collector() -> None:
    """Where nothing listens the answer is no, within a few seconds."""
    import time

    (span,) = derive("grid", [row(1, "m-1", "event.reported.v1", parent="p")], Known())
    began = time.monotonic()
    assert over_http("http://127.0.0.1:9")([span]) is False
    assert time.monotonic() - began < spans.MOST_SECONDS + 2
