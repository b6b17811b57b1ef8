"""A points service of its own for each test: real hop and pack, SQLite or PostgreSQL, messages as off the wire."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from gov_points.bootstrap import SPEC
from govcore.memory import FixedClock
from govcore.messages import Message, Payload
from govcore.packs import Pack, load_pack
from govcore.points import RulebookData
from govcore.testing import AT
from govmesh.broker.open import open_broker
from govmesh.broker.port import Delivery
from govmesh.http import Api
from govmesh.items import Item
from govmesh.mesh import Mesh
from govmesh.settings import Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from govmesh.process import build

TRACE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
_numbers = count(1)


@dataclass
class Points:
    """The service, and what a test does with it."""

    mesh: Mesh
    clock: FixedClock

    def hear(self, *messages: Message[Any], batch: bool = True) -> list[Item]:
        """Messages come off the inbox, in one batch or one by one."""
        items: list[Item] = []
        for group in [messages] if batch else [[one] for one in messages]:
            bodies = [Delivery(one.encode(), self.mesh.inbox, tag=None, message_id=one.id) for one in group]
            taken = self.mesh.take(bodies)
            self.mesh.work(taken)
            items += taken
        return items

    def get(self, path: str) -> Any:
        answer = Client(Api(SPEC.routes(self.mesh))).get(f"/api/v1/points/{path}")
        return {"status": answer.status_code, **(answer.get_json() or {})}

    def rows(self, sql: str) -> Sequence[Any]:
        with self.mesh.database.read() as conn:
            return conn.exec_driver_sql(sql).all()

    def life(self) -> dict[str, tuple[int, int]]:
        """The whole book: entry → points, without the ids that differ from run to run."""
        found = self.rows("SELECT account, rule, sum(points), count(*) FROM entries GROUP BY account, rule")
        return {f"{row[0]} {row[1]}": (int(row[2]), row[3] % 2) for row in found if row[2]}


@pytest.fixture(scope="session")
def tongcheng() -> Pack:
    return load_pack("tongcheng")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.broker)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLite, and PostgreSQL where there is one."""
    return str(request.getfixturevalue("pg_url")) if request.param == "postgres" else f"sqlite:///{tmp_path}"


@pytest.fixture
def make(tmp_path: Path, tongcheng: Pack) -> Iterator[Callable[..., Points]]:
    """Makes a service over a database, with the pack's rulebook or another."""
    made: list[Points] = []

    def build_one(
        url: str | None = None,
        rules: Sequence[dict[str, Any]] | None = None,
        prefix: str = "",
        frame: dict[str, Any] | None = None,
    ) -> Points:
        number = next(_numbers)
        pack = tongcheng
        if rules is not None:
            data = {
                "currency": {"zh": "积分", "en": "points"},
                "published": "2022-01-01",
                "rules": rules,
                **(frame or {}),
            }
            pack = replace(pack, points=RulebookData.model_validate(data))
        clock = FixedClock(AT)
        settings = Settings(home=tmp_path, schema_prefix=prefix or f"p{number}_")
        broker = open_broker(f"memory://points{number}")
        made.append(Points(build(SPEC, pack, settings, broker, url or f"sqlite:///{tmp_path}", clock, number), clock))
        made[-1].mesh.prepare()
        made[-1].mesh.declare()
        return made[-1]

    yield build_one
    for one in made:
        one.mesh.close()


@pytest.fixture
def points(make: Callable[..., Points], database_url: str) -> Points:
    """The service with Tongcheng's own rulebook."""
    return make(database_url)


def said(
    payload: type[Payload], event: str = "E-1", *, version: int = 5, after: int = 0, **fields: Any
) -> Message[Any]:
    """A message as dispatch says it; ``after``: seconds after the working day began."""
    known = dict(payload.model_config["json_schema_extra"]["example"])  # type: ignore[index,arg-type,call-overload]
    data = payload.model_validate({**known, "event_id": event, **fields})
    at: datetime = AT + timedelta(seconds=after)
    ident = f"m-{next(_numbers):06d}"
    return Message(ident, "/dispatch", event, version, data.place, at, TRACE, data)  # type: ignore[attr-defined]


@pytest.fixture(name="said")
def _said() -> Callable[..., Message[Any]]:
    return said
