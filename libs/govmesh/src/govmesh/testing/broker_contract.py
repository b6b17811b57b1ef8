"""What every broker adapter must do, written once: subclass :class:`BrokerContract` in a test file."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator

import pytest

from govmesh.broker import CONTENT_TYPE, Broker, BrokerAway, Delivery, Outgoing, QueueSpec, Source

SOON = 5.0


class BrokerContract:
    """Subclasses give the fixture ``broker``; names are random, so that runs do not meet."""

    @pytest.fixture
    def broker(self) -> Iterator[Broker]:
        raise NotImplementedError

    @pytest.fixture
    def name(self, broker: Broker) -> str:
        """A word of this test's own, with an exchange ``<word>.events`` and a queue ``<word>.inbox``."""
        word = "t" + secrets.token_hex(4)
        broker.declare([f"{word}.events"], [QueueSpec(f"{word}.inbox", ((f"{word}.events", "handoff.done.#"),))])
        return word

    def test_topic_message_arrives_whole(self, broker: Broker, name: str) -> None:
        """A message on a topic exchange reaches the bound queue with body, id, type and content type."""
        body = "办结".encode() * 1000
        sent = Outgoing("m1", f"{name}.events", "handoff.done.34.08._._._._", body, "handoff.done.v1", {"a": "b"})
        outcome = broker.publisher().publish([sent], SOON)
        assert (outcome.confirmed, outcome.returned, outcome.refused) == ({"m1"}, set(), set())
        [got] = broker.source([f"{name}.inbox"], 10).take(10, 0.0, SOON)
        assert (got.body, got.message_id, got.type) == (body, "m1", "handoff.done.v1")
        assert (got.content_type, got.queue, got.redelivered) == (CONTENT_TYPE, f"{name}.inbox", False)

    def test_empty_body_and_large_body_arrive(self, broker: Broker, name: str) -> None:
        """A body of nothing and one larger than any frame come through unchanged."""
        bodies = {"m0": b"", "m1": b"x" * 300_000}
        publisher = broker.publisher()
        publisher.publish([Outgoing(id, "", f"{name}.inbox", body, "t") for id, body in bodies.items()], SOON)
        got = take_all(broker.source([f"{name}.inbox"], 10), 2)
        assert {d.message_id: d.body for d in got} == bodies

    def test_default_exchange_addresses_a_queue(self, broker: Broker, name: str) -> None:
        """With exchange "" the routing key names the queue."""
        broker.publisher().publish([Outgoing("m1", "", f"{name}.inbox", b"1", "t")], SOON)
        assert [d.message_id for d in broker.source([f"{name}.inbox"], 10).take(10, 0.0, SOON)] == ["m1"]

    def test_batch_of_mixed_fate(self, broker: Broker, name: str) -> None:
        """In one batch: the routable are confirmed, the unroutable returned, those to no exchange refused."""
        batch = [
            Outgoing("ok1", f"{name}.events", "handoff.done.x", b"1", "t"),
            Outgoing("nobody", f"{name}.events", "handoff.offered.x", b"2", "t"),
            Outgoing("noqueue", "", f"{name}.nowhere", b"3", "t"),
            Outgoing("noexchange", f"{name}.nothing", "handoff.done.x", b"4", "t"),
            Outgoing("ok2", f"{name}.events", "handoff.done.y", b"5", "t"),
        ]
        publisher = broker.publisher()
        outcome = publisher.publish(batch, SOON)
        assert outcome.confirmed == {"ok1", "ok2"}
        assert outcome.returned == {"nobody", "noqueue"}
        assert outcome.refused == {"noexchange"}
        assert set(outcome.reasons) == {"nobody", "noqueue", "noexchange"}
        assert publisher.publish([Outgoing("ok3", f"{name}.events", "handoff.done.z", b"6", "t")], SOON).confirmed
        source = broker.source([f"{name}.inbox"], 10)
        got: set[str | None] = set()
        until = time.monotonic() + SOON
        while got < {"ok1", "ok2", "ok3"} and time.monotonic() < until:  # repeats are allowed, losses not
            got |= {d.message_id for d in source.take(10, 0.05, 0.5)}
        assert got == {"ok1", "ok2", "ok3"}

    def test_two_of_one_id_are_a_mistake(self, broker: Broker, name: str) -> None:
        """The outcome is by id, so a batch cannot hold one id twice."""
        twice = [Outgoing("m", "", f"{name}.inbox", b"1", "t")] * 2
        with pytest.raises(ValueError):
            broker.publisher().publish(twice, SOON)

    def test_patterns_match_whole_words(self, broker: Broker, name: str) -> None:
        """``*`` is one word, ``#`` none or more; nothing matches inside a word."""
        spec = QueueSpec(f"{name}.p", tuple((f"{name}.events", key) for key in ("a.*.c", "x.#", "340881*")))
        broker.declare([], [spec])
        right = ["a.b.c", "x", "x.y.z"]
        wrong = ["a.b.b.c", "a.c", "xy", "340881103"]
        batch = [Outgoing(f"m{key}", f"{name}.events", key, b"", "t") for key in (*right, *wrong)]
        outcome = broker.publisher().publish(batch, SOON)
        assert outcome.confirmed == {f"m{key}" for key in right}

    def test_two_bindings_deliver_once(self, broker: Broker, name: str) -> None:
        """A queue bound twice by matching keys gets a message once."""
        broker.declare([], [QueueSpec(f"{name}.two", ((f"{name}.events", "a.#"), (f"{name}.events", "#.b")))])
        broker.publisher().publish([Outgoing("m", f"{name}.events", "a.b", b"", "t")], SOON)
        assert len(broker.source([f"{name}.two"], 10).take(10, 0.1, SOON)) == 1

    def test_declaring_again_is_harmless(self, broker: Broker, name: str) -> None:
        """Declaring the same once more changes nothing and loses nothing."""
        broker.publisher().publish([Outgoing("m", "", f"{name}.inbox", b"", "t")], SOON)
        broker.declare([f"{name}.events"], [QueueSpec(f"{name}.inbox", ((f"{name}.events", "handoff.done.#"),))])
        assert len(broker.source([f"{name}.inbox"], 10).take(10, 0.0, SOON)) == 1

    def test_take_gives_at_most_and_in_order(self, broker: Broker, name: str) -> None:
        """One take gives up to so many, the next goes on; one queue's order is kept."""
        send(broker, f"{name}.inbox", 25)
        source = broker.source([f"{name}.inbox"], 100)
        first = source.take(10, 0.5, SOON)
        assert [d.message_id for d in first] == [f"m{i}" for i in range(10)]
        rest = take_all(source, 15)
        assert [d.message_id for d in rest] == [f"m{i}" for i in range(10, 25)]

    def test_take_waits_no_longer_than_told(self, broker: Broker, name: str) -> None:
        """On an empty queue a take comes back empty after ``wait``."""
        source = broker.source([f"{name}.inbox"], 10)
        source.take(1, 0.0, 0.0)
        start = time.monotonic()
        assert source.take(10, 5.0, 0.2) == []
        assert 0.15 < time.monotonic() - start < 2.0

    def test_linger_is_over_when_enough_came(self, broker: Broker, name: str) -> None:
        """Lingering ends with ``most``, and when the prefetch lets no more come."""
        send(broker, f"{name}.inbox", 20)
        source = broker.source([f"{name}.inbox"], 8)
        start = time.monotonic()
        assert len(source.take(5, 30.0, SOON)) == 5
        source.close()
        assert time.monotonic() - start < 10

    def test_prefetch_bounds_what_is_unacked(self, broker: Broker, name: str) -> None:
        """No more than ``prefetch`` unacked messages are handed out; acking lets more come."""
        send(broker, f"{name}.inbox", 12)
        source = broker.source([f"{name}.inbox"], 5)
        first = take_all(source, 5)
        assert source.take(10, 0.0, 0.2) == []
        assert source.held() == 5
        source.ack(first)
        assert len(take_all(source, 5)) == 5

    def test_several_queues_in_one_source(self, broker: Broker, name: str) -> None:
        """One source takes from several queues and says which each came from."""
        broker.declare([], [QueueSpec(f"{name}.more")])
        send(broker, f"{name}.inbox", 3)
        send(broker, f"{name}.more", 3, prefix="n")
        got = take_all(broker.source([f"{name}.inbox", f"{name}.more"], 10), 6)
        assert {d.message_id: d.queue for d in got} == {
            **{f"m{i}": f"{name}.inbox" for i in range(3)},
            **{f"n{i}": f"{name}.more" for i in range(3)},
        }

    def test_acked_are_gone_and_unacked_come_again(self, broker: Broker, name: str) -> None:
        """Acking some in the middle acks those and no others; the rest come again, said to be redelivered."""
        send(broker, f"{name}.inbox", 10)
        source = broker.source([f"{name}.inbox"], 20)
        got = {d.message_id: d for d in take_all(source, 10)}
        source.ack([got["m0"], got["m1"], got["m4"], got["m7"]])
        source.ack([got["m9"]])
        source.close()
        again = take_all(broker.source([f"{name}.inbox"], 20), 5)
        assert {d.message_id for d in again} == {"m2", "m3", "m5", "m6", "m8"}
        assert all(d.redelivered for d in again)

    def test_given_back_come_again(self, broker: Broker, name: str) -> None:
        """What is given back is taken again, by the same source too; what was acked is not."""
        send(broker, f"{name}.inbox", 4)
        source = broker.source([f"{name}.inbox"], 20)
        got = take_all(source, 4)
        source.give_back(got[1:3])
        source.ack([got[0], got[3]])
        again = take_all(source, 2)
        assert {d.message_id for d in again} == {"m1", "m2"}
        source.ack(again)
        assert source.take(10, 0.0, 0.2) == []

    def test_given_back_stays_in_its_queue(self, broker: Broker, name: str) -> None:
        """A message of two queues, given back in one, does not double in the other."""
        broker.declare([], [QueueSpec(f"{name}.other", ((f"{name}.events", "handoff.done.#"),))])
        broker.publisher().publish([Outgoing("m", f"{name}.events", "handoff.done.x", b"", "t")], SOON)
        source = broker.source([f"{name}.inbox"], 5)
        source.give_back(take_all(source, 1))
        source.ack(take_all(source, 1))
        assert len(broker.source([f"{name}.other"], 5).take(5, 0.2, SOON)) == 1

    def test_ack_after_close_is_told(self, broker: Broker, name: str) -> None:
        """Acking through a closed source raises, and the message comes again."""
        send(broker, f"{name}.inbox", 1)
        source = broker.source([f"{name}.inbox"], 5)
        got = take_all(source, 1)
        source.close()
        with pytest.raises(BrokerAway):
            source.ack(got)
        assert len(take_all(broker.source([f"{name}.inbox"], 5), 1)) == 1

    def test_depth_counts_ready_and_takes_nothing(self, broker: Broker, name: str) -> None:
        """Depth is what lies ready; asking takes nothing away."""
        send(broker, f"{name}.inbox", 7)
        source = broker.source([f"{name}.inbox"], 2)
        assert (source.depth(), source.held()) == (7, 0)
        source.ack(take_all(source, 2))
        take_all(source, 2)
        assert source.depth() == 3

    def test_source_of_a_missing_queue_is_away(self, broker: Broker, name: str) -> None:
        """Taking from a queue that is not there raises instead of waiting for ever."""
        with pytest.raises(BrokerAway):
            broker.source([f"{name}.nowhere"], 5).take(1, 0.0, 0.1)

    def test_the_mesh_itself_is_nobody_s_user(self, broker: Broker, name: str) -> None:
        """What the mesh publishes is from no department, whether to a queue, by topic or as a command."""
        broker.declare([f"{name}.commands"], [QueueSpec(f"{name}.commands", ((f"{name}.commands", "#"),))])
        batch = [
            Outgoing("1", "", f"{name}.commands", b"", "t"),
            Outgoing("2", f"{name}.commands", "mesh.archive.wanted.v1", b"", "t"),
        ]
        broker.publisher().publish(batch, SOON)
        got = take_all(broker.source([f"{name}.commands"], 5), 2)
        assert [d.user for d in got] == [None, None]

    def test_closing_the_broker_closes_its_sources(self, broker: Broker, name: str) -> None:
        """After close, what was unacked anywhere is ready again, and a take raises."""
        send(broker, f"{name}.inbox", 2)
        source = broker.source([f"{name}.inbox"], 5)
        take_all(source, 2)
        broker.close()
        with pytest.raises(BrokerAway):
            source.take(1, 0.0, 0.1)


def send(broker: Broker, queue: str, count: int, prefix: str = "m") -> None:
    """``count`` messages straight to a queue, ids ``<prefix>0``…"""
    batch = [Outgoing(f"{prefix}{i}", "", queue, b"%d" % i, "t") for i in range(count)]
    assert len(broker.publisher().publish(batch, SOON).confirmed) == count


def take_all(source: Source, count: int) -> list[Delivery]:
    """Take until ``count`` came, five seconds at most."""
    got: list[Delivery] = []
    until = time.monotonic() + SOON
    while len(got) < count and time.monotonic() < until:
        got += source.take(count - len(got), 0.05, 0.5)
    assert len(got) == count
    return got
