"""The loops of a process: they go on after an error, and a process whose loop has died does not pretend to live."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytestmark = pytest.mark.slow

_DEAD = """
import sys, eventlet
eventlet.monkey_patch()
from govmesh import entrypoint, embedded
def die(self):
    eventlet.sleep(0.5)
    raise RuntimeError("secret words")
entrypoint.Ticks.feed = die
sys.argv[1:] = ["--port", "0", "--services", "points"]
embedded.main()
"""


def test_a_process_whose_loop_died_ends(tmp_path: Path) -> None:
    """With status 1, so that whoever watches it starts it again; the error is told by its place."""
    env = {**os.environ, "GOVMESH_HOME": str(tmp_path)}
    found = subprocess.run([sys.executable, "-c", _DEAD], env=env, capture_output=True, text=True, timeout=60)
    assert found.returncode == 1, found.stderr
    assert "part died" in found.stderr
    assert "RuntimeError at " in found.stderr


def test_a_loop_goes_on_after_an_error_of_its_own() -> None:
    """What nobody foresaw is logged by its place, and the next round comes."""
    from govmesh import entrypoint

    told: list[tuple[str, Any]] = []
    loop = entrypoint.Ticks()
    loop.mesh = SimpleNamespace(log=SimpleNamespace(error=lambda what, **more: told.append((what, more["error"]))))
    loop._running, rounds = True, []

    def call() -> None:
        rounds.append(1)
        if len(rounds) == 1:
            raise RuntimeError("secret words")
        loop._running = False

    loop.call = call
    loop.feed()
    assert len(rounds) == 2
    assert told[0][0] == "failed" and "secret" not in told[0][1]
