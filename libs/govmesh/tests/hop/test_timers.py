"""Durable timers: each promise is kept once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from govmesh import timers


def due(bench: Any) -> list[Any]:
    return timers.claim(bench.database, bench.clock, "toy")


def test_a_promise_is_kept_once_when_it_is_due(bench: Any) -> None:
    """Not before its time, then once, then never again."""
    bench.run(bench.item("a", "later"))
    assert due(bench) == []
    bench.clock.advance(timedelta(hours=3))
    bench.hop.run(due(bench))
    assert bench.fired == ["a"]
    assert due(bench) == []
    assert bench.count("timers") == 0


def test_the_oldest_promises_are_claimed_first_whoever_had_them(bench: Any) -> None:
    """In the order in which they came due; one whose process died is no one's again when its lease is over."""
    dues = {"c": 1, "a": 3, "b": 2}
    bench.run(*(bench.item(key, "later") for key in dues))
    with bench.database.write() as conn:
        for key, hour in dues.items():
            conn.exec_driver_sql(f"UPDATE timers SET due_at = '2026-03-02T0{hour}:00:00+00:00' WHERE subject = '{key}'")
    bench.clock.advance(timedelta(days=1))
    claim = partial(timers.claim, bench.database, bench.clock, "toy")
    assert [[item.message.subject for item in claim(2)] for _ in range(3)] == [["c", "b"], ["a"], []]
    with bench.database.write() as conn:
        conn.exec_driver_sql("UPDATE timers SET lease_until = '2000-01-01T00:00:00.000000+00:00'")
    assert [item.message.subject for item in claim(9)] == ["c", "b", "a"]


def test_two_processes_with_the_same_promise_keep_it_once(bench: Any) -> None:
    """A lease that ran out, or a claim that crashed, fires nothing twice."""
    bench.run(bench.item("a", "later"))
    bench.clock.advance(timedelta(hours=3))
    first = due(bench)
    with bench.database.write() as conn:
        conn.exec_driver_sql("UPDATE timers SET lease_until = NULL")
    second = due(bench)
    assert len(first) == len(second) == 1
    bench.hop.run(first)
    bench.hop.run(second)
    assert bench.fired == ["a"]


def test_a_promise_taken_back_is_not_kept(bench: Any) -> None:
    """Also when it had been claimed already."""
    bench.run(bench.item("a", "later"))
    bench.clock.advance(timedelta(hours=3))
    claimed = due(bench)
    bench.run(bench.item("a", "never mind"))
    bench.hop.run(claimed)
    assert bench.fired == []


def test_a_promise_whose_handler_fails_is_retried(bench: Any) -> None:
    """The parking table has it from then on; it fires once when it heals."""
    bench.run(bench.item("a", "later"))
    bench.clock.advance(timedelta(hours=3))
    bench.broken.add("a")
    bench.hop.run(due(bench))
    assert (bench.fired, bench.count("parking", "state = 'retry'")) == ([], 1)
    bench.broken.clear()
    bench.retry()
    assert (bench.fired, bench.count("parking"), bench.count("timers")) == (["a"], 0, 0)


def test_missed_promises_are_counted(bench: Any) -> None:
    """The gauge of promises past due."""
    bench.run(bench.item("a", "later"), bench.item("b", "later"))
    assert timers.missed(bench.database, bench.clock) == 0
    bench.clock.advance(timedelta(hours=4))
    assert timers.missed(bench.database, bench.clock) == 2


def test_a_refused_promise_is_parked_and_does_not_come_again(bench: Any) -> None:
    """A timer whose rule says no stands where ops sees it, once; it is not missed for ever."""
    bench.run(bench.item("a", "later"))
    bench.clock.advance(timedelta(hours=3))
    bench.unwanted.add("a")
    bench.hop.run(due(bench))
    assert [parked.state for parked in bench.parking.list()] == ["parked"]
    assert bench.count("timers") == 0
    bench.unwanted.clear()
    bench.parking.replay(bench.parking.list()[0].id)
    bench.retry()
    assert bench.fired == ["a"]


def test_a_promise_made_again_for_the_same_moment_is_kept_again(bench: Any) -> None:
    """Kept, then promised once more under the same key and for the same moment: it is a new promise."""
    bench.run(bench.item("a", "later"))
    bench.clock.advance(timedelta(hours=3))
    bench.hop.run(due(bench))
    bench.run(bench.item("a", "later"))
    bench.hop.run(due(bench))
    assert bench.fired == ["a", "a"]
    assert timers.missed(bench.database, bench.clock) == 0
