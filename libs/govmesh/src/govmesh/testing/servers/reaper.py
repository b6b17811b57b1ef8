"""Waits until its parent closes the pipe or dies, then undoes what the parent has made.

Run as a script with one JSON argument, a list of steps:
``["signal", pid file, name]`` signals every process group named in the file, kills it after ten seconds;
``["run", argv…]`` runs a program; ``["remove", folder]`` removes a folder.
Imports only the standard library, so that it starts at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 10.0
"""Seconds between the asked end of a process and its killing."""


def main() -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    sys.stdin.buffer.read()
    for kind, *rest in json.loads(sys.argv[1]):
        if kind == "signal":
            end_groups(Path(rest[0]), getattr(signal, rest[1]))
        elif kind == "run":
            subprocess.run(rest, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
        elif kind == "remove":
            shutil.rmtree(rest[0], ignore_errors=True)


def end_groups(listed: Path, sign: signal.Signals) -> None:
    """Ask each process group in the file to end, then make it."""
    try:
        groups = [int(line) for line in listed.read_text().split()]
    except (OSError, ValueError):
        return
    for group in groups:
        _tell(group, sign)
        _tell(group, signal.SIGCONT)
    until = time.monotonic() + PATIENCE
    while groups and time.monotonic() < until:
        groups = [group for group in groups if _alive(group)]
        time.sleep(0.05)
    for group in groups:
        _tell(group, signal.SIGKILL)


def _tell(group: int, sign: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, sign)


def _alive(group: int) -> bool:
    """Whether the group's first process still runs; one that nobody has waited for has ended."""
    try:
        os.kill(group, 0)
        return Path(f"/proc/{group}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except OSError:
        return not Path("/proc/self").exists()


if __name__ == "__main__":
    main()
