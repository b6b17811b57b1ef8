"""A mesh of real services over one broker in memory, and its edge as a browser would ask it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from gov_console.bootstrap import SPEC as CONSOLE
from gov_dispatch.bootstrap import SPEC as DISPATCH
from gov_grid.bootstrap import SPEC as GRID
from gov_points.bootstrap import SPEC as POINTS
from govcore.memory import FixedClock
from govcore.packs import Pack, load_pack
from govcore.testing import AT
from govmesh.broker import topology
from govmesh.broker.open import open_broker
from govmesh.broker.port import Outgoing
from govmesh.edge import Upstream
from govmesh.mesh import Mesh
from govmesh.settings import Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from govmesh.process import Process, build

SPECS = {spec.name: spec for spec in (GRID, DISPATCH, POINTS, CONSOLE)}
PHONE = "13800138000"
_numbers = count(1)


class Console:
    """The services asked for, and the listener before them."""

    def __init__(self, home: Path, pack: Pack, names: Sequence[str], outside: Mapping[str, Upstream]) -> None:
        settings = Settings(home=home)
        self.clock, self.broker = FixedClock(AT), open_broker(f"memory://console{next(_numbers)}")
        self.meshes: dict[str, Mesh] = {
            name: build(SPECS[name], pack, settings, self.broker, f"sqlite:///{home}", self.clock, 7) for name in names
        }
        for one in self.meshes.values():
            one.prepare()
        for one in self.meshes.values():
            one.declare()
        self.sources = {name: self.broker.source(topology.taken_by(name), 200) for name in names}
        self.client = Client(Process(list(self.meshes.values()), settings, 0, outside).app())

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def page(self, path: str, status: int = 200) -> str:
        """The HTML of a page, checked for what holds for all pages."""
        answer = self.get(path)
        assert (answer.status_code, answer.mimetype) == (status, "text/html"), answer.text
        assert Html.faults(answer.text) == []
        return answer.text

    def report(self, **said: Any) -> str:
        """File a report; the id of its event."""
        number = str(next(_numbers))
        body = {"source": "test", "external_id": number, "channel": "hotline", "title": f"路灯不亮{number}"}
        answer = self.client.post("/api/v1/reports", json={**body, "division": "340881001007", **said})
        assert answer.status_code == 200, answer.text
        return str(answer.get_json()["event"])

    def handoffs(self, event: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"/api/v1/events/{event}/handoffs").get_json()["handoffs"]
        return found

    def answer(self, task: Mapping[str, Any], verb: str, **said: Any) -> None:
        """A department answers by hand."""
        body = {"dept": task["dept"], "generation": task["generation"], "answered_at": self.clock.now().isoformat()}
        path = f"/api/v1/events/{task['event_id']}/handoffs/{task['id']}/{verb}"
        answer = self.client.post(path, json={**body, **said})
        assert answer.status_code == 200, answer.text

    def send(self, service: str, body: bytes) -> None:
        """Something arrives in a service's inbox."""
        message = Outgoing(f"x{next(_numbers)}", "", topology.inbox(service), body, "event.located.v1")
        self.broker.publisher().publish([message], 5)

    def settle(self, **later: float) -> None:
        """Time goes on by ``later`` (``minutes=…``), then everybody works until nothing is left to do."""
        self.clock.forward(timedelta(**later))
        busy = True
        while busy:
            busy = False
            for name, one in self.meshes.items():
                if taken := self.sources[name].take(200, 0.01, 0.01):
                    one.work(one.take(taken))
                    self.sources[name].ack(taken)
                busy |= bool(taken) | bool(one.tick())

    def close(self) -> None:
        for one in self.meshes.values():
            one.close()


class Html(HTMLParser):
    """Reads a page: is it closed, has it one h1, ids once and labels, nothing inline, nothing from elsewhere."""

    VOID = ("meta", "link", "input", "rect", "br", "img")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.seen: dict[str, list[str]] = {"id": [], "for": [], "select": []}
        self.wrong: list[str] = []

    @classmethod
    def faults(cls, text: str) -> list[str]:
        """What is wrong with the page."""
        page = cls()
        page.feed(text)
        page.close()
        ids = page.seen["id"]
        skipped = [b for a, b in zip(page.headings, page.headings[1:], strict=False) if b > a + 1]
        return [
            *page.wrong,
            *(f"{name} is not closed" for name in page.open),
            *(f"id {name} twice" for name in set(ids) if ids.count(name) > 1),
            *(f"select {name} has no label" for name in page.seen["select"] if name not in page.seen["for"]),
            *([f"headings {page.headings}"] if page.headings.count(1) != 1 or skipped else []),
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.wrong.append(f"inline {name} in {tag}")
            if name in ("src", "href", "action") and not (value or "").startswith(("/", "#", "data:,")):
                self.wrong.append(f"{tag} leads to {value}")
            if name in ("src", "href", "action") and (value or "").startswith("//"):
                self.wrong.append(f"{tag} leads to {value}")
            if name in ("id", "for"):
                self.seen[name].append(value or "")
            if name == "id" and tag == "select":
                self.seen["select"].append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """``<rect/>``: nothing to close."""

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open[-1:]:
            self.open.pop()
        elif not (tag == "p" and "p" not in self.open):
            self.wrong.append(f"</{tag}> closes {self.open[-3:]}")
        else:
            self.wrong.append("a block stands inside p")


@pytest.fixture(scope="session")
def tongcheng() -> Pack:
    return load_pack("tongcheng")


@contextmanager
def maker(folder: Path, pack: Pack) -> Iterator[Callable[..., Console]]:
    """Makes meshes of the services named, and closes them; ``outside`` are those in other processes."""
    made: list[Console] = []

    def start(*names: str, outside: Mapping[str, Upstream] | None = None) -> Console:
        home = folder / str(len(made))
        home.mkdir()
        made.append(Console(home, pack, names or tuple(SPECS), outside or {}))
        return made[-1]

    try:
        yield start
    finally:
        for one in made:
            one.close()


@pytest.fixture
def make(tmp_path: Path, tongcheng: Pack) -> Iterator[Callable[..., Console]]:
    """Makes a mesh of the services named."""
    with maker(tmp_path, tongcheng) as start:
        yield start


@pytest.fixture
def console(make: Callable[..., Console]) -> Console:
    """grid, dispatch, points and console, with nothing in them."""
    return make()


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory, tongcheng: Pack) -> Iterator[Console]:
    """The same for tests that do not mind what others have put in."""
    with maker(tmp_path_factory.mktemp("busy"), tongcheng) as start:
        yield start()
