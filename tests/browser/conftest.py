"""A real browser (Chromium) over its debugging pipe, and a mesh whose pages it looks at."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from govmesh.client import Client, embedded
from govmesh.settings import Settings
from govmesh.testing.servers import Unavailable
from govmesh.testing.servers.guard import installed

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe")
START_IT = """
import fcntl, os, sys
for number, end in zip((3, 4), [fcntl.fcntl(int(one), fcntl.F_DUPFD, 10) for one in sys.argv[1:3]]):
    os.dup2(end, number)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""The browser takes commands from its descriptor 3 and answers on 4."""
PATIENCE = 60.0
START = "2026-03-02T08:30:00+08:00"
EVIL = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
CLASSES = ("010201", "040101", "050101", "020101", "090203", "080101")


class Browser:
    """One page of a headless browser; ``said`` is what it complained about since the page was opened."""

    def __init__(self, program: str, home: Path) -> None:
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                START_IT,
                str(to_browser),
                str(from_browser),
                program,
                *FLAGS,
                f"--user-data-dir={home}",
                "about:blank",
            ],
            pass_fds=(to_browser, from_browser),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._answers = self._messages()
        self._number = 0
        self._session: str | None = None
        self.said: list[str] = []
        self._loaded = False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def open(self, url: str, width: int, height: int = 900) -> None:
        """Open ``url`` in a window ``width`` CSS pixels wide and wait until it is loaded."""
        mobile = width < 600
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
        self.said, self._loaded = [], False
        self.call("Page.navigate", url=url)
        while not self._loaded:
            self._take()

    def ask(self, script: str) -> Any:
        """The value of a JavaScript expression (a promise is waited for)."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def picture(self, to: Path) -> Path:
        """The whole page as a PNG."""
        found = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        to.write_bytes(base64.b64decode(found["data"]))
        return to

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command of the DevTools protocol, and its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._take()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                result: dict[str, Any] = answer["result"]
                return result

    def close(self) -> None:
        os.close(self._write)
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._read)

    def _take(self) -> dict[str, Any]:
        answer = next(self._answers)
        method, params = answer.get("method"), answer.get("params", {})
        if method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("warning", "error"):
            self.said.append(params["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.said.append(params["exceptionDetails"]["text"])
        return answer

    def _messages(self) -> Iterator[dict[str, Any]]:
        waiting = b""
        while True:
            part = os.read(self._read, 1 << 20)
            if not part:
                raise EOFError("the browser went away")
            *whole, waiting = (waiting + part).split(b"\0")
            for one in whole:
                yield json.loads(one)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser for this run; skips, naming what is missing, where none can be had."""
    try:
        program = installed(lambda: next(filter(None, map(shutil.which, NAMES)), None), "chromium")
    except Unavailable as reason:
        pytest.skip(f"no browser: {reason}")
    found = Browser(program, tmp_path_factory.mktemp("browser"))
    yield found
    found.close()


@pytest.fixture(scope="session")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A mesh at work: some events with departments answering, some late, one with a title nobody should trust."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    args = ("--services", "grid,dispatch,console", "--departments", "--pace", "900", "--start", START)
    with embedded(settings, "--pack", "tongcheng", *args) as client:
        client.post("/api/v1/reports", {"reports": [_report(number) for number in range(30)]})
        client.post("/api/v1/reports", _report(97, title=EVIL))
        client.post("/api/v1/reports", _report(98, title="长" * 200, text="W" * 3000))
        client.post("/api/v1/reports", _report(99, title="无人认领的事", class_name=None))
        _until_offered(client)
        _beside(client)
        yield client


def _beside(client: Client) -> None:
    """One of each thing beside events and hand-offs, in words as long as people write them."""
    now = datetime.fromisoformat(client.get("/mesh")["now"])
    about = client.get("/api/v1/events", state="triage")["events"][0]["id"]
    called = {
        "kind": "joint",
        "events": [about],
        "by": "desk:triage",
        "departments": ["chengguan", "gongan", "shichang"],
    }
    meeting = {"at": (now + timedelta(days=1)).isoformat(), "address": "文昌路与六尺巷交叉口东南角公交站台旁"}
    client.post("/api/v1/operations", {**called, "why": "联合整治" * 40, "meeting": meeting})
    place = {"division": "340881001007", "source": "browser"}
    until = (now + timedelta(days=30)).isoformat()
    client.post("/api/v1/claims", {**place, "kind": "wish", "title": "一套书桌", "needs": "写字用", "until": until})
    client.post("/api/v1/projects", {**place, "title": "背街小巷改造", "about": "路灯与下水" * 30})
    smoke = {"gateway": "fire", "alert_id": "a-1", "kind": "forest_fire", "watcher": "fire_tower", "device": "tower-3"}
    client.post("/api/v1/alerts", {**smoke, "division": "340881103", "reading": 4, "observed_at": now.isoformat()})


def _report(number: int, **said: Any) -> dict[str, Any]:
    return {
        "source": "browser",
        "external_id": str(number),
        "channel": "hotline",
        "title": f"第{number}件：路灯不亮",
        "text": f"第{number}件：文昌路中段的路灯从上周三晚上起就一直不亮了，请联系13800138000。",
        "address": "文昌路中段",
        "class_name": CLASSES[number % len(CLASSES)],
        "division": "340881001007",
    } | said


def _until_offered(client: Client) -> None:
    """Until all but the one for the triage desk are offered, and somebody has accepted."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        offered = [one for one in client.get("/api/v1/events", limit=200)["events"] if one["handoffs_total"]]
        if len(offered) >= 32 and client.get("/api/v1/handoffs", state="accepted", limit=1)["handoffs"]:
            return
        time.sleep(0.3)
    raise AssertionError("no department has accepted anything")
