"""The tree of a trace: what stands below what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from govmesh.tracetree import Row, tree

_seq = count(1)


def row(message: str, subject: str = "E-1", service: str = "dispatch", parent: str | None = None, **said: Any) -> Row:
    """A history row; each a second after the last one made."""
    number = next(_seq)
    at = (datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=number)).isoformat()
    known = {"message": message, "subject": subject, "service": service, "parent": parent, "seq": number}
    return {**known, "type": "x.y.v1", "at": at, "said_at": at, "kind": "k", **said}


def shown(rows: list[Row], said: dict[str, str | None] | None = None) -> list[tuple[int, str, str]]:
    return [(node.depth, node.service, node.steps[0]["message"]) for node in tree(rows, said or {})]


def test_a_message_stands_below_the_one_it_was_said_because_of() -> None:
    """Filed, located by the grid, routed: each below what caused it, whatever order the rows come in."""
    rows = [
        row("c1"),
        row("m1", service="grid", parent="c1"),
        row("m2", parent="m1"),
        row("m2", "H-1", parent="m1"),
        row("m9", service="points", parent="c1"),
    ]
    Random(5).shuffle(rows)
    assert shown(rows) == [(0, "dispatch", "c1"), (1, "grid", "m1"), (2, "dispatch", "m2"), (1, "points", "m9")]
    assert [len(node.steps) for node in tree(rows)] == [1, 1, 2, 1]


def test_an_answer_from_outside_stands_below_the_hop_that_offered() -> None:
    """A department answers an offer that nobody in the mesh handled: its answer stands below what the offer came of."""
    rows = [
        row("c1"),
        row("m1", parent="c1"),
        row("m1", "H-1", parent="c1"),
        row("gongan.H-1.1.accept", "H-1", parent="m-offer"),
        row("gongan.H-1.1.done", "H-1", parent="m-receipt"),
    ]
    assert shown(rows, {"m-offer": "m1", "m-receipt": "m-offer"}) == [
        (0, "dispatch", "c1"),
        (1, "dispatch", "m1"),
        (2, "dispatch", "gongan.H-1.1.accept"),
        (2, "dispatch", "gongan.H-1.1.done"),
    ]


def test_what_came_of_no_message_stands_below_its_subject() -> None:
    """A timer, and what a person did by hand, stand below the last step of their service about the same task."""
    rows = [
        row("c1"),
        row("m1", "H-1", parent="c1"),
        row("m1", "H-2", parent="c1"),
        row("m2", "H-1", service="points", parent="m1"),
        row("c2", "H-1"),
        row("timer:accept:H-2", "H-2"),
        row("c3", "H-1"),
    ]
    assert shown(rows) == [
        (0, "dispatch", "c1"),
        (1, "dispatch", "m1"),
        (2, "points", "m2"),
        (2, "dispatch", "c2"),
        (3, "dispatch", "c3"),
        (2, "dispatch", "timer:accept:H-2"),
    ]


def test_a_message_stands_below_the_service_that_said_it() -> None:
    """Where two services handled the cause, the one whose message it is counts."""
    rows = [
        row("c1"),
        row("m1", parent="c1", service="dispatch"),
        row("m1", parent="c1", service="grid"),
        row("m2", "E-2", parent="m1", type="event.located.v1"),
    ]
    assert shown(rows)[2:] == [(1, "grid", "m1"), (2, "dispatch", "m2")]


def test_one_message_heard_by_two_services_is_two_hops() -> None:
    """Each service's handling is a node of its own."""
    rows = [row("c1"), row("m1", service="grid", parent="c1"), row("m1", service="points", parent="c1")]
    assert shown(rows) == [(0, "dispatch", "c1"), (1, "grid", "m1"), (1, "points", "m1")]


def test_no_hop_is_lost_or_shown_twice() -> None:
    """Rows that name each other as their cause, and ten thousand in one chain, are each shown once."""
    assert tree([]) == []
    circle = [row("a", "E-8", parent="b"), row("b", "E-9", parent="a")]
    assert sorted(message for _, _, message in shown(circle)) == ["a", "b"]
    chain = [row("m0"), *(row(f"m{n}", parent=f"m{n - 1}") for n in range(1, 10_000))]
    found = tree(chain)
    assert len(found) == 10_000 and found[-1].depth == 9_999


def test_the_time_since_it_was_said() -> None:
    """Seconds between the message and its handling; none where it was never said."""
    late = row("a", said_at="2026-03-02T01:00:00Z", at="2026-03-02T01:00:02.500000Z")
    assert [node.took for node in tree([late, row("b", "E-2", said_at=None)])] == [2.5, None]
