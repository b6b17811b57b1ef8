"""kill -9 of the embedded mesh at named points of its hops (``GOVMESH_CRASH``), while everybody is at work."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from govcore.packs import Pack, load_pack
from govmesh.hop import POINTS
from govmesh.spec import find_specs
from govmesh.testing.people import People
from govmesh.testing.processes import Busy, Embedded
from govmesh.testing.truth import Books, Truth, look

SEED = 20240507
BEGIN = datetime(2024, 5, 6, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
PACE = 5000.0
"""Mesh seconds a real second: while a mesh starts again, terms run out."""
PATIENCE = 120.0
"""Seconds without any of the wanted points being reached."""
ELSEWHERE = {"event.unlocated.v1"}
"""What the registry of a whole pack never makes grid say; killed at in ``test_crash_points``."""
OFTEN = (
    ("dispatch", "report.file.v1"),
    ("dispatch", "event.located.v1"),
    ("dispatch", "handoff.accept.v1"),
    ("dispatch", "handoff.finish.v1"),
    ("dispatch", "message.received.v1"),
    ("dispatch", "petition.referred.v1"),
    ("dispatch", "timer.fired.v1"),
    ("grid", "event.reported.v1"),
    ("petition", "petition.register.v1"),
    ("petition", "event.filed.v1"),
    ("points", "event.closed.v1"),
)
"""What comes by within seconds."""


@pytest.fixture(scope="module")
def tongcheng() -> Pack:
    return load_pack("tongcheng")


@pytest.fixture
def mesh(tmp_path: Path) -> Iterator[Embedded]:
    made = Embedded(tmp_path / "home", BEGIN, PACE, SEED)
    yield made
    made.close()


def every_point() -> set[str]:
    """``service:point:type`` for whatever an embedded mesh handles."""
    types = {(spec.name, one.type) for spec in find_specs() for one in (*spec.hears, *spec.commands, *spec.local)}
    types |= {("dispatch", "message.received.v1"), ("dispatch", "timer.fired.v1"), ("petition", "timer.fired.v1")}
    return {f"{name}:{point}:{type}" for name, type in types if type not in ELSEWHERE for point in POINTS}


def crash_at(mesh: Embedded, pack: Pack, wanted: set[str], monkeypatch: pytest.MonkeyPatch) -> Truth:
    """Start again and again, each time killed at the first of ``wanted`` that comes by; the books of the end."""
    people, left = People(pack, mesh.client, SEED, at_once=20), set(wanted)
    busy = Busy(people, many=100_000, at_once=2, pause=0.2)
    busy.start()
    while left:
        monkeypatch.setenv("GOVMESH_CRASH", ",".join(sorted(left)))
        mesh.start(wait=False)
        assert mesh.died(PATIENCE), f"never came by: {sorted(left)}"
        met = set(mesh.last_words().splitlines()[-1].removeprefix("crash: ").split(","))
        assert met & left, mesh.last_words()
        left -= met
        assert not busy.failed, busy.failed
    monkeypatch.delenv("GOVMESH_CRASH")
    mesh.start()
    busy.end()
    people.report(0)
    people.petition(0)
    mesh.client.settle(180)
    holding, books = mesh.client.get("/api/v1/holders/check"), Books(find_specs(), f"sqlite:///{mesh.home}")
    until = time.monotonic() + 30
    while _unreceipted(books) and time.monotonic() < until:
        time.sleep(0.2)
    mesh.client.settle(180)
    status, _ = mesh.terminate(10.0)
    truth = look(books, pack, people.sent, mesh.logs)
    books.close()
    truth.figures |= {"points": len(wanted), "kills": mesh.starts - 1, "still held": holding["held"]}
    assert status == 0, mesh.last_words()
    assert holding["one_holder"], holding
    assert truth.figures["reports"] == len(people.sent), "a report is there that nobody was told of"
    return truth


def _unreceipted(books: Books) -> bool:
    sql = "SELECT count(*) FROM outbox WHERE exchange = '' AND receipt_at IS NULL"
    return any(books.one(name, sql) for name in books.specs)


@pytest.mark.slow
def test_crashed_at_a_dozen_points(
    mesh: Embedded, tongcheng: Pack, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """A seeded dozen of the points: after the last start every promise is kept."""
    some = sorted(f"{name}:{point}:{type}" for name, type in OFTEN for point in POINTS)
    truth = crash_at(mesh, tongcheng, set(random.Random(SEED).sample(some, 12)), monkeypatch)
    with capsys.disabled():
        print(f"\n{truth}")
    assert not truth.wrong, "\n".join(truth.wrong)


@pytest.mark.faults
def test_crashed_at_every_point(mesh: Embedded, tongcheng: Pack, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """Every point of every handler that an embedded mesh has."""
    truth = crash_at(mesh, tongcheng, every_point(), monkeypatch)
    with capsys.disabled():
        print(f"\n{truth}")
    assert not truth.wrong, "\n".join(truth.wrong)
