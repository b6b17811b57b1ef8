"""Services and departments killed with -9, each a process of its own with its own user of the broker."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from govcore.packs import load_pack
from govmesh.testing.cluster import Cluster, Feed
from govmesh.testing.people import People
from govmesh.testing.servers import PrivateRabbit

pytestmark = [pytest.mark.broker, pytest.mark.faults]

SERVICES = ("grid", "dispatch", "points", "petition", "console")
SEED = 20260306
VHOST = "departments"
SPEED = 1200.0
"""Twenty minutes of a department's work in a second."""
QUICK = {
    "accept_after": {"least": 1, "usual": 5, "most": 20},
    "finish_after": {"least": 5, "usual": 20, "most": 60},
    "return": 0.1,
    "transfer": 0.1,
    "return_reasons": ["not_responsible"],
}


@pytest.fixture
def guests(rabbit: PrivateRabbit) -> PrivateRabbit:
    """The broker, whose guest may do everything in the mesh's virtual host: the services are that."""
    rabbit.ctl("set_permissions", "-p", VHOST, "guest", ".*", ".*", ".*")
    return rabbit


class Offices:
    """``python -m govmesh.department CODE`` for every department of a pack."""

    def __init__(self, home: Path, codes: list[str], port: int) -> None:
        self._home, self._port = home, port
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        for code in codes:
            others = [other for other in codes if other != code]
            (home / f"{code}.json").write_text(json.dumps({**QUICK, "transfer_to": others}), encoding="utf-8")
            self.start(code)

    def start(self, code: str) -> None:
        command = [sys.executable, "-m", "govmesh.department", code, "--speed", str(SPEED)]
        command += ["--url", f"amqp://dept.{code}:pw@127.0.0.1:{self._port}/{VHOST}"]
        command += ["--log", str(self._home / "departments" / f"{code}.jsonl")]
        command += ["--behaviour", str(self._home / f"{code}.json")]
        with (self._home / "log" / f"dept.{code}.log").open("ab") as log:
            self._running[code] = subprocess.Popen(
                command, env=dict(os.environ), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )

    def kill(self, code: str) -> None:
        assert self._running[code].poll() is None, f"{code} had ended by itself"
        self._running[code].kill()
        self._running[code].wait()

    def end(self) -> float:
        """SIGTERM to all; the slowest's seconds.  Raises ``AssertionError`` where one's status is not 0."""
        begin = time.monotonic()
        for process in self._running.values():
            process.terminate()
        assert {process.wait(30) for process in self._running.values()} == {0}
        return time.monotonic() - begin

    def close(self) -> None:
        for process in self._running.values():
            process.kill()
            process.wait()


def test_services_and_departments_killed(tmp_path: Path, guests: PrivateRabbit, own_pg_url: str, capsys: Any) -> None:
    """Fifty kills among five services and twenty-three departments: once each, and no two ever held one offer."""
    pack, chance = load_pack("tongcheng"), random.Random(SEED)
    url, codes = f"amqp://guest:guest@127.0.0.1:{guests.port}/{VHOST}", list(pack.departments)
    cluster, offices = Cluster(tmp_path, pack, url, own_pg_url, SERVICES), None
    try:
        cluster.start(SEED)
        assert cluster.departments is not None
        cluster.departments.close()
        offices = Offices(tmp_path, codes, guests.port)
        people = People(pack, cluster.client, SEED, at_once=20)
        feed = Feed(people, 800, petitions=True)
        for number in range(50):
            time.sleep(chance.uniform(0.1, 1.5))
            if number % 2:
                code = chance.choice(codes)
                offices.kill(code)
                offices.start(code)
            else:
                one = chance.choice(cluster.instances)
                one.kill()
                one.start()
                one.wait_ready()
        feed.join()
        cluster.work_off(people, 600.0)
        truth = cluster.truth(people)
        slowest = offices.end()
        with capsys.disabled():
            print(f"\n50 kills, {truth}  slowest department's end {slowest:.1f} s")
        assert not truth.wrong, "\n".join(truth.wrong)
        assert (truth.figures["reports"], truth.figures["ended"]) == (800, truth.figures["events"])
        assert cluster.client.get("/api/v1/holders/check")["one_holder"]
        assert not cluster.said("Traceback", '"level": "error"'), "a process said an error"
    finally:
        if offices is not None:
            offices.close()
        cluster.close()
