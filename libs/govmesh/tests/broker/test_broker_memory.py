"""The memory adapter keeps the contract, and is honest about what it cannot do."""

from __future__ import annotations

import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from kombu import Connection, Exchange, Queue

from govcore.errors import Refusal
from govmesh.broker import Broker, Outgoing, QueueSpec, open_broker
from govmesh.broker.memory import MemoryBroker
from govmesh.testing.broker_contract import BrokerContract, send, take_all


class TestMemory(BrokerContract):
    @pytest.fixture
    def broker(self) -> Iterator[Broker]:
        broker = MemoryBroker(secrets.token_hex(4))
        yield broker
        broker.close()
        broker.forget()


@pytest.fixture
def memory() -> Iterator[MemoryBroker]:
    broker = MemoryBroker(secrets.token_hex(4))
    yield broker
    broker.close()
    broker.forget()


def test_it_promises_no_more_than_it_keeps(memory: MemoryBroker) -> None:
    """Nothing survives the process, nobody proves a user, dead letters are unknown."""
    told = memory.guarantees
    assert told.mandatory
    assert not (told.confirms or told.user_stamped or told.survives_restart or told.dead_letters)


def test_namespaces_do_not_meet(memory: MemoryBroker) -> None:
    """Two namespaces of one process have queues of the same name and never each other's messages."""
    other = MemoryBroker(secrets.token_hex(4))
    for broker in (memory, other):
        broker.declare([], [QueueSpec("q")])
    send(memory, "q", 3)
    assert (memory.source(["q"], 5).depth(), other.source(["q"], 5).depth()) == (3, 0)
    other.forget()


def test_brokers_of_one_namespace_meet(memory: MemoryBroker) -> None:
    """Every broker opened on a namespace sees the same queues; each says its own user."""
    memory.declare([], [QueueSpec("q")])
    police = open_broker(f"memory://dept.gongan@{memory.namespace}")
    police.publisher().publish([Outgoing("a", "", "q", b"", "t")], 1.0)
    memory.as_user("dept.zhujian").publisher().publish([Outgoing("b", "", "q", b"", "t")], 1.0)
    got = take_all(memory.source(["q"], 5), 2)
    assert {d.message_id: d.user for d in got} == {"a": "dept.gongan", "b": "dept.zhujian"}


def test_an_unknown_address_is_refused_without_quoting_it() -> None:
    """Only the scheme is told, in both languages: the rest may hold a password."""
    with pytest.raises(Refusal) as refused:
        open_broker("redis://user:sesame@host/")
    assert refused.value.code == "BROKER_URL_UNKNOWN"
    assert "redis" in refused.value.text("en") and "redis" in refused.value.text("zh_CN")
    assert "sesame" not in str(refused.value)


def test_forgetting_empties_a_namespace(memory: MemoryBroker) -> None:
    """After forget, queues and bindings are gone as after the end of the process."""
    memory.declare(["x.events"], [QueueSpec("q", (("x.events", "#"),))])
    send(memory, "q", 3)
    memory.forget()
    outcome = memory.publisher().publish([Outgoing("a", "x.events", "k", b"", "t")], 1.0)
    assert outcome.refused == {"a"}
    memory.declare(["x.events"], [QueueSpec("q", (("x.events", "#"),))])
    assert memory.source(["q"], 5).depth() == 0


def test_a_binding_made_later_counts(memory: MemoryBroker) -> None:
    """Remembered routes are forgotten when a queue is bound."""
    memory.declare(["x.events"], [QueueSpec("q", (("x.events", "a.#"),))])
    publisher = memory.publisher()
    assert publisher.publish([Outgoing("1", "x.events", "b.c", b"", "t")], 1.0).returned
    memory.declare([], [QueueSpec("r", (("x.events", "b.#"),))])
    assert publisher.publish([Outgoing("2", "x.events", "b.c", b"", "t")], 1.0).confirmed


def test_anybody_s_kombu_can_listen_in() -> None:
    """In the nameless namespace a plain kombu consumer of the process hears the mesh's exchanges."""
    word = "t" + secrets.token_hex(4)
    broker = MemoryBroker()
    broker.declare([f"{word}.events"], [QueueSpec(f"{word}.inbox")])
    with Connection("memory://", transport_options={"polling_interval": 0.005}) as connection:
        exchange = Exchange(f"{word}.events", "topic", durable=True)
        heard = []
        queue = Queue(f"{word}.mine", exchange, routing_key="a.#")
        with connection.Consumer(queue, callbacks=[lambda body, message: heard.append(message)], accept=None):
            sent = Outgoing("m", f"{word}.events", "a.b", b"{}", "t")
            assert broker.publisher().publish([sent], 1.0).confirmed == {"m"}
            connection.drain_events(timeout=2)
        assert heard[0].properties["message_id"] == "m"
        queue(connection.default_channel).delete()


def test_many_threads_lose_and_double_nothing(memory: MemoryBroker) -> None:
    """Four publishing and four taking threads: every message is taken exactly once."""
    memory.declare([], [QueueSpec("q")])
    got: list[str | None] = []
    done = threading.Event()

    def publish(word: int) -> None:
        for at in range(0, 500, 50):
            send(memory, "q", 50, f"{word}.{at}.")

    def take() -> None:
        source = memory.source(["q"], 40)
        while not (done.is_set() and not source.depth()):
            taken = source.take(20, 0.0, 0.02)
            got.extend(d.message_id for d in taken)
            source.ack(taken)

    writers = [threading.Thread(target=publish, args=(n,)) for n in range(4)]
    readers = [threading.Thread(target=take) for _ in range(4)]
    for thread in (*writers, *readers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert len(got) == len(set(got)) == 2000


GREEN = """
import eventlet; eventlet.monkey_patch()
import time
from govmesh.broker import Outgoing, QueueSpec
from govmesh.broker.memory import MemoryBroker
broker = MemoryBroker("green")
broker.declare([], [QueueSpec("q")])
got, source, publisher = [], broker.source(["q"], 50), broker.publisher()
def take():
    while len(got) < 300:
        taken = source.take(20, 0.0, 1.0)
        source.ack(taken)
        got.extend(taken)
def publish(n):
    for i in range(100):
        publisher.publish([Outgoing(f"{n}.{i}", "", "q", b"", "t")], 1.0)
        if i % 10 == 0: eventlet.sleep(0)
ticks = []
def tick():
    while len(got) < 300:
        ticks.append(time.monotonic()); eventlet.sleep(0.001)
threads = [eventlet.spawn(take), eventlet.spawn(tick)] + [eventlet.spawn(publish, n) for n in range(3)]
with eventlet.Timeout(10):
    for thread in threads: thread.wait()
assert len({d.message_id for d in got}) == 300 and len(ticks) > 1, (len(got), len(ticks))
print("green")
"""


@pytest.mark.slow
def test_it_works_under_eventlet() -> None:
    """Monkey-patched green threads publish and take without starving each other."""
    done = subprocess.run([sys.executable, "-c", GREEN], capture_output=True, text=True, timeout=60)
    assert done.stdout == "green\n", done.stderr
