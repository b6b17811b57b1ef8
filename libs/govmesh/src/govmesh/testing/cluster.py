"""A mesh of the cluster profile under test: each service processes of its own, which a test kills and starts again.

The departments answer at once, all in one thread of the test's process; the people work in another, so that a test
may meanwhile do to the mesh what it likes.  Logs stand in ``home/log``, the departments' own in ``home/departments``.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from govcore.errors import Refusal
from govcore.packs import Pack
from govmesh.client import Answered, Client
from govmesh.department.amqp import AmqpWire
from govmesh.department.client import DepartmentClient
from govmesh.department.inside import behaviour_of
from govmesh.department.wire import Away
from govmesh.spec import find_specs
from govmesh.testing.people import People
from govmesh.testing.servers.guard import free_port
from govmesh.testing.truth import ENDED, Books, Truth, look

PATIENCE = 90.0
"""Seconds a process may take to serve, on a busy machine."""


PAUSE = 0.05
"""Seconds between two requests of a feed."""


class Instance:
    """One process of a service, the same one again after each start."""

    def __init__(self, service: str, number: int, port: int, env: dict[str, str], logs: Path) -> None:
        self.service, self.url, self.starts = service, f"http://127.0.0.1:{port}", 0
        self.log = logs / f"{service}.{number}.log"
        self._command = [sys.executable, "-m", "govmesh.serve", service, "--port", str(port)]
        self._env = env
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, **env: str) -> None:
        self.starts += 1
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env={**self._env, **env}, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )

    def kill(self) -> None:
        """As kill -9 does; waits until it has gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def end(self, patience: float = 30.0) -> tuple[int, float]:
        """Its status after SIGTERM, and after how many seconds it had ended."""
        assert self._process is not None
        begin = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(patience), time.monotonic() - begin
        except subprocess.TimeoutExpired:
            self.kill()
            return -9, time.monotonic() - begin

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def wait_ready(self) -> None:
        """Until it serves.  Raises ``AssertionError`` with the end of its log."""
        until = time.monotonic() + PATIENCE
        while not Client(self.url).there():
            assert self.running and time.monotonic() < until, f"{self.service}: {self.log.read_text()[-600:]}"
            time.sleep(0.1)


class Departments:
    """All departments of the pack, each with connections and a log of its own, answering without delay."""

    def __init__(self, pack: Pack, url: str, folder: Path, seed: int) -> None:
        self._pack, self._url, self._folder, self._seed = pack, url, folder, seed
        self.silent: set[str] = set()
        """Codes of those whose client is stopped."""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="departments", daemon=True)
        folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join(60)

    def _open(self, code: str) -> DepartmentClient:
        behaviour, log = behaviour_of(self._pack.departments[code]), self._folder / f"{code}.jsonl"
        chance = random.Random(f"{self._seed}.{code}")
        wire = AmqpWire(self._url, code)
        return DepartmentClient(code, wire, log, behaviour, _now, lambda at, _minutes: at, chance)

    def _run(self) -> None:
        working: dict[str, DepartmentClient] = {}
        while not self._over.is_set():
            done = 0
            for code in self._pack.departments:
                if code in self.silent:
                    if code in working:
                        working.pop(code).close()
                    continue
                if code not in working:
                    working[code] = self._open(code)
                try:
                    done += working[code].turn(0.0)
                except Away:
                    continue
            self._over.wait(0.0 if done else 0.05)
        for one in working.values():
            one.close()


@dataclass(frozen=True, slots=True)
class Posted:
    """One request with reports: when it began (monotonic), how long it took, how many were taken in."""

    at: float
    seconds: float
    taken: int


class Feed:
    """People at work in a thread: ``total`` reports, ``at_once`` a request, with the desks between.

    ``total`` None: until :meth:`stop`.  What was not taken in is sent again.
    """

    def __init__(self, people: People, total: int | None, at_once: int = 5, petitions: bool = False) -> None:
        self._petitions = petitions
        self._people, self._total, self._at_once = people, total, at_once
        self.posted: list[Posted] = []
        self._failed: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """No new reports; raises what went wrong in the thread."""
        self._stop.set()
        self.join()

    def join(self, patience: float = 600.0) -> None:
        """Until all are taken in."""
        self._thread.join(patience)
        if self._failed is not None:
            raise self._failed
        assert not self._thread.is_alive(), "the feed does not end"

    @property
    def going(self) -> bool:
        return self._thread.is_alive()

    def between(self, begin: float, end: float) -> list[Posted]:
        """Requests that began in that span."""
        return [one for one in self.posted if begin <= one.at < end]

    def longest(self) -> float:
        return max(one.seconds for one in self.posted)

    def _run(self) -> None:
        try:
            self._feed()
        except BaseException as error:
            self._failed = error

    def _feed(self) -> None:
        drawn = turns = 0
        while not self._stop.is_set() and (self._total is None or drawn < self._total):
            many = self._at_once if self._total is None else min(self._at_once, self._total - drawn)
            self._post(many)
            drawn, turns = drawn + many, turns + 1
            if turns % 4 == 0:
                if self._petitions:
                    self._people.petition(1)
                self._people.at_the_desks(self._petitions)
            self._stop.wait(PAUSE)
        until = time.monotonic() + PATIENCE
        while len(self._people.sent) < drawn and time.monotonic() < until:
            self._post(0)
            time.sleep(0.2)

    def _post(self, many: int) -> None:
        begin = time.monotonic()
        taken = self._people.report(many)
        self.posted.append(Posted(begin, time.monotonic() - begin, taken))


class Cluster:
    """Processes of ``services`` (``instances`` of each) over one broker and one database, with their departments."""

    def __init__(
        self, home: Path, pack: Pack, amqp_url: str, database_url: str, services: Sequence[str], instances: int = 1
    ) -> None:
        self.home, self.pack, self.specs, self.database_url = home, pack, find_specs(services), database_url
        self.logs = home / "log"
        self.logs.mkdir(parents=True)
        ports = {name: [free_port() for _ in range(instances)] for name in services}
        self.instances = [
            Instance(name, number, ports[name][number], self._env(amqp_url, number, ports), self.logs)
            for name in services
            for number in range(instances)
        ]
        edge = next(one for one in self.instances if one.service == "dispatch")
        self.client = Client(edge.url)
        self._amqp_url, self.vhost = amqp_url, amqp_url.rpartition("/")[2]
        self.departments: Departments | None = None

    def _env(self, amqp_url: str, number: int, ports: dict[str, list[int]]) -> dict[str, str]:
        upstreams = {name: f"http://127.0.0.1:{own[number]}" for name, own in ports.items()}
        return {
            **os.environ,
            "GOVMESH_AMQP_URL": amqp_url,
            "GOVMESH_DATABASE_URL": self.database_url,
            "GOVMESH_HOME": str(self.home),
            "GOVMESH_PACK": self.pack.id,
            "GOVMESH_UPSTREAMS": json.dumps(upstreams),
            "GOVMESH_LOG_LEVEL": "warning",
            "GOVMESH_LOG_FORMAT": "json",
            "PYTHONWARNINGS": "ignore",
        }

    def start(self, seed: int) -> None:
        """Everything, the departments last: their queues are there then."""
        for one in self.instances:
            one.start()
        for one in self.instances:
            one.wait_ready()
        self.departments = Departments(self.pack, self._amqp_url, self.home / "departments", seed)

    def close(self) -> None:
        if self.departments is not None:
            self.departments.close()
        for one in self.instances:
            one.kill()

    def work_off(self, people: People, seconds: float = 300.0) -> None:
        """Desks and departments work until nothing is open and nothing on its way."""
        until = time.monotonic() + seconds
        while True:
            people.report(0)
            people.petition(0)
            done = people.close_all()
            try:
                left = set(self.client.get("/api/v1/events/summary")["events"]) - set(ENDED)
                if not done and not left:
                    self.client.settle(max(1.0, until - time.monotonic()))
                    return
                assert time.monotonic() < until, f"still open: {self.client.get('/api/v1/events/summary')['events']}"
            except (Refusal, Answered):
                if time.monotonic() > until:
                    raise
            time.sleep(0.2)

    def truth(self, people: People) -> Truth:
        """What the databases and the departments' logs say (:func:`govmesh.testing.truth.look`)."""
        books = Books(self.specs, self.database_url)
        try:
            return look(books, self.pack, people.sent, self.home / "departments")
        finally:
            books.close()

    def rows(self, sql: str) -> list[sa.Row[tuple[object, ...]]]:
        """Ask the whole database: ``dispatch.timers``."""
        engine = sa.create_engine(self.database_url)
        try:
            with engine.begin() as conn:
                found = conn.execute(sa.text(sql))
                return list(found) if found.returns_rows else []
        finally:
            engine.dispose()

    def said(self, *words: str) -> list[str]:
        """Lines of the processes' logs with one of the words."""
        lines = (line for file in sorted(self.logs.glob("*.log")) for line in file.read_text().splitlines())
        return [line for line in lines if any(word in line for word in words)]


def _now() -> datetime:
    return datetime.now(UTC)
