"""A grid service of its own for each module and database: real pack, real hop, its API as clients see it."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from gov_grid.bootstrap import SPEC
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
class GridService:
    """The service, and what a test does with it."""

    mesh: Mesh

    def __post_init__(self) -> None:
        self.api = Api([*SPEC.routes(self.mesh), *ops.routes(self.mesh)])

    def get(self, path: str, **params: Any) -> Any:
        answer = Client(self.api).get(path, query_string=params)
        return {"status": answer.status_code, **(answer.get_json() or {})}

    def send(self, path: str, text: str, **params: Any) -> Any:
        answer = Client(self.api).post(path, data=text.encode(), query_string=params)
        return {"status": answer.status_code, **(answer.get_json() or {})}

    def said(self, type: str) -> list[Any]:
        """The bodies of messages of a type, in the order in which they were said."""
        sql = f"SELECT body FROM outbox WHERE type = '{type}' ORDER BY seq"
        with self.mesh.database.read() as conn:
            return [row[0] for row in conn.exec_driver_sql(sql)]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.broker)])
def grid(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GridService]:
    """On SQLite, and on PostgreSQL where there is one."""
    home, number = tmp_path_factory.mktemp("grid"), next(_numbers)
    url = str(request.getfixturevalue("pg_url")) if request.param == "postgres" else f"sqlite:///{home}"
    settings = Settings(home=home, schema_prefix=f"g{number}_")
    broker = open_broker(f"memory://grid{number}")
    made = GridService(build(SPEC, load_pack("tongcheng"), settings, broker, url, FixedClock(AT), number))
    made.mesh.prepare()
    made.mesh.declare()
    yield made
    made.mesh.close()


MONDAY = datetime.fromisoformat("2024-05-06T08:30:00+08:00")


@dataclass
class Registered:
    """The service, and what a test does with it."""

    mesh: Mesh
    clock: FixedClock

    def __post_init__(self) -> None:
        self.api = Client(Api([*SPEC.routes(self.mesh), *ops.routes(self.mesh)]))

    def get(self, path: str) -> Any:
        answer = self.api.get(path)
        return {"status": answer.status_code, **(answer.get_json() or {})}

    def post(self, path: str, **said: Any) -> Any:
        answer = self.api.post(path, json={"reason": "社区议定", **said})
        return {"status": answer.status_code, **(answer.get_json() or {})}

    def forward(self, length: timedelta = timedelta()) -> None:
        """The clock goes on, and whatever came due is done."""
        self.clock.forward(length)
        while self.mesh.tick():
            continue

    def said(self, type: str) -> list[dict[str, Any]]:
        """What it has said of a type, in its order."""
        rows = self.rows(f"SELECT body FROM outbox WHERE type = '{type}' ORDER BY seq")
        return [json.loads(row[0]) for row in rows]

    def rows(self, sql: str) -> Sequence[Any]:
        with self.mesh.database.read() as conn:
            return conn.exec_driver_sql(sql).all()


@pytest.fixture(scope="session")
def shilin() -> Pack:
    return load_pack("shilin")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.broker)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLite, and PostgreSQL where there is one."""
    return str(request.getfixturevalue("pg_url")) if request.param == "postgres" else f"sqlite:///{tmp_path}"


@pytest.fixture
def make(tmp_path: Path, shilin: Pack) -> Iterator[Callable[..., Registered]]:
    """Makes an instance of the service over a database; those of one ``prefix`` share it."""
    made: list[Registered] = []

    def build_one(url: str, prefix: str = "", pack: Pack = shilin) -> Registered:
        number = next(_numbers)
        clock = FixedClock(MONDAY)
        settings = Settings(home=tmp_path, schema_prefix=prefix or f"g{number}_")
        broker = open_broker(f"memory://grid{number}")
        made.append(Registered(build(SPEC, pack, settings, broker, url, clock, number), clock))
        made[-1].mesh.prepare()
        made[-1].mesh.declare()
        return made[-1]

    yield build_one
    for one in made:
        one.mesh.close()


@pytest.fixture
def own(make: Callable[..., Registered], database_url: str) -> Registered:
    return make(database_url)
