"""An embedded mesh as a process that is killed and started again on the same home, and people who outlive it."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from govmesh.client import Client
from govmesh.testing.people import People

READY_SECONDS = 60.0


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Embedded:
    """``python -m govmesh.embedded`` with departments under a paced clock, always at the same port and home.

    ``starts``: how often it was started; ``client``: talks to whichever process runs.
    """

    def __init__(self, home: Path, start: datetime, pace: float, seed: int) -> None:
        self.home, self.port, self.starts = home, free_port(), 0
        self.client = Client(f"http://127.0.0.1:{self.port}")
        self._start, self._pace, self._seed = start, pace, seed
        self._child: subprocess.Popen[str] | None = None
        self._began: float | None = None
        home.mkdir(parents=True, exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        """For commands that are to find this mesh."""
        return {**os.environ, "GOVMESH_HOME": str(self.home), "GOVMESH_URL": self.client.url, "COLUMNS": "200"}

    @property
    def logs(self) -> Path:
        """The departments' own logs."""
        return self.home / "departments"

    @property
    def words(self) -> Path:
        """What all its processes wrote to standard error."""
        return self.home / "stderr.log"

    def start(self, wait: bool = True) -> None:
        """Start it, with the clock where it would be had it never stopped; ``wait`` until it serves."""
        self._began = self._began or time.monotonic()
        self.starts += 1
        now = self._start + timedelta(seconds=self._pace * (time.monotonic() - self._began))
        command = [sys.executable, "-m", "govmesh.embedded", "--port", str(self.port), "--departments"]
        command += ["--pace", str(self._pace), "--start", now.isoformat(), "--seed", str(self._seed + self.starts)]
        env = {**self.environment, "GOVMESH_LOG_LEVEL": "warning"}
        with self.words.open("a") as words:
            self._child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=words, env=env, text=True)
        if wait:
            self.ready()

    def ready(self) -> None:
        """Wait until it serves.  Raises ``AssertionError`` with the end of its words."""
        out = self._running.stdout
        assert out is not None
        there, _, _ = select.select([out], [], [], READY_SECONDS)
        line = out.readline() if there else ""
        assert line and json.loads(line)["ready"], f"start {self.starts}: {self.last_words()}"

    def died(self, seconds: float) -> bool:
        """Whether it ended within so many seconds by a kill that was not ours (``GOVMESH_CRASH``)."""
        try:
            status = self._running.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        assert status == -signal.SIGKILL, f"ended by itself with {status}: {self.last_words()}"
        assert self._running.stdout is not None
        self._running.stdout.close()
        self._child = None
        return True

    def kill(self) -> None:
        """kill -9, whatever it is doing."""
        self._end(signal.SIGKILL, 10.0)

    def terminate(self, seconds: float) -> tuple[int, float]:
        """SIGTERM; its status and how long it took.  Raises ``subprocess.TimeoutExpired`` after ``seconds``."""
        began = time.monotonic()
        return self._end(signal.SIGTERM, seconds), time.monotonic() - began

    def close(self) -> None:
        """End it if it still runs."""
        if self._child is not None:
            self.kill()

    def last_words(self) -> str:
        return "\n".join(self.words.read_text(errors="replace").splitlines()[-20:])

    @property
    def _running(self) -> subprocess.Popen[str]:
        assert self._child is not None, "not started"
        return self._child

    def _end(self, number: signal.Signals, seconds: float) -> int:
        child = self._running
        assert child.poll() is None, f"ended by itself with {child.returncode}: {self.last_words()}"
        child.send_signal(number)
        status = child.wait(seconds)
        assert child.stdout is not None
        child.stdout.close()
        self._child = None
        return status


class Busy(threading.Thread):
    """People who report ``many`` matters, ``at_once`` at a time, and sit at the desks, until told to stop.

    They do not mind that the mesh is away.  ``failed``: what they did not get over.
    """

    def __init__(self, people: People, many: int, at_once: int = 5, pause: float = 0.1) -> None:
        super().__init__(name="people", daemon=True)
        self.people, self.left, self.failed = people, many, ""
        self._at_once, self._pause = at_once, pause
        self._stop_now = threading.Event()

    def run(self) -> None:
        turn, waiting = 0, False
        try:
            while not self._stop_now.wait(self._pause):
                now = 0 if waiting else min(self._at_once, self.left)
                self.left -= now
                waiting = self.people.report(now) == 0 and (waiting or now > 0)
                self.people.petition(turn % 10 == 0)
                if turn % 4 == 0:
                    self.people.at_the_desks()
                turn += 1
        except Exception as error:
            self.failed = f"{type(error).__name__}: {error}"

    def end(self) -> None:
        """Raises ``AssertionError`` where they had given up before."""
        self._stop_now.set()
        self.join(150)
        assert not self.failed, self.failed
        assert not self.is_alive(), "the people do not stop"


def import_beside(mesh: Embedded, file: Path, mapping: Path) -> subprocess.Popen[str]:
    """``govmesh import FILE --json`` into the mesh, in a process of its own."""
    command = [sys.executable, "-m", "govmesh.cli", "import", str(file), "--map", str(mapping), "--json"]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=mesh.environment, cwd=mesh.home, text=True
    )


def counts_of(importing: subprocess.Popen[str], seconds: float) -> tuple[dict[str, Any], int]:
    """What it said last once it has ended with status 0, and how often it had to wait for the mesh.

    Raises ``AssertionError`` with what went wrong.
    """
    out, err = importing.communicate(timeout=seconds)
    assert importing.returncode == 0, err[-2000:]
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found, err.count(" …")
