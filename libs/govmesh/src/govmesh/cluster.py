"""``govmesh up --profile cluster``: services as processes over RabbitMQ and PostgreSQL, watched and restarted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from types import FrameType

from govmesh.locality import pack_of
from govmesh.logs import log, set_up
from govmesh.settings import Settings
from govmesh.signing import Signer
from govmesh.spec import find_specs

LOOK_SECONDS = 0.2
STOP_SECONDS = 10.0
MOST_PAUSE = 10.0


class Child:
    """One service process and how often it had to be started."""

    def __init__(self, name: str, command: Sequence[str], env: dict[str, str]) -> None:
        self.name, self._command, self._env = name, list(command), env
        self.starts, self.next_at = 0, 0.0
        self.ready = threading.Event()
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.starts += 1
        self.ready.clear()
        self.process = subprocess.Popen(self._command, env=self._env, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            if '"ready"' in line:
                self.ready.set()

    def look(self, now: float) -> bool:
        """Start it again where it died, with a growing pause; whether it had died."""
        if self.process is None or self.process.poll() is None:
            return False
        if self.next_at == 0.0:
            self.next_at = now + min(MOST_PAUSE, 0.5 * self.starts)
        if now >= self.next_at:
            self.next_at = 0.0
            self.start()
        return True


def supervise(settings: Settings, pack: str | None, services: Sequence[str] | None, departments: bool) -> int:
    """Run the services (all installed ones where none are named) until SIGTERM; 0 when all ended in time."""
    set_up(settings.log_format, settings.log_level)
    own = settings.model_copy(update={"pack": pack}) if pack else settings
    codes = list(pack_of(own).departments)  # a broken pack fails here, once, and not in every child
    names = [spec.name for spec in find_specs(services)]
    upstreams = {name: f"http://{settings.host}:{settings.ports[name]}" for name in names}
    env = {**os.environ, "GOVMESH_UPSTREAMS": json.dumps(upstreams)}
    if pack:
        env["GOVMESH_PACK"] = pack
    children = [Child(name, [sys.executable, "-m", "govmesh.serve", name], env) for name in names]
    if departments:
        if (
            signer := Signer.at(own.model_copy(update={"profile": "cluster"}))
        ) is not None and "GOVMESH_DEPARTMENT_KEYS" not in env:
            env["GOVMESH_DEPARTMENT_KEYS"] = str(signer.publish_key(own.home).resolve())
        children += [Child(f"dept.{code}", [sys.executable, "-m", "govmesh.department", code], env) for code in codes]
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for child in children:
        child.start()
    told = False
    while not stopping.is_set():
        for child in children:
            if child.look(time.monotonic()) and child.next_at:
                log("cluster").warning("process ended", process=child.name, starts=child.starts)
        if not told and all(child.ready.is_set() for child in children if child.name in upstreams):
            told = True
            edge = upstreams.get("console") or next(iter(upstreams.values()))
            print(json.dumps({"ready": edge, "services": names}), flush=True)
        stopping.wait(LOOK_SECONDS)
    return _end(children)


def _end(children: Sequence[Child]) -> int:
    for child in children:
        if child.process and child.process.poll() is None:
            child.process.send_signal(signal.SIGTERM)
    until, late = time.monotonic() + STOP_SECONDS, 0
    for child in children:
        if child.process is None:
            continue
        try:
            child.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
            late += 1
    return 1 if late else 0
