"""One report all the way: from the resident's words to the points, by the command line and by the API."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

pytestmark = pytest.mark.slow


def nodes(tree: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in tree:
        yield node
        yield from nodes(node["causes"])


def test_one_report_goes_all_the_way(town: Any, govmesh: Any) -> None:
    """Located, offered, returned, passed on, accepted, done, verified, closed, rated; the points are on the account."""
    ident = town.report()
    town.let_go(minutes=1)
    assert town.event(ident)["state"] == "assigned"
    tasks = town.tasks(ident)
    assert {dept: one["role"] for dept, one in tasks.items()} == {"zhujian": "lead", "jiaotong": "assist"}
    lead, assist = tasks["zhujian"]["id"], tasks["jiaotong"]["id"]

    given_back = ("--as", "jiaotong", "--reason", "not_responsible", "--proposed", "shuili", "--note", "不在公路范围")
    assert govmesh(town, "handoff", "return", assist, *given_back).json["dept"] == "shuili"
    assert govmesh(town, "handoff", "accept", lead, "--as", "zhujian").json["holder"] == "dept:zhujian"
    passed_on = ("--as", "zhujian", "--to", "chengguan", "--reason", "属城管职责")
    moved = govmesh(town, "handoff", "transfer", lead, *passed_on).json
    assert (moved["dept"], moved["generation"], moved["holder"]) == ("chengguan", 2, "dept:zhujian")
    late = govmesh(town, "handoff", "done", lead, "--as", "zhujian", "--result", "好了", "--generation", "1")
    assert late.code == 1 and "HANDOFF_STALE_GENERATION" in late.err and late.err.count("\n") == 3
    for task in town.tasks(ident).values():
        town.answer(task, "accept")
    town.let_go(hours=3)
    done = govmesh(town, "handoff", "done", lead, "--as", "chengguan", "--result", "已修复").json
    assert (done["state"], done["holder"], done["on_time"]) == ("done", None, True)
    town.answer(town.tasks(ident)["shuili"], "done", result="雨水口已清理")

    assert town.event(ident)["state"] == "verifying"
    assert govmesh(town, "verify", ident, "--ok").json["state"] == "closed"
    assert govmesh(town, "rate", ident, "--grade", "5").json["state"] == "rated"
    town.settle()
    earned = town.client.get(f"/api/v1/points/events/{ident}")
    assert earned["points"] == 7 and {entry["account"] for entry in earned["entries"]} == {
        f"post:{town.event(ident)['duty_post']}"
    }

    told = govmesh(town, "trace", ident)
    heads = [line for line in told.out.splitlines() if "←" in line and line[0].isdigit()]
    assert told.code == 0 and len(heads) == 1 and "report.file.v1" in heads[0]
    assert "points.posted" in told.out and "〔dept:chengguan〕" in told.out
    tree = govmesh(town, "trace", ident, "--json").json["tree"]
    assert len(tree) == 1
    seen = [(node["service"], node["type"]) for node in nodes(tree)]
    assert seen[:3] == [
        ("dispatch", "report.file.v1"),
        ("grid", "event.reported.v1"),
        ("dispatch", "event.located.v1"),
    ]
    assert {("points", "event.closed.v1"), ("points", "event.rated.v1"), ("dispatch", "handoff.return.v1")} <= set(seen)

    shown = govmesh(town, "why", ident, "--json").json
    states = [row["to_state"] for row in shown["history"] if row["service"] == "dispatch"]
    assert [state for at, state in enumerate(states) if state != states[at - 1] or not at] == [
        "reported", "located", "assigned", "handling", "handled", "verifying", "closed", "rated",
    ]  # fmt: skip
    assert shown["holders"] == [] and shown["event"]["id"] == ident
    task_story = govmesh(town, "why", lead).out
    assert all(word in task_story for word in ("offer", "accept", "transfer", "属城管职责", "finish"))
    assert "SUBJECT_UNKNOWN" in govmesh(town, "why", "H-nothing").err


def test_why_says_who_holds_it_now(town: Any, govmesh: Any) -> None:
    """A matter under way is shown with each task's one holder and how long it has had it."""
    ident = town.report()
    town.let_go(minutes=1)
    town.answer(town.tasks(ident)["zhujian"], "accept")
    town.let_go(minutes=30)
    held = {one["holder"] for one in govmesh(town, "why", ident, "--json").json["holders"]}
    assert held == {"dept:zhujian", "desk:intake"}
    said = govmesh(town, "why", ident).out
    assert "dept:zhujian" in said and "30m" in said


def test_every_hop_is_a_span_of_the_one_trace(town: Any, collector: Any) -> None:
    """The collector gets a span a hop: the trace's id, real times, and one root above them all."""
    ident = town.report()
    town.let_go(minutes=1)
    town.closed(ident)
    town.settle()
    event = town.event(ident)
    parts = town.client.each(f"/ops/trace/{event['trace_id']}")
    rows = [row for part in parts.values() for row in part["rows"]]
    wanted = {(row["service"], row["message"]) for row in rows}
    end = time.monotonic() + 15
    while len(collector.of(event["trace_id"])) < len(wanted) and time.monotonic() < end:
        time.sleep(0.1)
    spans = collector.of(event["trace_id"])
    found = {(service, attribute(span, "messaging.message.id")) for span, service in spans.values()}
    assert found == wanted and len(spans) == len(wanted)
    roots = [span for span, _ in spans.values() if span.parent_span_id.hex() not in spans]
    assert [root.name for root in roots] == ["report.file.v1"] and roots[0].parent_span_id == b""
    points = next(span for span, service in spans.values() if service == "points")
    closing = next(row for row in rows if row["service"] == "points")
    assert points.end_time_unix_nano == round(datetime.fromisoformat(closing["at"]).timestamp() * 1e6) * 1000
    assert points.start_time_unix_nano <= points.end_time_unix_nano
    verified = next(span for span, _ in spans.values() if span.name == "event.verify.v1")
    assert spans[points.parent_span_id.hex()][0].span_id == verified.span_id


def attribute(span: Any, key: str) -> str:
    return next((str(one.value.string_value) for one in span.attributes if one.key == key), "")
