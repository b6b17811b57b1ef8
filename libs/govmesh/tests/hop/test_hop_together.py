"""Two processes of one service at work on the same rows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa


def by_two_columns(bench: Any, things: Any) -> None:
    """Bumps load their thing by its id, and the others of a place with it."""
    ((payload, on),) = [(name, on) for name, on in bench.hop.handlers.items() if name.type == "thing.bump.v1"]

    def needs(message: Any, _found: Any) -> Any:
        yield things, "id", message.data.thing
        yield things, "place", message.data.how

    bench.hop.handlers = {**bench.hop.handlers, payload: replace(on, needs=needs)}


def test_a_batch_locks_a_table_with_one_statement(bench: Any) -> None:
    """Whatever columns rows are wanted by, they are locked in id order: two statements could lock crosswise."""
    by_two_columns(bench, bench.hop.kinds[0])
    bench.run(bench.item("a"), bench.item("b", "34.08"))
    loads: list[str] = []

    @sa.event.listens_for(bench.database.engine, "before_cursor_execute")
    def _see(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if 'FROM "things"' in statement:
            loads.append(statement)

    bench.run(bench.item("a"), bench.item("b", "34.08"))
    assert len(loads) == 1
    assert (bench.n("a"), bench.n("b")) == (2, 2)


def both(*calls: Callable[[], Any]) -> None:
    """At the same time; raises what any of them raised."""
    wrong: list[BaseException] = []

    def run(call: Callable[[], Any]) -> None:
        try:
            call()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong


def test_two_processes_lose_and_double_nothing(bench: Any) -> None:
    """Overlapping batches in opposite orders, the same messages delivered to both: every message counts once."""
    names = [f"t{i}" for i in range(10)]
    rounds = [[bench.item(name, key=f"{number}.{name}") for name in names] for number in range(15)]
    by_two_columns(bench, bench.hop.kinds[0])

    def work(order: int) -> None:
        for items in rounds:
            bench.hop.run([replace(item) for item in items[::order]])

    both(lambda: work(1), lambda: work(-1))
    assert {bench.n(name) for name in names} == {15}
    assert bench.count("outbox") == bench.count("history") == 150
    assert bench.count("parking") == 0
