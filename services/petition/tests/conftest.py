"""A petition service of its own for each test: real hop and pack, SQLite or PostgreSQL, messages as off the wire."""

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

from gov_petition.bootstrap import SPEC
from govcore.memory import FixedClock
from govcore.messages import Message, Payload
from govcore.packs import Pack, load_pack
from govcore.testing import AT
from govmesh.broker.open import open_broker
from govmesh.broker.port import Delivery
from govmesh.http import Api
from govmesh.mesh import Mesh
from govmesh.settings import Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from govmesh.process import build

TRACE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
_numbers = count(1)
CLAIM = {
    "channel": "letter",
    "path": "claim",
    "title": "要求清理菜市场垃圾",
    "text": "菜市场东门口垃圾长期无人清理，请打电话13812345678找我。",
    "class_name": "暴露垃圾",
    "division": "340881001004",
}


@dataclass
class Petitions:
    """The service, and what a test does with it."""

    mesh: Mesh
    clock: FixedClock

    def post(self, path: str = "", /, **said: Any) -> Any:
        return self._read(self._client.post(f"/api/v1/petitions{path}", json=said))

    def get(self, path: str = "") -> Any:
        return self._read(self._client.get(f"/api/v1/petitions{path}"))

    def new(self, **more: Any) -> str:
        """A petition that has come in; its id."""
        found = self.post(**{**CLAIM, **more})
        assert found["status"] == 200, found
        return str(found["petition"])

    def hear(self, *messages: Message[Any], batch: bool = True) -> None:
        """Messages come off the inbox, in one batch or one by one."""
        for group in [messages] if batch else [[one] for one in messages]:
            bodies = [Delivery(one.encode(), self.mesh.inbox, tag=None, message_id=one.id) for one in group]
            self.mesh.work(self.mesh.take(bodies))

    def forward(self, days: float) -> None:
        """Time goes on, and whatever has come due happens."""
        self.clock.forward(timedelta(days=days))
        self.mesh.tick()

    def rows(self, sql: str) -> Sequence[Any]:
        with self.mesh.database.read() as conn:
            return conn.exec_driver_sql(sql).all()

    def said(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT type FROM outbox ORDER BY seq")]

    def steps(self, petition: str) -> list[str]:
        """What the history says happened to a petition."""
        return [row[0] for row in self.rows(f"SELECT kind FROM history WHERE subject = '{petition}' ORDER BY seq")]

    @property
    def _client(self) -> Client:
        return Client(Api(SPEC.routes(self.mesh)))

    @staticmethod
    def _read(answer: Any) -> Any:
        return {"status": answer.status_code, **(answer.get_json() or {})}


@pytest.fixture(scope="session")
def tongcheng() -> Pack:
    return load_pack("tongcheng")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.broker)])
def petitions(request: pytest.FixtureRequest, tmp_path: Path, tongcheng: Pack) -> Iterator[Petitions]:
    """The service on SQLite, and on PostgreSQL where there is one."""
    number = next(_numbers)
    url = request.getfixturevalue("pg_url") if request.param == "postgres" else f"sqlite:///{tmp_path}"
    clock = FixedClock(AT)
    settings = Settings(home=tmp_path, schema_prefix=f"t{number}_")
    mesh = build(SPEC, tongcheng, settings, open_broker(f"memory://petition{number}"), url, clock, number)
    mesh.prepare()
    mesh.declare()
    yield Petitions(mesh, clock)
    mesh.close()


def said(
    payload: type[Payload], cause: str | None, *, version: int = 5, hours: float = 1, **fields: Any
) -> Message[Any]:
    """A message as dispatch says it, so many hours after the working day began."""
    known = dict(payload.model_config["json_schema_extra"]["example"])  # type: ignore[index,arg-type,call-overload]
    at = AT + timedelta(hours=hours)
    named = {"cause": cause} if "cause" in payload.model_fields else {}
    times = {"closed_at": at} if "closed_at" in payload.model_fields else {}
    data = payload.model_validate({**known, **named, **times, **fields})
    event = data.event_id  # type: ignore[attr-defined]
    return Message(f"m-{next(_numbers):06d}", "/dispatch", event, version, "34.08.81", at, TRACE, data)


@pytest.fixture(name="said")
def _said() -> Callable[..., Message[Any]]:
    return said
