"""Processes and things that must not outlive the test that made them."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

REAPER = Path(__file__).with_name("reaper.py")


class Unavailable(Exception):
    """No server can be had here; the text says what is missing."""


class Guard:
    """Undoes its steps (see :mod:`govmesh.testing.servers.reaper`) when closed or when this process dies."""

    def __init__(self, *steps: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(REAPER), json.dumps(steps)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def close(self) -> None:
        """Undo now and wait until it is undone."""
        assert self._process.stdin is not None
        if not self._process.stdin.closed:
            self._process.stdin.close()
            self._process.wait(timeout=120)


class Program:
    """A server process in a group of its own, started and stopped any number of times.

    ``listed`` is the file that tells the guard which groups are alive; ``user`` runs it as somebody
    else (a database refuses to run as root).
    """

    def __init__(
        self, argv: Sequence[str], env: Mapping[str, str], log: Path, listed: Path, user: str | None = None
    ) -> None:
        self.argv, self.env, self.log, self.listed, self.user = argv, env, log, listed, user
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                list(self.argv),
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self.user,
                group=pwd.getpwnam(self.user).pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
                cwd=self.log.parent,
            )
        with self.listed.open("a") as listed:
            listed.write(f"{self._process.pid}\n")

    def tell(self, sign: signal.Signals) -> None:
        """Send it to the program and to everything it has started."""
        if self._process is not None:
            for pid in family(self._process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, sign)

    def end(self, sign: signal.Signals, patience: float = 30.0) -> None:
        """Ask it to end with ``sign``; kill it and its children after ``patience`` seconds."""
        if self._process is None:
            return
        pids = family(self._process.pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, sign)
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            sign = signal.SIGKILL
        if sign == signal.SIGKILL:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, sign)
            self._process.wait(patience)
            until = time.monotonic() + patience
            while not all(map(ended, pids)) and time.monotonic() < until:
                time.sleep(0.01)
        alive = [line for line in self.listed.read_text().split() if line != str(self._process.pid)]
        self.listed.write_text("".join(f"{pid}\n" for pid in alive))
        self._process = None

    def last_words(self, lines: int = 5) -> str:
        """The end of its log: why it did not start."""
        with contextlib.suppress(OSError):
            return " | ".join(self.log.read_text(errors="replace").strip().splitlines()[-lines:])
        return ""

    def wait_until(self, answers: Callable[[], bool], patience: float) -> None:
        """Wait until it answers.  Raises :class:`Unavailable` if it dies or does not by then."""
        until = time.monotonic() + patience
        while not answers():
            if not self.running or time.monotonic() > until:
                raise Unavailable(f"{Path(self.argv[0]).name} did not start: {self.last_words()}")
            time.sleep(0.1)


def family(root: int) -> list[int]:
    """A process and all its descendants, the oldest first (a database's children leave its group)."""
    children: dict[int, list[int]] = {}
    for pid, parent in _processes():
        children.setdefault(parent, []).append(pid)
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def ended(pid: int) -> bool:
    """Whether a process is gone, or nothing of it is left but its number."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return Path("/proc/self/stat").exists()  # without a /proc, what kill says must do
    except OSError:
        return True


def _processes() -> list[tuple[int, int]]:
    proc = Path("/proc")
    if not (proc / "self" / "stat").exists():
        out = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        return [(int(pid), int(parent)) for pid, parent in (line.split() for line in out.splitlines())]
    found = []
    for folder in proc.iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                state = (folder / "stat").read_text().rpartition(")")[2].split()
                found.append((int(folder.name), int(state[1])))
    return found


def free_port() -> int:
    """A local port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether something listens on a local port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
        return True
    return False


def installed(find: Callable[[], str | None], package: str) -> str:
    """What ``find`` gives, after installing the Debian package if it has to be and may be.

    Raises :class:`Unavailable` saying which package would help.
    """
    with (Path(tempfile.gettempdir()) / f"govmesh-install-{os.geteuid()}").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        return _installed(find, package)


def _installed(find: Callable[[], str | None], package: str) -> str:
    if found := find():
        return found
    may = os.environ.get("GOVMESH_TEST_INSTALL", "yes") != "no"
    if not (may and os.geteuid() == 0 and shutil.which("apt-get")):
        raise Unavailable(f"{package} is not installed")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for argv in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", package]):
        done = subprocess.run(
            ["apt-get", "-o", "DPkg::Lock::Timeout=300", *argv],
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    if found := find():
        return found
    raise Unavailable(f"{package} could not be installed: {done.stderr.strip().splitlines()[-1:]}")
