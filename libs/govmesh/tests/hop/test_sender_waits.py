"""A broker that keeps everybody waiting holds up one request, not each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from govmesh import sender
from govmesh.broker.port import BrokerAway, Outcome
from govmesh.clock import stamp


@pytest.fixture
def tries(bench: Any, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many messages each publish was given, while the broker answers nobody and every publish takes 8 s."""
    given: list[int] = []
    bench.now = 1000.0
    monkeypatch.setattr(sender.time, "monotonic", lambda: bench.now)

    def hang(messages: Any, deadline: float) -> Outcome:
        given.append(len(messages))
        bench.now += deadline
        raise BrokerAway("no confirm by the deadline")

    monkeypatch.setattr(bench.publisher, "publish", hang)
    return given


def test_only_one_waits_for_a_broker_that_does_not_answer(bench: Any, tries: list[int]) -> None:
    """The next hops commit and leave their messages to the relay; after as long again somebody tries once more."""
    bench.run(bench.item("a"))
    bench.run(bench.item("b"))
    bench.run(bench.item("c"))
    assert (len(tries), bench.count("outbox", "sent_at IS NULL"), bench.n("c")) == (1, 3, 1)
    bench.now += sender.DEADLINE_SECONDS + 1
    bench.run(bench.item("d"))
    assert len(tries) == 2


def test_the_relay_takes_nothing_while_nobody_tries(bench: Any, tries: list[int]) -> None:
    """A row it took would have its lease for nothing."""
    bench.run(bench.item("a"))
    with bench.database.write() as conn:
        conn.exec_driver_sql(f"UPDATE outbox SET lease_until = '{stamp(bench.clock.now() - timedelta(days=9999))}'")
    assert (bench.hop.sender.relay(), len(tries)) == (0, 1)
    bench.now += sender.DEADLINE_SECONDS + 1
    assert (bench.hop.sender.relay(), len(tries)) == (1, 2)


def test_nothing_is_said_before_ones_own_queues_are_there(bench: Any) -> None:
    """A service that nobody can ask yet has said nothing: what it committed meanwhile goes out afterwards."""
    bench.sender.declared = False
    bench.run(bench.item("a"))
    with bench.database.write() as conn:
        conn.exec_driver_sql(f"UPDATE outbox SET lease_until = '{stamp(bench.clock.now() - timedelta(days=9999))}'")
    assert (bench.sender.relay(), len(bench.publisher.sent), bench.count("outbox", "sent_at IS NULL")) == (0, 0, 1)
    bench.sender.declared = True
    assert (bench.sender.relay(), len(bench.publisher.sent), bench.count("outbox", "sent_at IS NULL")) == (1, 1, 0)
