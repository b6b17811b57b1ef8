"""The checked-in RabbitMQ files on a real RabbitMQ of our own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from govmesh.broker import Outgoing, topology
from govmesh.broker.provision import hash_password
from govmesh.broker.rabbit import RabbitBroker
from govmesh.testing.servers import PrivateRabbit, Unavailable

pytestmark = [pytest.mark.broker, pytest.mark.slow]

RABBITMQ = Path(__file__).parents[2] / "deploy" / "rabbitmq"
NOT_HERE = ("load_definitions", "default_vhost", "log.console")
"""Lines about files and names of an installation; everything else is started with as it stands."""


class Configured(PrivateRabbit):
    """A broker started with the configuration of deploy/."""

    def _settings(self) -> dict[str, str]:
        env = super()._settings()
        ours = (RABBITMQ / "rabbitmq.conf").read_text(encoding="utf-8").splitlines()
        file = Path(env["RABBITMQ_CONFIG_FILE"])
        names = "loopback_users", "default_vhost"
        theirs = [line for line in file.read_text().splitlines() if line.startswith(names)]
        kept = [line for line in ours if line and not line.startswith(("#", *NOT_HERE))]
        file.write_text("\n".join([*theirs, *kept]) + "\n")
        return {**env, "RABBITMQ_ADVANCED_CONFIG_FILE": str(RABBITMQ / "advanced.config")}


@pytest.fixture(scope="module")
def server() -> Iterator[PrivateRabbit]:
    try:
        server = Configured()
    except Unavailable as reason:
        pytest.skip(f"no RabbitMQ to be started: {reason}")
    with server:
        yield server


@pytest.fixture(scope="module")
def told() -> Any:
    return json.loads((RABBITMQ / "definitions.tongcheng.json").read_text(encoding="utf-8"))


def test_it_starts_with_the_configuration(server: PrivateRabbit) -> None:
    """RabbitMQ takes every line, and says the values that matter."""
    asked = (
        "{application:get_env(rabbit, consumer_timeout), application:get_env(rabbit, cluster_partition_handling),"
        " application:get_env(kernel, net_ticktime), application:get_env(rabbit, heartbeat)}."
    )
    said = "".join(server.ctl("eval", asked).split())
    assert said == "{{ok,900000},{ok,pause_minority},{ok,8},{ok,30}}"


def test_it_takes_the_definitions(server: PrivateRabbit, told: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Imported twice: every queue a quorum queue, every binding, user and right there; a department can be reached."""
    for user in told["users"]:
        user["password_hash"] = hash_password("pw") if user["name"] in ("dispatch", "dept.gongan") else ""
    file = tmp_path_factory.mktemp("definitions") / "definitions.json"
    file.write_text(json.dumps(told))
    for _ in range(2):
        server.ctl("import_definitions", str(file))
    listed = server.ctl("list_queues", "-p", "govmesh", "name", "type", "durable", "--no-table-headers")
    queues = dict(line.split("\t", 1) for line in listed.strip().splitlines())
    assert queues == {queue["name"]: "quorum\ttrue" for queue in told["queues"]}
    columns = "source_name", "destination_name", "routing_key"
    listed = server.ctl("list_bindings", "-p", "govmesh", *columns, "--no-table-headers")
    bindings = {tuple(line.split("\t")) for line in listed.splitlines() if not line.startswith("\t")}
    assert bindings >= {(one["source"], one["destination"], one["routing_key"]) for one in told["bindings"]}
    at = f"127.0.0.1:{server.port}/govmesh"
    dispatch, gongan = RabbitBroker(f"amqp://dispatch:pw@{at}"), RabbitBroker(f"amqp://dept.gongan:pw@{at}")
    topology.declare(dispatch, ["gongan"], {"dispatch": {}})
    sent = dispatch.publisher().publish([Outgoing("M", "", "dept.gongan", b"{}", "t")], 5.0)
    assert sent.confirmed == {"M"}
    assert len(gongan.source(["dept.gongan"], 5).take(5, 0.0, 5.0)) == 1
    for broker in (dispatch, gongan):
        broker.close()
