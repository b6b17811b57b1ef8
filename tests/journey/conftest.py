"""Meshes to walk through from outside: over HTTP and the command line, as anybody would."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from govcore.packs import load_pack
from govmesh.client import Client, embedded
from govmesh.settings import Settings
from govmesh.story import changed_pack

MONDAY = "2024-05-06T08:30:00+08:00"
ROAD = {
    "source": "journey",
    "channel": "grid",
    "title": "路面破损",
    "text": "文昌路中段路面破损已经三天，行人不便",
    "class_code": "010101",
    "division": "340881001007",
}
"""A report that the rules give to zhujian, with jiaotong assisting."""


@dataclass
class Town:
    """A running mesh, its folder, and what tests do with it again and again."""

    client: Client
    home: Path
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    def report(self, **more: Any) -> str:
        """A report that is taken in; the id of its event."""
        said = {**ROAD, "external_id": f"{self.home.name}-{next(self.numbers)}", **more}
        return str(self.client.post("/api/v1/reports", said)["event"])

    def event(self, ident: str) -> dict[str, Any]:
        return dict(self.client.get(f"/api/v1/events/{ident}"))

    def tasks(self, ident: str) -> dict[str, dict[str, Any]]:
        """The hand-offs of an event by department."""
        return {one["dept"]: one for one in self.client.get(f"/api/v1/events/{ident}/handoffs")["handoffs"]}

    def until(self, ident: str, *states: str, seconds: float = 30.0) -> dict[str, Any]:
        """The event once it is in one of these states."""
        end = time.monotonic() + seconds
        while (found := self.event(ident))["state"] not in states:
            assert time.monotonic() < end, f"{found['state']} after {seconds} s, not {states}"
            time.sleep(0.05)
        return found

    def answer(self, task: dict[str, Any], verb: str, **more: Any) -> dict[str, Any]:
        path = f"/api/v1/events/{task['event_id']}/handoffs/{task['id']}/{verb}"
        return dict(self.client.post(path, {"dept": task["dept"], "generation": task["generation"], **more}))

    def closed(self, ident: str) -> dict[str, Any]:
        """Every department does its work; the desk verifies where it is asked."""
        self.until(ident, "assigned")
        for task in self.tasks(ident).values():
            self.answer(task, "accept")
            self.answer(task, "done", result="已处理")
        if self.until(ident, "verifying", "closed")["state"] == "verifying":
            self.client.post(f"/api/v1/events/{ident}/verify", {"ok": True})
        return self.event(ident)

    def settle(self) -> dict[str, dict[str, int]]:
        return self.client.settle(60, pause=0.05)

    def let_go(self, **length: float) -> datetime:
        """Let a clock held by hand go on by this much, and wait until it is there and every due promise is kept."""
        now = datetime.fromisoformat(self.client.get("/mesh")["now"])
        until, end = now + timedelta(**length), time.monotonic() + 60
        self.client.post("/mesh/clock", {"until": until.isoformat()})
        while datetime.fromisoformat(self.client.get("/mesh")["now"]) < until:
            assert time.monotonic() < end, "the clock does not get there"
            time.sleep(0.02)
        while any(part["missed"] for part in self.settle().values()):
            assert time.monotonic() < end, "a promise is not kept"
        return until


@pytest.fixture
def town_of() -> type[Town]:
    """``town_of(client, home)``: the same around a mesh that runs already."""
    return Town


Start = Callable[..., AbstractContextManager[Town]]


@contextmanager
def _started(home: Path, *args: str) -> Iterator[Town]:
    with embedded(Settings(home=home), *args) as client:
        yield Town(client, home)


@pytest.fixture(scope="session")
def start() -> Start:
    """``start(home, *arguments)``: an embedded mesh for the length of a ``with`` block."""
    return _started


class Forks:
    """Meshes forked from one process that has imported everything (``forks.py``); ``start`` as above."""

    def __init__(self) -> None:
        command = [sys.executable, str(Path(__file__).with_name("forks.py"))]
        env = {**os.environ, "GOVMESH_LOG_LEVEL": "error"}
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True)
        self._turn = Lock()

    @contextmanager
    def start(self, home: Path, *args: str) -> Iterator[Town]:
        home.mkdir(parents=True, exist_ok=True)
        said = home / "said"
        said.unlink(missing_ok=True)
        pid = self._ask({"home": str(home), "args": ["--port", "0", *args], "said": str(said)})
        try:
            wait(lambda: said.exists() and said.read_text().endswith("\n"), "the mesh does not start")
            yield Town(Client(json.loads(said.read_text())["ready"]), home)
        finally:
            os.kill(pid, signal.SIGTERM)
            wait(lambda: not alive(pid), "the mesh does not end", 10)

    def _ask(self, job: dict[str, Any]) -> int:
        with self._turn:
            assert self._process.stdin and self._process.stdout
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate(timeout=20)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait(until: Callable[[], bool], else_: str, seconds: float = 90.0) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, else_
        time.sleep(0.02)


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """Starts many meshes for little."""
    found = Forks()
    yield found
    found.close()


@dataclass
class Said:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.out.strip(), self.err
        return json.loads(self.out.splitlines()[-1])


@pytest.fixture
def govmesh(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """``govmesh(town, "why", ID)``: the command line, talking to that mesh."""
    from govmesh.cli import main

    def run(town: Town, *args: str) -> Said:
        monkeypatch.setenv("GOVMESH_URL", town.client.url)
        monkeypatch.setenv("GOVMESH_HOME", str(town.home))
        monkeypatch.setattr(sys, "argv", ["govmesh", *args])
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        return Said(code, out.getvalue(), err.getvalue())

    return run


@dataclass
class Collector:
    """An OTLP/HTTP collector; ``down`` makes it refuse everything."""

    url: str
    down: bool = False
    spans: dict[str, Any] = field(default_factory=dict)
    """By span id (hex): the span and the service it belongs to."""
    refused: int = 0

    def of(self, trace: str) -> dict[str, Any]:
        return {ident: found for ident, found in dict(self.spans).items() if found[0].trace_id.hex() == trace}


@contextmanager
def _collector() -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.refused += found.down
            self.send_response(503 if found.down or self.path != "/v1/traces" else 200)
            self.end_headers()
            for part in () if found.down else ExportTraceServiceRequest.FromString(body).resource_spans:
                service = next(one.value.string_value for one in part.resource.attributes if one.key == "service.name")
                found.spans |= {
                    span.span_id.hex(): (span, service) for scope in part.scope_spans for span in scope.spans
                }

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Collector(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    with _collector() as found:
        yield found


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[Town]:
    """Tongcheng with everything but departments, its clock held by hand, every result verified, spans collected."""
    folder = tmp_path_factory.mktemp("town")
    pack = changed_pack(load_pack("tongcheng").folder, {"pack.yaml": {"verify": {"share": 1.0}}}, folder / "tongcheng")
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("GOVMESH_OTLP_ENDPOINT", collector.url)
        patch.setenv("GOVMESH_LOG_LEVEL", "warning")
        yield stack.enter_context(_started(folder / "home", "--pack", str(pack), "--by-hand", "--start", MONDAY))


@pytest.fixture(scope="session", autouse=True)
def demo_day(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A small demo, begun with the first test and looked at by the last, for its day takes most of a minute."""
    if not any(item.name == "test_the_demo_ends_well" for item in request.session.items):
        yield None
        return
    home = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "govmesh.cli", "demo", "--exit", "--reports", "60"]
    env = {**os.environ, "GOVMESH_HOME": str(home)}
    with (home / "said").open("w+b") as said:
        child = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        yield child, home / "said"
        if child.poll() is None:
            child.terminate()
            child.wait(20)
