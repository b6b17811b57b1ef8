"""A dispatch service of its own for each test: real pack, real hop, its API as clients see it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from gov_dispatch.bootstrap import SPEC
from govcore.memory import FixedClock
from govcore.packs import Pack, load_pack
from govcore.testing import AT
from govmesh import ops
from govmesh.broker.open import open_broker
from govmesh.http import Api
from govmesh.mesh import Mesh
from govmesh.settings import Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from govmesh.process import build

_numbers = count(1)


@dataclass
class Dispatch:
    """The service, and what a test does with it."""

    mesh: Mesh
    clock: FixedClock

    def __post_init__(self) -> None:
        self.api = Api([*SPEC.routes(self.mesh), *ops.routes(self.mesh)])

    def get(self, path: str) -> Any:
        answer = Client(self.api).get(path)
        return {"status": answer.status_code, **(answer.get_json() or {})}

    def post(self, path: str, said: Any = None) -> Any:
        answer = Client(self.api).post(path, json=said or {})
        return {"status": answer.status_code, **(answer.get_json() or {})}

    def rows(self, sql: str) -> Sequence[Any]:
        with self.mesh.database.read() as conn:
            return conn.exec_driver_sql(sql).all()

    def assigned(self, dept: str = "chengguan") -> tuple[str, dict[str, Any]]:
        """A new matter that lies at the triage desk, given to one department; its id and the hand-off."""
        event = self.post("/api/v1/reports", {"source": "t", "text": f"一件不知归谁管的事情，第{next(_numbers)}号"})[
            "event"
        ]
        self.locate_late()
        done = self.post(f"/api/v1/events/{event}/assign", {"lead": dept, "reason": "所辖"})
        assert done["status"] == 200, done
        (handoff,) = self.get(f"/api/v1/events/{event}/handoffs")["handoffs"]
        return event, handoff

    def locate_late(self) -> None:
        """Nobody says where it is: it goes on after its locate term."""
        self.clock.forward(timedelta(hours=2))
        self.mesh.tick()


@pytest.fixture(scope="session")
def tongcheng() -> Pack:
    return load_pack("tongcheng")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.broker)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLite, and PostgreSQL where there is one."""
    return str(request.getfixturevalue("pg_url")) if request.param == "postgres" else f"sqlite:///{tmp_path}"


@pytest.fixture
def make(tmp_path: Path, tongcheng: Pack) -> Iterator[Callable[..., Dispatch]]:
    """Makes an instance of the service over a database; those of one ``prefix`` share it."""
    made: list[Dispatch] = []

    def build_one(url: str, prefix: str = "", pack: Pack = tongcheng) -> Dispatch:
        number = next(_numbers)
        clock = FixedClock(AT)
        settings = Settings(home=tmp_path, schema_prefix=prefix or f"d{number}_")
        broker = open_broker(f"memory://dispatch{number}")
        made.append(Dispatch(build(SPEC, pack, settings, broker, url, clock, number), clock))
        made[-1].mesh.prepare()
        made[-1].mesh.declare()
        return made[-1]

    yield build_one
    for one in made:
        one.mesh.close()


@pytest.fixture
def dispatch(make: Callable[..., Dispatch], database_url: str) -> Dispatch:
    return make(database_url)
