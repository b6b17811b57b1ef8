"""Rows the database will not take: their messages alone fail, and nobody else is handled again for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest


@pytest.fixture
def handled(bench: Any) -> list[str]:
    """The things whose handler ran, in order."""
    ((payload, on),) = [(name, on) for name, on in bench.hop.handlers.items() if name.type == "thing.bump.v1"]
    seen: list[str] = []

    def do(message: Any, work: Any) -> None:
        seen.append(message.data.thing)
        on.do(message, work)

    bench.hop.handlers = {**bench.hop.handlers, payload: replace(on, do=do)}
    return seen


def test_the_others_are_handled_once(bench: Any, handled: list[str]) -> None:
    """Of a hundred, two have rows that are refused; the rest stand as they were."""
    ways = {17: "too far", 71: "too far"}
    items = bench.run(*(bench.item(f"t{number}", ways.get(number, "well")) for number in range(100)))
    assert [number for number, item in enumerate(items) if item.error] == [17, 71]
    assert len(handled) == 100
    assert (bench.count("things"), bench.count("history"), len(bench.publisher.sent)) == (98, 98, 98)
    assert bench.count("inbox") == 100 and bench.count("parking", "state = 'retry'") == 2


def test_refused_twice_is_parked(bench: Any) -> None:
    """Trying again helps seldom: the second refusal parks it."""
    bench.run(bench.item("a", "too far"), bench.item("b"))
    assert bench.retry() == 1
    (parked,) = bench.parking.list()
    assert (parked.state, parked.tries, parked.code) == ("parked", 2, "MESH_HANDLER_FAILED")
    assert "BadData" in parked.error and "5000" not in parked.error


def test_who_built_on_it_is_handled_again(bench: Any, handled: list[str]) -> None:
    """What came before on the same thing stays; what came after is handled as if the wrong one had never been."""
    items = bench.run(bench.item("a"), bench.item("a", "too far"), bench.item("a"), bench.item("b"))
    assert [bool(item.error) for item in items] == [False, True, False, False]
    assert (bench.n("a"), bench.n("b")) == (2, 1)
    assert bench.count("history") == 3 == len(bench.publisher.sent)
    assert handled.count("b") == 1


def test_a_wrong_first_one_takes_nobody_with_it(bench: Any) -> None:
    """The first message makes the thing, wrongly; the next ones make it rightly."""
    items = bench.run(bench.item("a", "too far"), bench.item("a"), bench.item("a"))
    assert [bool(item.error) for item in items] == [True, False, False]
    assert bench.n("a") == 2
    bench.retry()
    assert bench.parking.counts() == {"parked": 1}


def test_a_statement_of_ones_own_may_be_refused(bench: Any) -> None:
    """Statements that a handler runs at the flush are blamed on it alone."""
    ((payload, on),) = [(name, on) for name, on in bench.hop.handlers.items() if name.type == "thing.bump.v1"]

    def do(message: Any, work: Any) -> None:
        on.do(message, work)
        n, name = 9999 if message.data.thing == "b" else 7, f"own-{message.data.thing}"
        text = f"INSERT INTO things (id, n, place, doc) VALUES ('{name}', {n}, '', '')"
        work.extras.append(lambda conn: conn.exec_driver_sql(text))

    bench.hop.handlers = {**bench.hop.handlers, payload: replace(on, do=do)}
    items = bench.run(*(bench.item(name) for name in "abc"))
    assert [bool(item.error) for item in items] == [False, True, False]
    assert [row[0] for row in bench.rows("SELECT id FROM things ORDER BY id")] == ["a", "c", "own-a", "own-c"]


def test_a_local_command_hears_that_it_failed(bench: Any) -> None:
    """Its caller is told; nothing is kept, so that the same key may be tried again."""
    item = bench.item("a", "too far")
    item.queue = "local"
    bench.run(item)
    assert item.error and not item.result
    assert (bench.count("inbox"), bench.count("parking")) == (0, 0)
