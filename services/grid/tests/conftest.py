"""A grid service of its own for each module and database: real pack, real hop, its API as clients see it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from werkzeug.test import Client

from gov_grid.bootstrap import SPEC
from govcore.memory import FixedClock
from govcore.packs import load_pack
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
