"""The definitions give every user what it needs on a real broker, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import amqp
import pytest
from kombu import Connection

from govcore.errors import Refusal
from govmesh.broker import BrokerAway, Outgoing, topology
from govmesh.broker.provision import definitions, hash_password, import_into, make_passwords, read_passwords, users
from govmesh.broker.rabbit import RabbitBroker
from govmesh.department.amqp import AmqpWire
from govmesh.department.wire import COMMANDS, Command
from govmesh.testing.broker_contract import SOON, take_all
from govmesh.testing.servers import PrivateRabbit
from govmesh.testing.servers.rabbit import _plain

pytestmark = pytest.mark.slow

HEARS = {"dispatch": {"grid": ["event.located"]}, "grid": {"dispatch": ["event.reported"]}}
PASSWORDS = {name: f"pw-{name}" for name in ("dispatch", "grid", "dept.gongan", "dept.chengguan", "gateway.fire")}
VHOST = "provisioned"


def test_the_hash_is_rabbitmqs() -> None:
    """The example of RabbitMQ's own documentation: salt 908DC60A, password test12."""
    assert hash_password("test12", bytes.fromhex("908DC60A")) == "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"


def test_departments_may_only_what_they_need() -> None:
    """One permission and one topic permission each; nobody may declare anything."""
    told = definitions(["gongan", "chengguan"], HEARS)
    by_user = {each["user"]: each for each in told["permissions"]}
    assert by_user["dept.gongan"]["write"] == r"^(dispatch\.commands)$"
    assert by_user["dept.gongan"]["read"] == r"^(dept\.gongan)$"
    assert {each["configure"] for each in told["permissions"]} == {"^$"}
    [topic] = [each for each in told["topic_permissions"] if each["user"] == "dept.gongan"]
    assert (topic["exchange"], topic["write"], topic["read"]) == ("dispatch.commands", r"^dept\.gongan\..+$", "^$")


def test_without_a_password_nobody_logs_in() -> None:
    """Users without a password are there, with an empty hash; two runs then make the same file."""
    told = definitions(["gongan"], HEARS)
    assert {user["password_hash"] for user in told["users"]} == {""}
    assert told == definitions(["gongan"], HEARS)


def test_a_bad_department_code_is_refused() -> None:
    """A code that could not be a queue's word is refused by name, in both languages."""
    with pytest.raises(Refusal) as refused:
        definitions(["gong an"], HEARS)
    assert refused.value.code == "BROKER_BAD_CODE"
    assert "gong an" in refused.value.text("zh_CN") and "gong an" in refused.value.text("en")


def test_passwords_are_made_once_and_kept(tmp_path: Path) -> None:
    """Missing passwords are made, known ones stay, only the owner can read them."""
    file = tmp_path / "passwords.json"
    first = make_passwords(file, ["a", "b"])
    second = make_passwords(file, ["b", "c"])
    assert second == {**first, "c": second["c"]} and len(set(second.values())) == 3
    assert file.stat().st_mode & 0o077 == 0
    file.write_text("[1]")
    with pytest.raises(Refusal) as refused:
        read_passwords(file)
    assert refused.value.code == "BROKER_BAD_PASSWORDS"


@pytest.fixture(scope="module")
def url(private_rabbit: PrivateRabbit) -> Callable[[str], str]:
    """The address of a user on a broker that has the definitions."""
    told = definitions(["gongan", "chengguan"], HEARS, PASSWORDS, VHOST, ["fire"])
    for _ in range(2):
        import_into(told, ctl(private_rabbit))
    return lambda user: f"amqp://{user}:{PASSWORDS[user]}@127.0.0.1:{private_rabbit.port}/{VHOST}"


def ctl(server: PrivateRabbit) -> list[str]:
    """The server's own rabbitmqctl as a command line."""
    code = (
        "import json, subprocess, sys; tool, node, env, *rest = sys.argv[1:];"
        "sys.exit(subprocess.call([tool, '-q', '-n', node, *rest], env=json.loads(env)))"
    )
    return [sys.executable, "-c", code, str(_plain("rabbitmqctl")), server.node, json.dumps(server._env)]


@pytest.mark.broker
@pytest.mark.slow
class TestOnABroker:
    def test_a_department_reads_its_queue_and_sends_its_commands(self, url: Any) -> None:
        """What a department may: take from its queue, ack, publish own commands; dispatch sees who it was."""
        dispatch = RabbitBroker(url("dispatch"))
        offer = Outgoing("M-1", "", "dept.gongan", b"{}", "handoff.offered.v1")
        assert dispatch.publisher().publish([offer], SOON).confirmed == {"M-1"}
        wire = AmqpWire(url("dept.gongan"), "gongan")
        [taken] = wire.take(10, SOON)
        wire.ack([taken])
        sent = wire.send([Command("c-1", "dept.gongan.accept", "handoff.accept.v1", b"{}")], SOON)
        assert (sent.confirmed, sent.wrong) == ({"c-1"}, {})
        source = dispatch.source(topology.taken_by("dispatch"), 10)
        [got] = take_all(source, 1)
        assert (got.user, got.queue, got.message_id) == ("dept.gongan", "dispatch.commands", "c-1")
        source.ack([got])
        wire.close()
        dispatch.close()

    def test_one_wrong_command_does_not_stop_the_others(self, url: Any) -> None:
        """In a batch, the key of another department is refused by name; the own ones are confirmed."""
        wire = AmqpWire(url("dept.gongan"), "gongan")
        batch = [Command(f"k-{n}", "dept.gongan.accept", "t", b"{}") for n in range(3)]
        batch.insert(1, Command("forged", "dept.chengguan.accept", "t", b"{}"))
        sent = wire.send(batch, SOON)
        assert sent.confirmed == {"k-0", "k-1", "k-2"}
        assert "access to topic" in sent.wrong["forged"]
        wire.close()

    @pytest.mark.parametrize(
        ("what", "code"),
        [
            (lambda c: c.basic_consume("dept.chengguan"), 403),
            (lambda c: c.basic_get("dispatch.commands"), 403),
            (lambda c: c.queue_declare("dept.gongan", durable=True, auto_delete=False), 403),
            (lambda c: c.queue_declare("mine", durable=True, auto_delete=False), 403),
            (lambda c: c.queue_delete("dept.gongan"), 403),
            (lambda c: c.queue_purge("dept.chengguan"), 403),
            (lambda c: c.exchange_declare("dispatch.commands", "topic", durable=True, auto_delete=False), 403),
            (lambda c: c.exchange_delete("dispatch.commands"), 403),
            (lambda c: c.queue_bind("dept.gongan", "dispatch.commands", "#"), 403),
            (lambda c: c.queue_bind("dept.gongan", "dispatch.events", "#"), 403),
            (lambda c: publish(c, "dispatch.events", "handoff.done.x"), 403),
            (lambda c: publish(c, "", "dept.chengguan"), 403),
            (lambda c: publish(c, "grid.commands", "dept.gongan.accept"), 403),
            (lambda c: publish(c, COMMANDS, "dept.chengguan.accept"), 403),
            (lambda c: publish(c, COMMANDS, "dept.gonganx.accept"), 403),
            (lambda c: publish(c, COMMANDS, "mesh.archive.wanted.v1"), 403),
            (lambda c: publish(c, COMMANDS, "dept.gongan.accept", user_id="dept.chengguan"), 406),
            (lambda c: publish(c, COMMANDS, "dept.gongan.accept", user_id="dispatch"), 406),
        ],
    )
    def test_a_department_may_nothing_else(self, url: Any, what: Callable[[Any], Any], code: int) -> None:
        """Each of these the broker refuses: other queues, declaring, deleting, binding, others' keys and names."""
        with Connection(url("dept.gongan")) as connection, pytest.raises(amqp.exceptions.AMQPError) as refused:
            what(connection.channel())
        assert refused.value.code == code

    def test_a_gateway_brings_alerts_under_its_own_name(self, url: Any) -> None:
        """It publishes with its own keys and dispatch sees who it was; the keys of another are refused."""
        dispatch, fire = RabbitBroker(url("dispatch")), RabbitBroker(url("gateway.fire"))
        batch = [
            Outgoing("a-1", topology.ALERTS, "gateway.fire.smoke", b"{}", "alert.raised.v1"),
            Outgoing("a-2", topology.ALERTS, "gateway.things.smoke", b"{}", "alert.raised.v1"),
        ]
        outcome = fire.publisher().publish(batch, SOON)
        assert (outcome.confirmed, outcome.refused) == ({"a-1"}, {"a-2"})
        source = dispatch.source([topology.ALERTS], 10)
        [got] = take_all(source, 1)
        assert (got.user, got.queue, got.message_id) == ("gateway.fire", "alerts.in", "a-1")
        source.ack([got])
        for broker in (fire, dispatch):
            broker.close()

    @pytest.mark.parametrize(
        ("what", "code"),
        [
            (lambda c: c.basic_get("alerts.in"), 403),
            (lambda c: c.queue_purge("alerts.in"), 403),
            (lambda c: c.queue_declare("mine", durable=True, auto_delete=False), 403),
            (lambda c: c.queue_bind("alerts.in", "dispatch.events", "#"), 403),
            (lambda c: publish(c, COMMANDS, "dept.gongan.accept"), 403),
            (lambda c: publish(c, COMMANDS, "gateway.fire.smoke"), 403),
            (lambda c: publish(c, "dispatch.events", "event.closed.x"), 403),
            (lambda c: publish(c, "", "dept.gongan"), 403),
            (lambda c: publish(c, "alerts.in", "gateway.fire.smoke", user_id="dispatch"), 406),
        ],
    )
    def test_a_gateway_may_nothing_else(self, url: Any, what: Callable[[Any], Any], code: int) -> None:
        """It reads no queue, not its own either, commands nobody, declares nothing and takes no other name."""
        with Connection(url("gateway.fire")) as connection, pytest.raises(amqp.exceptions.AMQPError) as refused:
            what(connection.channel())
        assert refused.value.code == code

    def test_a_service_takes_and_publishes_and_declares_nothing(self, url: Any, private_rabbit: PrivateRabbit) -> None:
        """A service's user may all that its code does; declaring finds everything there; more is refused."""
        grid = RabbitBroker(url("grid"))
        topology.declare(grid, ["gongan"], {"grid": HEARS["grid"]})
        publisher = grid.publisher()
        batch = [
            Outgoing("1", "grid.events", "event.located.34._._._._._", b"", "t"),
            Outgoing("2", "", "dispatch.inbox", b"", "t"),
            Outgoing("3", "dispatch.commands", "mesh.archive.wanted.v1", b"", "t"),
            Outgoing("4", "dispatch.commands", "dept.gongan.accept", b"", "t"),
            Outgoing("5", "dispatch.events", "event.closed.34._._._._._", b"", "t"),
        ]
        outcome = publisher.publish(batch, SOON)
        assert (outcome.confirmed, outcome.refused) == ({"1", "2", "3"}, {"4", "5"})
        source = grid.source(topology.taken_by("grid"), 10)
        assert source.depth() == 0
        assert source.take(1, 0.0, 0.1) == []
        with pytest.raises(BrokerAway):
            grid.source(["dispatch.inbox"], 10).take(1, 0.0, 0.1)
        with pytest.raises(Refusal) as refused:
            grid.declare(["party.events"], [])
        assert (refused.value.code, refused.value.field) == ("BROKER_MISSING", "party.events")
        dispatch = RabbitBroker(url("dispatch"))
        mine = dispatch.source(topology.taken_by("dispatch"), 10)
        taken = take_all(mine, 3)
        assert [d.user for d in taken] == [None, None, None]
        mine.ack(taken)
        assert topology.put_back(dispatch) == 0
        for broker in (grid, dispatch):
            broker.close()

    def test_what_was_imported_is_what_the_mesh_declares(self, private_rabbit: PrivateRabbit, url: Any) -> None:
        """Declaring with full rights over the imported definitions finds no difference."""
        private_rabbit.ctl("set_permissions", "-p", VHOST, "guest", ".*", ".*", ".*")
        broker = RabbitBroker(f"amqp://guest:guest@127.0.0.1:{private_rabbit.port}/{VHOST}")
        topology.declare(broker, ["gongan", "chengguan"], HEARS)
        broker.close()

    def test_a_wrong_password_stays_outside(self, private_rabbit: PrivateRabbit, url: Any) -> None:
        """A user with another's password, or with none, does not get in."""
        for password in ("pw-dept.chengguan", ""):
            broker = RabbitBroker(f"amqp://dept.gongan:{password}@127.0.0.1:{private_rabbit.port}/{VHOST}")
            with pytest.raises(BrokerAway):
                broker.source(["dept.gongan"], 1).take(1, 0.0, 0.1)

    def test_what_rabbitmqctl_refuses_is_told(self, private_rabbit: PrivateRabbit) -> None:
        """Definitions that the broker does not take end with its words."""
        with pytest.raises(Refusal) as refused:
            import_into({"users": [{"name": "x"}]}, ctl(private_rabbit))
        assert refused.value.code == "BROKER_CTL_FAILED"


def publish(channel: Any, exchange: str, key: str, **properties: Any) -> None:
    """Publish and wait until the broker has said what it thinks of it."""
    channel.confirm_select()
    channel.basic_publish(amqp.Message(b"{}", **properties), exchange, key, mandatory=True)
    channel.wait([(60, 80), (60, 120)], timeout=5)


def test_every_user_is_listed() -> None:
    """Services, departments and gateways, each once."""
    assert users(definitions(["gongan"], HEARS)) == ["dispatch", "grid", "dept.gongan"]
    assert users(definitions([], HEARS, gateways=["fire"])) == ["dispatch", "grid", "gateway.fire"]


def test_a_wrong_pack_is_told(tmp_path: Path) -> None:
    """The command ends with 1 and the reason for a pack that is not there."""
    command = [sys.executable, "-m", "govmesh.broker.provision", str(tmp_path / "nowhere")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "PACK_" in done.stderr
