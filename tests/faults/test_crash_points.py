"""Killed at every point of every hop: nothing is lost and nothing is doubled (in one process, over SQLite)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from govcore.messages import ArchiveWanted, EventUnlocated, Message, MessagesReceived
from govcore.packs import Pack, load_pack
from govcore.packs.schema import Spread
from govmesh.common import CatchUp
from govmesh.hop import POINTS
from govmesh.items import Item
from govmesh.spec import find_specs
from govmesh.testing.people import People
from govmesh.testing.rig import Killed, Rig
from govmesh.testing.truth import Books, look
from govmesh.voices import by_speaker

Combination = tuple[str, str, str]
"""(service, point, type in hand)"""
SEED = 20260302
ROUNDS = 600
SAMPLE = 24
USUAL = {
    "report.file.v1",
    "event.reported.v1",
    "event.located.v1",
    "handoff.accept.v1",
    "handoff.finish.v1",
    "event.closed.v1",
}
"""What comes by in every round, so that a sample is soon through."""
EVERYTHING = 5
"""Each so manieth kill takes all services, the departments and the broker's memory along (the embedded profile)."""
ENDED = {"closed", "rated", "void", "attached"}


@dataclass
class Killer:
    """Kills once at every combination that comes by; ``left`` are those it still waits for."""

    left: set[Combination] = field(default_factory=set)
    killed: int = 0

    def __call__(self, service: str, point: str, items: Sequence[Item]) -> bool:
        here = {(service, point, str(item.type)) for item in items if not item.repeat} & self.left
        self.left -= here
        self.killed += bool(here)
        return bool(here)

    def wants(self, service: str, type: str) -> bool:
        return any((service, point, type) in self.left for point in POINTS)


@pytest.fixture
def small() -> Pack:
    """Tongcheng with a few of its grids, so that a service starts at once, and with departments that often say no."""
    pack = load_pack("tongcheng")
    grids = dict(list(pack.grids.items())[::40])
    posts = {code: post for code, post in pack.posts.items() if post.grid in grids}
    quick = {"accept_after": Spread(least=1, usual=5, most=20), "finish_after": Spread(least=10, usual=30, most=90)}
    busy = {**quick, "accept": 0.5, "give_back": 0.3, "transfer": 0.2}
    departments = {
        code: one.model_copy(update={"behaviour": one.behaviour.model_copy(update=busy)})
        for code, one in pack.departments.items()
    }
    return replace(pack, grids=grids, posts=posts, departments=departments)


@pytest.fixture
def killer() -> Killer:
    return Killer()


@pytest.fixture
def rig(tmp_path: Path, small: Pack, killer: Killer) -> Iterator[Rig]:
    made = Rig(tmp_path, small, find_specs(), datetime(2026, 3, 2, 9, tzinfo=small.zone), killer, SEED)
    made.boot()
    yield made
    made.close()


@pytest.mark.slow
def test_killed_at_a_sample_of_points(rig: Rig, killer: Killer, small: Pack, capsys: Any) -> None:
    """A seeded dozen of (service, point, message type), each a kill once; then all promises are kept."""
    told = _kill_at(rig, killer, small, SAMPLE)
    with capsys.disabled():
        print(f"\n{told}")


@pytest.mark.faults
def test_killed_at_every_point_of_every_handler(rig: Rig, killer: Killer, small: Pack, capsys: Any) -> None:
    """Every (service, point, message type) is a kill once; then the mesh settles with all promises kept."""
    told = _kill_at(rig, killer, small, None)
    with capsys.disabled():
        print(f"\n{told}")


def _kill_at(rig: Rig, killer: Killer, small: Pack, sample: int | None) -> str:
    """Kill once at each combination (or a seeded sample of them), work everything off, look at the books."""
    chance, people = random.Random(SEED), People(small, rig, SEED, at_once=20)
    rig.silent |= set(chance.sample(sorted(small.departments), 3))
    types = {(name, on.type) for name, mesh in rig.meshes.items() for on in mesh.hop.handlers}
    killer.left |= {(name, point, type) for name, type in types for point in POINTS}
    everything = len(killer.left)
    if sample is not None:
        usual = sorted(one for one in killer.left if one[2] in USUAL)
        killer.left &= set(random.Random(SEED).sample(usual, sample))
    for number in range(ROUNDS):
        if not killer.left:
            break
        try:
            people.report(any(type != "timer.fired.v1" for _, _, type in killer.left))
            people.petition(number % 3 == 0)
            _nudge(rig, killer, number)
            rig.run()
            people.at_the_desks()
            rig.run()
            if number % (10 if len(killer.left) > 10 else 3):
                rig.wake()
            else:  # a leap, so that terms pass
                rig.later(days=chance.choice((1, 5)))
        except Killed as end:
            if killer.killed % EVERYTHING:
                rig.restart(end.service)
            else:
                rig.boot()
    assert not killer.left, f"never came by: {sorted(killer.left)}"
    rig.silent.clear()
    _close_all(rig, people)
    truth = look(Books(rig.specs, f"sqlite:///{rig.home}"), small, people.sent, rig.logs)
    assert not truth.wrong, "\n".join(truth.wrong)
    assert rig.get("/api/v1/holders/check") == {"held": 0, "wrong": [], "one_holder": True}
    return f"{everything} combinations, {killer.killed} kills: {truth}"


def _close_all(rig: Rig, people: People) -> None:
    """Desks and departments work until nothing is open."""
    people.report(0)
    people.petition(0)
    for _ in range(400):
        rig.run()
        if not people.close_all() and not set(rig.get("/api/v1/events/summary")["events"]) - ENDED:
            return
        rig.run()
        rig.wake()


def _nudge(rig: Rig, killer: Killer, number: int) -> None:
    """What a mesh without late services and with a whole registry never says."""
    rig.silent.discard("grid")
    if killer.wants("dispatch", "event.unlocated.v1"):
        rig.silent.add("grid")
        for event in rig.get("/api/v1/events", state="reported")["events"][:2]:
            _tell(rig, "dispatch.inbox", event["id"], EventUnlocated(event_id=event["id"], reason="GRID_UNKNOWN_CODE"))
    for name, mesh in rig.meshes.items():
        if killer.wants(name, "message.received.v1") and name != "dispatch":
            _tell(rig, mesh.commands, name, MessagesReceived(ids=[f"m-{number}"]), "dept.gongan")
        if killer.wants(name, "archive.wanted.v1"):
            _tell(rig, mesh.commands, name, ArchiveWanted(queue="points.inbox", types=["event.closed.v1"]))
        if killer.wants(name, "archive.ask.v1"):
            speakers = by_speaker(mesh.spec.hears) or {"points": ("points.posted.v1",)}
            mesh.submit([CatchUp(speaker=one, queue=mesh.inbox, types=types) for one, types in speakers.items()])


def _tell(rig: Rig, queue: str, subject: str, data: Any, user: str | None = None) -> None:
    mesh = rig.meshes["grid"]
    ident = mesh.ids.new("t")
    message = Message(ident, "/grid", subject, 1, "", rig.clock.now(), mesh.traces.start(), data)
    rig.publish(queue, message.encode(), ident, user)
