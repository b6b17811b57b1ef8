"""The RabbitMQ adapter when the broker is blocked, frozen, killed or restarted: a broker of our own is hurt."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from govmesh.broker import BrokerAway, Outgoing, QueueSpec
from govmesh.broker.rabbit import RabbitBroker
from govmesh.testing.broker_contract import SOON, send, take_all
from govmesh.testing.servers import PrivateRabbit

pytestmark = [pytest.mark.broker, pytest.mark.slow]


@pytest.fixture
def server(private_rabbit: PrivateRabbit) -> PrivateRabbit:
    return private_rabbit


@pytest.fixture
def rabbit(server: PrivateRabbit) -> Iterator[RabbitBroker]:
    broker = RabbitBroker(server.url)
    yield broker
    broker.close()


def messages(word: str, count: int, queue: str = "q", size: int = 10) -> list[Outgoing]:
    return [Outgoing(f"{word}{i}", "", queue, b"x" * size, "t") for i in range(count)]


def test_an_alarm_is_told_at_once_and_goes_by(server: PrivateRabbit, rabbit: RabbitBroker) -> None:
    """Under a memory alarm a publish raises long before its deadline, and again at once; after it, it goes on."""
    rabbit.declare([], [QueueSpec("alarm")])
    publisher = rabbit.publisher()
    publisher.publish(messages("before", 1, "alarm"), SOON)
    server.memory_alarm(True)
    try:
        start = time.monotonic()
        with pytest.raises(BrokerAway) as away:
            publisher.publish(messages("during", 200, "alarm", 2000), 20.0)
        assert "blocked" in str(away.value)
        with pytest.raises(BrokerAway):
            publisher.publish(messages("again", 200, "alarm", 2000), 20.0)
        assert time.monotonic() - start < 5
        assert rabbit.source(["alarm"], 1).take(1, 0.0, SOON), "taking goes on under the alarm"
    finally:
        server.memory_alarm(False)
    until = time.monotonic() + 10
    while True:
        try:
            outcome = publisher.publish(messages("during", 200, "alarm", 2000), SOON)
            break
        except BrokerAway:
            assert time.monotonic() < until
            time.sleep(0.1)
    assert len(outcome.confirmed) == 200


def test_a_frozen_broker_costs_no_more_than_the_deadline(server: PrivateRabbit, rabbit: RabbitBroker) -> None:
    """A broker that neither reads nor answers: publish gives up at its deadline, however small or large the batch."""
    rabbit.declare([], [QueueSpec("frozen")])
    publisher = rabbit.publisher()
    send(rabbit, "frozen", 1)
    publisher.publish(messages("before", 1, "frozen"), SOON)
    server.pause()
    try:
        for batch in (messages("small", 3, "frozen"), messages("large", 200, "frozen", 100_000)):
            start = time.monotonic()
            with pytest.raises(BrokerAway):
                publisher.publish(batch, 1.0)
            assert time.monotonic() - start < 2
    finally:
        server.resume()
    assert len(publisher.publish(messages("after", 3, "frozen"), 30.0).confirmed) == 3


def test_a_frozen_broker_in_the_middle_of_a_large_write(server: PrivateRabbit, rabbit: RabbitBroker) -> None:
    """A write that the broker stops reading ends at the deadline, too."""
    rabbit.declare([], [QueueSpec("middle")])
    publisher = rabbit.publisher()
    publisher.publish(messages("before", 1, "middle"), SOON)
    server.pause()
    try:
        start = time.monotonic()
        with pytest.raises(BrokerAway) as away:
            publisher.publish(messages("large", 200, "middle", 200_000), 1.5)
        assert 1.0 < time.monotonic() - start < 3, away.value
    finally:
        server.resume()


def test_kill_and_restart_lose_nothing_confirmed(server: PrivateRabbit, rabbit: RabbitBroker) -> None:
    """Broker killed and started again meanwhile: everything confirmed is taken, both sides go on by themselves."""
    rabbit.declare([], [QueueSpec("killed")])
    publisher, source = rabbit.publisher(), rabbit.source(["killed"], 100)
    confirmed: set[str] = set()
    got: set[str | None] = set()
    stop = threading.Event()

    def publish() -> None:
        round = 0
        while not stop.is_set():
            batch = messages(f"{round}.", 50, "killed")
            try:
                confirmed.update(publisher.publish(batch, 3.0).confirmed)
                round += 1
            except BrokerAway as away:
                confirmed.update(away.outcome.confirmed)
                time.sleep(0.1)
            time.sleep(0.01)

    def take() -> None:
        while not (stop.is_set() and confirmed <= got):
            try:
                taken = source.take(100, 0.01, 0.5)
                source.ack(taken)
                got.update(d.message_id for d in taken)
            except BrokerAway:
                time.sleep(0.1)

    threads = [threading.Thread(target=publish, daemon=True), threading.Thread(target=take, daemon=True)]
    for thread in threads:
        thread.start()
    time.sleep(1.0)
    before = len(confirmed)
    server.kill()
    server.start()
    until = time.monotonic() + 20
    while len(confirmed) < before + 500 and time.monotonic() < until:
        time.sleep(0.1)
    stop.set()
    for thread in threads:
        thread.join(20)
    assert before and len(confirmed) >= before + 500
    assert confirmed <= got


def test_heartbeats_keep_idle_connections(server: PrivateRabbit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody touches publisher and source for several heartbeats: the connections are still the same ones."""
    from govmesh.broker import _link

    monkeypatch.setattr(_link, "HEARTBEAT", 1)
    monkeypatch.setattr(_link, "_TICK", 0.25)
    broker = RabbitBroker(server.url)
    broker.declare([], [QueueSpec("idle")])
    publisher, source = broker.publisher(), broker.source(["idle"], 10)
    publisher.publish(messages("a", 1, "idle"), SOON)
    source.ack(take_all(source, 1))
    ports = [one._link._connection.sock.getsockname() for one in (publisher, source)]
    time.sleep(5)
    publisher.publish(messages("b", 1, "idle"), SOON)
    source.ack(take_all(source, 1))
    assert [one._link._connection.sock.getsockname() for one in (publisher, source)] == ports
    broker.close()


def test_a_broker_that_falls_silent_is_noticed(server: PrivateRabbit, monkeypatch: pytest.MonkeyPatch) -> None:
    """No heartbeat for two intervals: a waiting take raises, and goes on once the broker is back."""
    from govmesh.broker import _link

    monkeypatch.setattr(_link, "HEARTBEAT", 1)
    monkeypatch.setattr(_link, "_TICK", 0.25)
    broker = RabbitBroker(server.url)
    broker.declare([], [QueueSpec("silent")])
    source = broker.source(["silent"], 10)
    source.take(1, 0.0, 0.0)
    server.pause()
    try:
        start = time.monotonic()
        with pytest.raises(BrokerAway):
            source.take(1, 0.0, 20.0)
        assert time.monotonic() - start < 6
    finally:
        server.resume()
    until = time.monotonic() + 20
    while True:
        try:
            send(broker, "silent", 1)
            break
        except BrokerAway:
            assert time.monotonic() < until
    assert len(take_all(source, 1)) == 1
    broker.close()


def test_a_silent_peer_is_noticed() -> None:
    """Something that takes the connection and never speaks AMQP is away after the deadline."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        broker = RabbitBroker(f"amqp://guest:guest@127.0.0.1:{deaf.getsockname()[1]}/")
        start = time.monotonic()
        with pytest.raises(BrokerAway):
            broker.publisher().publish(messages("a", 1), 1.0)
        assert time.monotonic() - start < 2


def test_a_queue_whose_limit_was_lifted_takes_again(server: PrivateRabbit, rabbit: RabbitBroker) -> None:
    """What was refused for a full queue is taken soon after its limit is gone, full as it is."""
    rabbit.declare([], [QueueSpec("narrow")])
    vhost, limit = server.url.rpartition("/")[2], '{"max-length": 2, "overflow": "reject-publish"}'
    server.ctl("set_policy", "-p", vhost, "narrow", "^narrow$", limit, "--apply-to", "queues")
    publisher = rabbit.publisher()
    try:
        until, number = time.monotonic() + 20, 0
        while not publisher.publish(messages(f"fill{number}-", 1, "narrow"), SOON).refused:
            assert time.monotonic() < until, "the limit never held"
            number += 1
    finally:
        server.ctl("clear_policy", "-p", vhost, "narrow")
    until = time.monotonic() + 20
    while publisher.publish(messages(f"after{number}-", 1, "narrow"), SOON).refused:
        assert time.monotonic() < until, "still refused long after the limit was lifted"
        number += 1
        time.sleep(0.2)
