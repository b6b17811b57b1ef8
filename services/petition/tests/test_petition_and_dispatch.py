"""Petition and dispatch over one broker: a petition goes out as a report with its cause and comes back an answer."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from gov_dispatch.bootstrap import SPEC as DISPATCH
from gov_petition.bootstrap import SPEC as PETITION
from govcore.memory import FixedClock
from govcore.packs import Pack
from govcore.testing import AT
from govmesh.broker import topology
from govmesh.broker.open import open_broker
from govmesh.http import Api
from govmesh.settings import Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from govmesh.process import build

WHO = {"name": "王某某", "phone": "13955551234"}
CLAIM = {
    "channel": "visit",
    "path": "claim",
    "title": "要求清理菜市场垃圾",
    "text": "菜市场东门口垃圾长期无人清理，联系我13955551234。",
    "class_name": "暴露垃圾",
    "division": "340881001004",
    "petitioner": WHO,
}


@pytest.fixture
def mesh(tmp_path: Path, tongcheng: Pack) -> Any:
    """Two services, one broker in memory, no grid: dispatch takes the division that came with the referral."""
    return _Two(tmp_path, tongcheng)


class _Two:
    def __init__(self, home: Path, pack: Pack) -> None:
        self.clock, self.broker = FixedClock(AT), open_broker(f"memory://{home.name}")
        url, settings = f"sqlite:///{home}", Settings(home=home)
        specs = (PETITION, DISPATCH)
        self.meshes = [build(spec, pack, settings, self.broker, url, self.clock, seed=7) for spec in specs]
        for one in self.meshes:
            one.prepare()
        for one in self.meshes:
            one.declare()
        self.sources = [self.broker.source(topology.taken_by(one.spec.name), 200) for one in self.meshes]
        self.petition, self.dispatch = (_client(one) for one in self.meshes)

    def settle(self, minutes: int) -> None:
        """Time goes on, then everybody works until nothing is left to do."""
        self.clock.forward(timedelta(minutes=minutes))
        busy = True
        while busy:
            busy = False
            for one, source in zip(self.meshes, self.sources, strict=True):
                if taken := source.take(200, 0.01, 0.01):
                    one.work(one.take(taken))
                    source.ack(taken)
                busy |= bool(taken) | bool(one.tick())


def _client(mesh: Any) -> Callable[..., Any]:
    client = Client(Api(mesh.spec.routes(mesh)))

    def ask(path: str, /, **said: Any) -> Any:
        return (client.post(f"/api/v1/{path}", json=said) if said else client.get(f"/api/v1/{path}")).get_json()

    return ask


@pytest.mark.slow
def test_a_petition_goes_all_the_way_and_comes_back(mesh: Any) -> None:
    """Referred, filed under its cause and trace, accepted, done, closed, answered; dispatch never learns who."""
    key = mesh.petition("petitions", **CLAIM)["petition"]
    mesh.settle(minutes=0)
    mesh.settle(minutes=11)
    handoffs = mesh.dispatch("handoffs")["handoffs"]
    assert handoffs
    event = handoffs[0]["event_id"]
    for verb in ("accept", "done"):
        for task in handoffs:
            said = {"dept": task["dept"], "generation": task["generation"]}
            result = {"result": "清理完毕"} if verb == "done" else {}
            mesh.dispatch(f"events/{event}/handoffs/{task['id']}/{verb}", **said, **result)
        mesh.settle(minutes=5)
    if mesh.dispatch(f"events/{event}")["state"] == "verifying":
        mesh.dispatch(f"events/{event}/verify", ok=True)
        mesh.settle(minutes=5)
    matter, one = mesh.dispatch(f"events/{event}"), mesh.petition(f"petitions/{key}")
    assert (matter["state"], matter["cause"], matter["trace_id"]) == ("closed", key, one["trace_id"])
    assert (one["state"], one["outcome"], one["event_id"]) == ("answered", "handled", event)
    assert one["accepted_at"] and one["lead"] == matter["lead"]
    assert mesh.meshes[0].stalled().rows == [] and not any(service.parking.list() for service in mesh.meshes)
    _nobody_learns_who(mesh.meshes[1])


def _nobody_learns_who(dispatch: Any) -> None:
    with dispatch.database.read() as conn:
        tables = [row[0] for row in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
        everything = "".join(str(conn.exec_driver_sql(f'SELECT * FROM "{name}"').all()) for name in tables)
    assert "菜市场" in everything
    for secret in WHO.values():
        assert secret not in everything
