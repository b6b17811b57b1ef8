"""Talking to a running mesh over HTTP: the only way the command line does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import requests

from govcore.errors import Refusal
from govmesh.settings import Settings

START_SECONDS = 90.0
AWAY_SECONDS = 60.0
"""How long a mesh may be away, being started again, before whoever waits for it to settle gives up."""
_SERVICE_FIELDS = ("outbox", "retry", "inbox", "feeds")


class Answered(Exception):
    """The mesh said no: ``error`` is its answer with reason code, zh and en."""

    def __init__(self, status: int, error: dict[str, Any]) -> None:
        super().__init__(error.get("code", status))
        self.status, self.error = status, error

    def __str__(self) -> str:
        return f"{self.error.get('code', self.status)}: {self.error.get('zh', '')} / {self.error.get('en', '')}"


class Client:
    """One mesh, by URL."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._session = requests.Session()

    def get(self, path: str, **params: Any) -> Any:
        return self._call("GET", path, params=params)

    def post(self, path: str, body: Any = None, **params: Any) -> Any:
        return self._call("POST", path, params=params, data=json.dumps(body or {}))

    def send(self, path: str, raw: bytes, seconds: float, **params: Any) -> Any:
        """A file as it is; ``seconds``: how long the answer may take."""
        return self._call("POST", path, "application/octet-stream", seconds, params=params, data=raw)

    def _call(self, method: str, path: str, kind: str = "application/json", seconds: float = 120, **kwargs: Any) -> Any:
        headers = {"content-type": kind}
        try:
            answer = self._session.request(method, self.url + path, headers=headers, timeout=(3, seconds), **kwargs)
        except requests.RequestException as error:
            raise Refusal("MESH_AWAY", field="GOVMESH_URL", value=self.url) from error
        if answer.status_code >= 400:
            try:
                found = answer.json().get("error", {})
            except ValueError:
                found = {"code": f"HTTP_{answer.status_code}", "zh": "", "en": answer.reason}
            raise Answered(answer.status_code, found)
        return answer.json()

    def there(self) -> bool:
        """Whether a mesh answers at this URL."""
        try:
            return "services" in self.get("/mesh")
        except (Refusal, Answered):
            return False

    def services(self) -> list[str]:
        return list(self.get("/mesh")["services"])

    def each(self, path: str, **params: Any) -> dict[str, Any]:
        """The same ops path of every service."""
        return {name: self.get(f"/svc/{name}{path}", **params) for name in self.services()}

    def settle(self, seconds: float = 600.0, tell: Any = None, pause: float = 0.3) -> dict[str, dict[str, int]]:
        """Wait until nothing is on its way: outbox, inbox, retry, feeds empty twice running, and nothing new was said.

        ``pause``: seconds between two looks.  Outlives a restart of the mesh.
        Raises ``MESH_NOT_SETTLED``, and ``MESH_AWAY`` or ``Answered`` where it stays away.
        """
        until, before, seen = time.monotonic() + seconds, None, time.monotonic()
        while time.monotonic() < until:
            try:
                now: dict[str, dict[str, int]] = self.each("/ops/settled")
            except (Refusal, Answered) as no:
                lasting = isinstance(no, Answered) and no.status < 500
                if lasting or time.monotonic() - seen > AWAY_SECONDS:
                    raise
                before = None
                time.sleep(pause)
                continue
            seen = time.monotonic()
            quiet = all(part[name] == 0 for part in now.values() for name in _SERVICE_FIELDS)
            if quiet and before == now:
                return now
            if tell is not None:
                tell(now)
            before = now if quiet else None
            time.sleep(pause)
        raise Refusal("MESH_NOT_SETTLED", field="seconds", value=seconds)


@contextmanager
def embedded(settings: Settings, *args: str, quiet: bool = True) -> Iterator[Client]:
    """An embedded mesh for the length of a command, in a process of its own that ends with this one."""
    command = [sys.executable, "-m", "govmesh.embedded", "--port", "0", "--until-eof", *args]
    env = {**os.environ, "GOVMESH_HOME": str(settings.home.resolve())}
    env.setdefault("GOVMESH_LOG_LEVEL", "error" if quiet else "info")
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True)
    try:
        yield Client(wait_ready(child)["ready"])
    finally:
        assert child.stdin and child.stdout
        child.stdin.close()
        try:
            child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()


def wait_ready(child: subprocess.Popen[str]) -> dict[str, Any]:
    """The line with which a mesh process says that it serves.  Raises ``MESH_DID_NOT_START``."""
    assert child.stdout
    line = child.stdout.readline()
    try:
        found: dict[str, Any] = json.loads(line)
    except ValueError as error:
        child.wait(timeout=START_SECONDS)
        raise Refusal("MESH_DID_NOT_START", field="exit", value=child.returncode) from error
    return found


@contextmanager
def running(settings: Settings, args: Sequence[str] = ()) -> Iterator[Client]:
    """The mesh at ``GOVMESH_URL`` where one answers, else an embedded one for the length of the command."""
    client = Client(settings.url)
    if client.there():
        yield client
        return
    with embedded(settings, *args) as own:
        yield own
