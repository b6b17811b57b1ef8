"""The RabbitMQ adapter keeps the contract on a real broker."""

from __future__ import annotations

import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import amqp
import pytest
from kombu import Connection

from govcore.errors import Refusal
from govmesh.broker import Broker, BrokerAway, Outgoing, QueueSpec, open_broker, topology
from govmesh.broker.rabbit import RabbitBroker
from govmesh.testing.broker_contract import SOON, BrokerContract, send, take_all

pytestmark = pytest.mark.broker


@pytest.fixture(scope="module")
def vhost_url(amqp_url: str) -> str:
    """The run's own virtual host; whatever is declared in it goes with it."""
    return amqp_url


@pytest.fixture
def rabbit(vhost_url: str) -> Iterator[RabbitBroker]:
    broker = RabbitBroker(vhost_url)
    yield broker
    broker.close()


@pytest.fixture
def word() -> str:
    return "t" + secrets.token_hex(4)


class TestRabbit(BrokerContract):
    @pytest.fixture
    def broker(self, vhost_url: str) -> Iterator[Broker]:
        broker = open_broker(vhost_url)
        yield broker
        broker.close()


def test_it_promises_everything(rabbit: RabbitBroker) -> None:
    """Confirms, mandatory, proven users, restarts and dead letters: RabbitMQ gives all of them."""
    told = rabbit.guarantees
    assert told.confirms and told.mandatory and told.user_stamped and told.survives_restart and told.dead_letters


def test_queues_are_quorum_and_durable(rabbit: RabbitBroker, word: str, vhost_url: str) -> None:
    """A queue of ours cannot be declared as classic: it is there as quorum, durable, with its delivery limit."""
    rabbit.declare([], [QueueSpec(word)])
    with Connection(vhost_url) as connection, pytest.raises(amqp.PreconditionFailed) as refused:
        connection.channel().queue_declare(word, durable=True, auto_delete=False)
    assert "quorum" in str(refused.value)


def test_declared_otherwise_before_is_refused(rabbit: RabbitBroker, word: str) -> None:
    """A queue that is there with other arguments is named, not silently used."""
    rabbit.declare([], [QueueSpec(word, delivery_limit=50)])
    with pytest.raises(Refusal) as refused:
        rabbit.declare([], [QueueSpec(word, delivery_limit=60)])
    assert (refused.value.code, refused.value.field) == ("BROKER_DIFFERS", word)
    assert word in refused.value.text("en") and word in refused.value.text("zh_CN")


def test_names_too_long_for_amqp_are_refused(rabbit: RabbitBroker, word: str) -> None:
    """A routing key of more than 255 bytes is refused by itself; its neighbour goes."""
    rabbit.declare([], [QueueSpec(word)])
    batch = [Outgoing("long", "", "长" * 100, b"", "t"), Outgoing("short", "", word, b"", "t")]
    outcome = rabbit.publisher().publish(batch, SOON)
    assert (outcome.refused, outcome.confirmed) == ({"long"}, {"short"})


def test_nacked_by_a_full_queue_is_refused(rabbit: RabbitBroker, word: str, vhost_url: str) -> None:
    """What the broker nacks (a queue at its length that rejects) is refused; the others are confirmed."""
    with Connection(vhost_url) as connection:
        full = {"x-queue-type": "quorum", "x-max-length": 1, "x-overflow": "reject-publish"}
        connection.channel().queue_declare(f"{word}.full", durable=True, auto_delete=False, arguments=full)
    rabbit.declare([], [QueueSpec(word)])
    publisher = rabbit.publisher()
    refused, confirmed = set(), set()
    for index in range(5):
        batch = [Outgoing(f"f{index}", "", f"{word}.full", b"", "t"), Outgoing(f"o{index}", "", word, b"", "t")]
        outcome = publisher.publish(batch, SOON)
        refused |= outcome.refused
        confirmed |= outcome.confirmed
        time.sleep(0.05)  # the queue tells its publishers asynchronously that it is full
    assert refused and all(id.startswith("f") for id in refused)
    assert {f"o{index}" for index in range(5)} <= confirmed


def test_several_threads_share_a_publisher(rabbit: RabbitBroker, word: str) -> None:
    """Publishing from eight threads through one publisher: each gets the outcome of its own messages."""
    rabbit.declare([], [QueueSpec(word)])
    publisher, wrong = rabbit.publisher(), []

    def work(n: int) -> None:
        for round in range(5):
            ids = {f"{n}.{round}.{i}" for i in range(20)}
            outcome = publisher.publish([Outgoing(id, "", word, b"", "t") for id in ids], SOON)
            if outcome.confirmed != ids:
                wrong.append(outcome)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert rabbit.source([word], 10).depth() == 800


def test_a_lost_connection_is_told_and_made_anew(rabbit: RabbitBroker, word: str) -> None:
    """When the connection goes, take and publish say so once and go on with the next call; nothing is lost."""
    rabbit.declare([], [QueueSpec(word)])
    send(rabbit, word, 5)
    source, publisher = rabbit.source([word], 10), rabbit.publisher()
    got = take_all(source, 5)
    publisher.publish([Outgoing("before", "", word, b"", "t")], SOON)
    for one in (source, publisher):
        one._link._connection.sock.close()
    with pytest.raises(BrokerAway):
        source.ack(got)
    assert len(take_all(source, 6)) == 6
    with pytest.raises(BrokerAway):
        publisher.publish([Outgoing("lost", "", word, b"", "t")], SOON)
    assert publisher.publish([Outgoing("lost", "", word, b"", "t")], SOON).confirmed == {"lost"}


def test_an_ack_of_an_earlier_connection_acks_nothing(rabbit: RabbitBroker, word: str) -> None:
    """Tags start anew with each channel: an old delivery's ack must not hit a new one's."""
    rabbit.declare([], [QueueSpec(word)])
    send(rabbit, word, 3)
    source = rabbit.source([word], 10)
    old = take_all(source, 3)
    source._link.drop()
    new = take_all(source, 3)
    with pytest.raises(BrokerAway):
        source.ack(old)
    assert source.held() == 3
    source.ack(new)
    assert source.take(5, 0.0, 0.2) == []


def test_a_deleted_queue_is_told(rabbit: RabbitBroker, word: str, vhost_url: str) -> None:
    """When somebody deletes the queue one takes from, take raises instead of waiting for ever."""
    rabbit.declare([], [QueueSpec(word)])
    source = rabbit.source([word], 10)
    source.take(1, 0.0, 0.0)
    with Connection(vhost_url) as connection:
        connection.channel().queue_delete(word)
    with pytest.raises(BrokerAway):
        source.take(1, 0.0, SOON)


@pytest.mark.parametrize("sure", [False, True])
def test_dead_letters_are_taken_in_again(rabbit: RabbitBroker, word: str, sure: bool) -> None:
    """What was delivered too often lies in the dead queue, with sender and origin, and can be put back."""
    dead = f"dead.{word}"
    rabbit.declare(
        ["dead"],
        [
            QueueSpec(dead, (("dead", dead),), delivery_limit=topology.NEVER),
            QueueSpec(word, dead_letter_to=dead, delivery_limit=2, sure_dead_letters=sure),
        ],
    )
    rabbit.publisher().publish([Outgoing("m", "", word, b"body", "a.b.v1")], SOON)
    source = rabbit.source([word], 5)
    for _ in range(3):
        source.give_back(take_all(source, 1))
    assert source.take(1, 0.0, 0.3) == []
    letters = rabbit.source([dead], 5)
    [letter] = take_all(letters, 1)
    assert (letter.body, letter.queue, letter.user, letter.type) == (b"body", word, None, "a.b.v1")
    letters.close()
    assert topology.put_back(rabbit, dead) == 1
    assert [d.message_id for d in take_all(source, 1)] == ["m"]
    assert topology.put_back(rabbit, dead) == 0


def test_who_a_command_is_from(rabbit: RabbitBroker, word: str, vhost_url: str) -> None:
    """A mesh user speaks for the department of the routing key, dead letter or not; unstamped is from nobody."""
    exchange, dead = f"{word}.commands", f"dead.{word}"
    rabbit.declare(
        [exchange, "dead"],
        [
            QueueSpec(dead, (("dead", dead),), delivery_limit=topology.NEVER),
            QueueSpec(exchange, ((exchange, "#"),), dead_letter_to=dead, delivery_limit=1),
        ],
    )
    rabbit.publisher().publish([Outgoing("m", exchange, "dept.gongan.accept", b"", "t")], SOON)
    source = rabbit.source([exchange, dead], 5)
    for _ in range(2):
        [got] = take_all(source, 1)
        assert got.user == "dept.gongan"
        source.give_back([got])
    [letter] = take_all(source, 1)
    assert (letter.user, letter.queue) == ("dept.gongan", exchange)
    source.ack([letter])
    with Connection(vhost_url) as connection:
        connection.channel().basic_publish(amqp.Message(b""), exchange, "dept.gongan.accept")
    assert take_all(source, 1)[0].user == ""


def test_the_whole_topology_is_declared(rabbit: RabbitBroker, word: str) -> None:
    """Declaring the mesh gives inboxes that hear their speakers, commands, departments' queues and dead ones."""
    hears = {f"a{word}": {f"b{word}": ["event.closed"]}, f"b{word}": {}}
    topology.declare(rabbit, [f"d{word}"], hears)
    topology.declare(rabbit, [f"d{word}"], hears)
    outcome = rabbit.publisher().publish(
        [
            Outgoing("1", f"b{word}.events", "event.closed.34._._._._._", b"", "t"),
            Outgoing("2", f"b{word}.commands", "dept.x.accept", b"", "t"),
            Outgoing("3", "", f"dept.d{word}", b"", "t"),
            Outgoing("4", "dead", f"dead.a{word}", b"", "t"),
        ],
        SOON,
    )
    assert outcome.confirmed == {"1", "2", "3", "4"}
    got = take_all(rabbit.source(topology.taken_by(f"a{word}"), 5), 2)
    assert {d.message_id for d in got} == {"1", "4"}


def test_nobody_there_is_away_at_once() -> None:
    """With no broker at the address, everything raises quickly and nothing hangs."""
    broker = RabbitBroker("amqp://guest:guest@127.0.0.1:1/")
    start = time.monotonic()
    with pytest.raises(BrokerAway):
        broker.publisher().publish([Outgoing("m", "", "q", b"", "t")], 3.0)
    with pytest.raises(BrokerAway):
        broker.source(["q"], 1).take(1, 0.0, 0.1)
    with pytest.raises(BrokerAway):
        broker.declare(["x"], [])
    assert time.monotonic() - start < 3


def test_a_second_address_is_tried(vhost_url: str, word: str) -> None:
    """Of several addresses the next is tried when one does not answer."""
    broker = RabbitBroker(f"amqp://guest:guest@127.0.0.1:1/;{vhost_url}")
    publisher = broker.publisher()
    with pytest.raises(BrokerAway):
        publisher.publish([Outgoing("m", "", word, b"", "t")], SOON)
    for _ in range(2):
        assert publisher.publish([Outgoing("m", "", word, b"", "t")], SOON).returned == {"m"}
    broker.close()


def test_a_wrong_password_is_away_without_telling_it(vhost_url: str) -> None:
    """Refused log-in is told as away, and the words hold no password."""
    at = vhost_url.rpartition("@")[2]
    with pytest.raises(BrokerAway) as away:
        RabbitBroker(f"amqp://guest:sesame@{at}").publisher().publish([Outgoing("m", "", "q", b"", "t")], 3.0)
    assert "sesame" not in str(away.value)


GREEN = """
import eventlet; eventlet.monkey_patch()
import sys, time
from govmesh.broker import Outgoing, QueueSpec, open_broker
url, word = sys.argv[1:]
broker = open_broker(url)
broker.declare([], [QueueSpec(word)])
got, source, publisher = [], broker.source([word], 100), broker.publisher()
longest = [0.0]
def take():
    while len(got) < 600:
        taken = source.take(50, 0.01, 1.0)
        source.ack(taken)
        got.extend(taken)
def publish(n):
    for i in range(0, 200, 50):
        ids = {f"{n}.{i + j}" for j in range(50)}
        assert publisher.publish([Outgoing(id, "", word, b"", "t") for id in ids], 5.0).confirmed == ids
def tick():
    last = time.monotonic()
    while len(got) < 600:
        eventlet.sleep(0.01)
        longest[0] = max(longest[0], time.monotonic() - last)
        last = time.monotonic()
threads = [eventlet.spawn(take), eventlet.spawn(tick)] + [eventlet.spawn(publish, n) for n in range(3)]
with eventlet.Timeout(20):
    for thread in threads: thread.wait()
assert len({d.message_id for d in got}) == 600
source.take(1, 0.0, 0.3)
broker.close()
print("green" if longest[0] < 1 else longest)
"""


def test_it_works_under_eventlet(vhost_url: str, word: str) -> None:
    """Monkey-patched: green threads share one publisher, a taker waits, and nobody stands still meanwhile."""
    done = subprocess.run([sys.executable, "-c", GREEN, vhost_url, word], capture_output=True, text=True, timeout=60)
    assert done.stdout == "green\n", done.stdout + done.stderr
