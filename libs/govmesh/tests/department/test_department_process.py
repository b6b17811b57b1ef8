"""Departments as processes of their own, on a real broker with their own users: killed, blocked, brought back."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time as wall
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection

from govmesh.broker import BrokerAway
from govmesh.broker.rabbit import RabbitBroker
from govmesh.department.checks import check, holds, logs_in
from govmesh.department.journal import read
from govmesh.testing.servers import PrivateRabbit

pytestmark = [pytest.mark.broker, pytest.mark.slow]

CODES = ("jia", "yi", "bing")
QUICK = {
    "accept_after": {"least": 5, "usual": 20, "most": 60},
    "finish_after": {"least": 10, "usual": 40, "most": 90},
    "accept": 0.7,
    "return": 0.15,
    "transfer": 0.15,
    "return_reasons": ["not_responsible"],
}
SPEED = 6000  # an hour of work takes 0.6 s


@pytest.fixture(scope="module")
def users(private_rabbit: PrivateRabbit) -> dict[str, str]:
    """Addresses: the mesh's, and one for each department with a department's rights."""
    found = {"mesh": private_rabbit.url}
    for code in CODES:
        queue, commands = rf"^dept\.{code}$", r"^dispatch\.commands$"
        topics = {"dispatch.commands": (rf"^dept\.{code}\..+$", "^$")}
        found[code] = private_rabbit.add_user(f"dept.{code}", "pw", write=commands, read=queue, topics=topics)
    return found


@pytest.fixture
def desk(users: dict[str, str], make_desk: Any) -> Iterator[Any]:
    broker = RabbitBroker(users["mesh"])
    desk = make_desk(broker, list(CODES), lambda: datetime.now(UTC))
    with Connection(users["mesh"]) as connection:  # what an earlier test's processes left behind
        for queue in ("dispatch.commands", *(f"dept.{code}" for code in CODES)):
            connection.channel().queue_purge(queue)
    yield desk
    broker.close()


@pytest.fixture
def start(users: dict[str, str], tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []

    def start(code: str) -> subprocess.Popen[str]:
        behaviour = tmp_path / f"{code}.json"
        behaviour.write_text(json.dumps({**QUICK, "transfer_to": [other for other in CODES if other != code]}))
        command = [sys.executable, "-m", "govmesh.department", code, "--url", users[code], "--speed", str(SPEED)]
        command += ["--log", str(tmp_path / "logs" / f"{code}.jsonl"), "--behaviour", str(behaviour)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout and process.stdout.readline().startswith('{"ready"')
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()


def settle(desk: Any, seconds: float = 30.0) -> None:
    """Let the desk work until every task is done."""
    until = wall.monotonic() + seconds
    while {task.state for task in desk.tasks.values()} != {"done"} and wall.monotonic() < until:
        desk.work(0.1)


def test_killed_again_and_again_nothing_is_lost_or_doubled(desk: Any, start: Any, tmp_path: Path) -> None:
    """Three departments, kill -9 at random moments while offers come: every task ends, none held by two."""
    chance = random.Random(3)
    processes = {code: start(code) for code in CODES}
    for n in range(120):
        desk.offer(chance.choice(CODES), f"H-{n}")
        if n % 20 == 19:
            code = chance.choice(CODES)
            processes[code].kill()
            processes[code].wait()
            processes[code] = start(code)
        desk.work(0.01)
    settle(desk)
    assert {task.state for task in desk.tasks.values()} == {"done"}
    every = holds(logs_in(tmp_path / "logs"))
    assert check(every) == [] and len({hold.handoff for hold in every}) == 120
    assert not desk.refused
    until = wall.monotonic() + 10
    while {m.id for m in desk.said} != receipted(desk) and wall.monotonic() < until:
        desk.work(0.1)
    assert {m.id for m in desk.said} == receipted(desk)


def receipted(desk: Any) -> set[str]:
    return {id for ids in desk.receipts for id in ids}


def test_it_ends_in_good_order(start: Any) -> None:
    """SIGTERM: the process ends by itself, with 0, within two seconds."""
    process = start("bing")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=2) == 0


def test_an_alarm_holds_commands_back_and_no_more(
    desk: Any, start: Any, private_rabbit: PrivateRabbit, tmp_path: Path
) -> None:
    """Under a memory alarm nothing can be sent; what was planned goes out after it, once."""
    desk.offer("bing", "H-1", designated=True)
    private_rabbit.memory_alarm(True)
    log = tmp_path / "logs" / "bing.jsonl"
    try:
        start("bing")
        until = wall.monotonic() + 10
        while not any(entry["kind"] == "plan" for entry in read(log)) and wall.monotonic() < until:
            wall.sleep(0.1)
        wall.sleep(1.5)
        assert desk.work() == 0 and not any(entry["kind"] == "sent" for entry in read(log))
    finally:
        private_rabbit.memory_alarm(False)
    settle(desk)
    assert desk.tasks["H-1"].state == "done" and not desk.refused


def test_it_comes_back_after_the_broker_did(desk: Any, start: Any, private_rabbit: PrivateRabbit) -> None:
    """Broker restarted under it: the department connects anew by itself and goes on."""
    start("bing")
    desk.offer("bing", "H-1", designated=True)
    private_rabbit.restart()
    until = wall.monotonic() + 30
    while desk.tasks["H-1"].state != "done" and wall.monotonic() < until:
        try:
            desk.work(0.2)
        except BrokerAway:
            wall.sleep(0.2)
    assert desk.tasks["H-1"].state == "done"


def test_mistakes_in_the_options_are_told(tmp_path: Path) -> None:
    """An unknown department of the pack, or a URL that wants a password nobody gave: 2 and a line."""
    for more in (["--pack", "tongcheng"], ["--url", "amqp://dept.{code}:{password}@localhost/"]):
        command = [sys.executable, "-m", "govmesh.department", "nobody", "--log", str(tmp_path / "x"), *more]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 2 and done.stderr.startswith("govmesh department: ")


def test_its_log_is_readable_at_any_moment(desk: Any, start: Any, tmp_path: Path) -> None:
    """While it runs, another process reads whole lines."""
    start("bing")
    desk.offer("bing", "H-1", designated=True)
    settle(desk)
    kinds = [entry["kind"] for entry in read(tmp_path / "logs" / "bing.jsonl")]
    assert kinds.count("plan") == 2 and kinds.count("held") == 1
