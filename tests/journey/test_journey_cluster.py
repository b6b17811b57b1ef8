"""The cluster profile, walked through: each service a process of its own over RabbitMQ and PostgreSQL."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import amqp
import pytest

from govmesh.client import Client, wait_ready
from govmesh.settings import DEFAULT_PORTS

pytestmark = [pytest.mark.slow, pytest.mark.broker]
CLOSED = {"handled_on_time", "handled_at_first", "found_by_worker"}


def test_a_cluster_answers_everything_and_feeds_who_comes_late(
    own_amqp_url: str, own_pg_url: str, town_of: Any, tmp_path: Path
) -> None:
    """Bad messages are parked or come back refused, none is dropped; a service started later handles all the past."""
    env = {
        **os.environ,
        "GOVMESH_HOME": str(tmp_path),
        "GOVMESH_AMQP_URL": own_amqp_url,
        "GOVMESH_DATABASE_URL": own_pg_url,
        "GOVMESH_SCHEMA_PREFIX": "late_",
        "GOVMESH_PORTS": json.dumps(free_ports()),
        "GOVMESH_PACK": "tongcheng",
        "GOVMESH_LOG_LEVEL": "error",
    }
    with cluster("grid,dispatch", env, tmp_path / "log") as client:
        town = town_of(client, tmp_path)
        idents, waiting = [town.report() for _ in range(2)], town.report()
        for ident in idents:
            assert town.closed(ident)["located"]
        town.until(waiting, "assigned")
        with broker(own_amqp_url) as channel:
            bad_commands(channel, done=town.tasks(idents[0])["zhujian"], offered=town.tasks(waiting)["zhujian"])
            refused = collect(lambda: refusals(channel, "zhujian"), 4)
            assert sorted(refused) == [
                "HANDOFF_ALREADY_DONE", "HANDOFF_UNKNOWN_DEPARTMENT", "MSG_NOT_JSON", "MSG_UNKNOWN_TYPE",
            ]  # fmt: skip
            assert collect(lambda: refusals(channel, "gongan"), 1) == ["HANDOFF_NOT_HOLDER"]
        parked = collect(
            lambda: [row["code"] for row in client.get("/svc/dispatch/ops/parked")["parked"]], 2, anew=True
        )
        assert sorted(parked) == ["MSG_NOT_JSON", "MSG_UNKNOWN_TYPE"], "what no department sent"
        assert town.tasks(waiting)["zhujian"]["state"] == "offered", "nothing half-done"
        client.settle(60)

    with cluster("grid,dispatch,points", env, tmp_path / "log") as client:
        town = town_of(client, tmp_path)
        posted = lambda: client.get("/api/v1/points/summary")["entries"] * [None]  # noqa: E731
        collect(posted, 6, anew=True, seconds=40)
        client.settle(60)
        for ident in idents:
            entries = client.get(f"/api/v1/points/events/{ident}")["entries"]
            assert {one["rule"] for one in entries} == CLOSED and len(entries) == 3
        assert town.closed(waiting)["state"] == "closed"
        collect(posted, 9, anew=True)
        assert client.get("/svc/points/ops/parked")["parked"] == []
    assert "一处秘密" not in (tmp_path / "log").read_text()


def free_ports() -> dict[str, int]:
    """A free port for each service; all are open at once, so that no two are the same."""
    taken = {name: socket.create_server(("127.0.0.1", 0)) for name in DEFAULT_PORTS}
    found = {name: one.getsockname()[1] for name, one in taken.items()}
    for one in taken.values():
        one.close()
    return found


@contextmanager
def cluster(services: str, env: dict[str, str], log: Path) -> Iterator[Client]:
    """``govmesh up --profile cluster`` with these services, ended by SIGTERM in time."""
    command = [sys.executable, "-m", "govmesh.cli", "up", "--profile", "cluster", "--services", services]
    with log.open("ab") as said:
        child = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=said, text=True)
        try:
            yield Client(wait_ready(child)["ready"])
            began = time.monotonic()
            child.send_signal(signal.SIGTERM)
            assert child.wait(20) == 0 and time.monotonic() - began < 10, "every service exits within ten seconds"
        finally:
            child.terminate()
            child.wait(20)
            assert child.stdout
            child.stdout.close()


@contextmanager
def broker(url: str) -> Iterator[Any]:
    host, _, vhost = url.removeprefix("amqp://").partition("@")[2].partition("/")
    with amqp.Connection(host=host, userid="guest", password="guest", virtual_host=vhost or "/") as connection:
        yield connection.channel()


def bad_commands(channel: Any, done: dict[str, Any], offered: dict[str, Any]) -> None:
    """What a careless or malicious sender might send, each once."""
    send = Sender(channel)
    send.raw("dispatch.commands", "dept.zhujian.accept", "{一处秘密")
    send.raw("", "dispatch.inbox", "\xff\xfe")
    send.command("zhujian", "accept", offered, type="handoff.fly.v1")
    send.command("zhujian", "finish", done, result="又办结一次")
    send.command("zhujian", "return", offered, reason="not_responsible", proposed="feidieju")
    send.command("gongan", "accept", offered)
    send.raw("grid.events", "event.located._._._._._._", json.dumps(envelope("event.vanished.v1", "E-1", {})))


class Sender:
    def __init__(self, channel: Any) -> None:
        self._channel, self._number = channel, 0

    def raw(self, exchange: str, key: str, body: str) -> None:
        self._number += 1
        message = amqp.Message(body, message_id=f"bad-{self._number}", user_id="guest", delivery_mode=2)
        self._channel.basic_publish(message, exchange, key)

    def command(self, dept: str, verb: str, task: dict[str, Any], type: str | None = None, **more: Any) -> None:
        data = {"handoff_id": task["id"], "generation": task["generation"], **more}
        said = envelope(type or f"handoff.{verb}.v1", task["id"], data)
        self.raw(
            "dispatch.commands", f"dept.{dept}.{verb}", json.dumps({**said, "id": f"{dept}.{verb}.{self._number}"})
        )


def envelope(type: str, subject: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"m-{type}",
        "source": "/outside",
        "type": type,
        "subject": subject,
        "time": "2024-05-06T08:30:00+08:00",
        "data": data,
    }


def refusals(channel: Any, dept: str) -> list[str]:
    """The reason codes of the refusals that lie in a department's queue; the rest is taken too."""
    found = []
    while (message := channel.basic_get(f"dept.{dept}", no_ack=True)) is not None:
        said = json.loads(message.body)
        if said["type"] == "command.refused.v1":
            assert said["data"]["zh"] and said["data"]["en"]
            found.append(said["data"]["code"])
    return found


def collect(look: Callable[[], list[Any]], count: int, anew: bool = False, seconds: float = 20.0) -> list[Any]:
    """What ``look`` gives, all together (or at the last look), once there are ``count``."""
    found, end = look(), time.monotonic() + seconds
    while len(found) < count and time.monotonic() < end:
        time.sleep(0.1)
        found = look() if anew else found + look()
    return found
