"""Killed at every point of every hop: nothing is lost and nothing is doubled (in one process, over SQLite)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from govcore.messages import ArchiveWanted, EventUnlocated, Message, MessagesReceived
from govcore.packs import Pack, load_pack
from govcore.packs.closing import CheckRule
from govcore.packs.former import Former
from govcore.packs.notices import NoticeChannel, Template
from govcore.packs.schema import Both, Spread
from govmesh.common import CatchUp
from govmesh.hop import POINTS
from govmesh.items import Item
from govmesh.spec import find_specs
from govmesh.testing.errands import VERIFIER, Errands
from govmesh.testing.people import People
from govmesh.testing.rig import Killed, Rig
from govmesh.testing.truth import Books, look, put_up
from govmesh.voices import by_speaker

Combination = tuple[str, str, str]
"""(service, point, type in hand)"""
SEED = 20260302
ROUNDS, CALM = 4000, 80
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
ENDED, STREET = {"closed", "rated", "void", "attached"}, "340881002"
GONE, NEW = "jiaotong", "jiaoyun"
"""A department that is renamed while its tasks are open."""


VERBS = {
    *("alerts", "services", "claims", "stewards", "projects", "orders", "call", "answer", "arrive", "record"),
    *("conclude", "cancel", "comment", "check", "renewals", "surges", "refer", "retry", "attach", "detach"),
    *("decide", "visits", "suspend events", "extend events", "resume events", "end_pause events", "detach report"),
    *("cancel visit", "done visit by dept", "done visit by desk"),
    *("take claims", "withdraw claims", "done claims", "return claims", "confirm claims", "redo claims"),
    *("visit stewards", "end stewards", "choose projects", "decline projects", "decide projects", "reach projects"),
    *("solve projects", "drop projects", "answer orders", "close orders", "reject orders"),
}
"""Every verb; a run that is to have done everything has carried out each of them."""


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
        """Whether it waits for this type at a service."""
        return any(one == service and name == type for one, _, name in self.left)

    def hopes(self, begins: str) -> bool:
        """Whether it waits for a type that begins so, whoever handles it."""
        return any(name.startswith(begins) for _, _, name in self.left)


@pytest.fixture
def small() -> Pack:
    """Tongcheng with a few of its grids, so that a service starts at once, with departments that often say no, one that
    verifies, and a notice by a channel that may fail."""
    pack = load_pack("tongcheng")
    grids = dict(list(pack.grids.items())[::40])
    posts = {code: post for code, post in pack.posts.items() if post.grid in grids}
    quick = {"accept_after": Spread(least=1, usual=5, most=20), "finish_after": Spread(least=10, usual=30, most=90)}
    busy = {**quick, "accept": 0.5, "give_back": 0.3, "transfer": 0.2}
    departments = {
        code: one.model_copy(update={"behaviour": one.behaviour.model_copy(update=busy)})
        for code, one in pack.departments.items()
    }
    check = CheckRule(share=0.3, by=f"dept:{VERIFIER}", source="t")
    closing = pack.closing.model_copy(update={"verify": (check,)})
    text = Both(zh="已转有关单位", en="passed on")
    template = Template(id="filed", on="event.filed.v1", to="department", channel="spool", text=text, source="t")
    channel = NoticeChannel(code="spool", name=text, tries=2, source="t")
    named = pack.notice_rules
    rules = named.model_copy(update={"channels": (*named.channels, channel), "templates": (*named.templates, template)})
    return replace(pack, grids=grids, posts=posts, departments=departments, closing=closing, notice_rules=rules)


def renamed(pack: Pack) -> Pack:
    """The next version: one department has another name and code."""
    departments = {NEW if code == GONE else code: one for code, one in pack.departments.items()}
    departments[NEW] = departments[NEW].model_copy(update={"code": NEW})
    name = pack.departments[GONE].name
    former = Former(code=GONE, name=name, became="renamed", successor=NEW, since=date(2026, 3, 2), source="t")
    header = pack.header.model_copy(update={"version": pack.header.version + 1})
    return replace(pack, header=header, departments=departments, former={GONE: former})


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
    errands = Errands(small, people, STREET)
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
            _nudge(rig, killer, small, number)
            rig.run()
            errands.turn(killer.hopes)
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
    assert not killer.left, f"never came by: {sorted(killer.left)}; {errands.done} {errands.refused}"
    if sample is None:
        _calm(rig, people, errands)
    rig.silent.clear()
    if rig.pack is not small:  # the log ended with the department, which read no more of what became of its tasks
        (rig.logs / f"{GONE}.jsonl").unlink()
    _let_out(rig)
    errands.turn(lambda _type: False)
    _close_all(rig, people)
    books = Books(rig.specs, f"sqlite:///{rig.home}")
    truth = look(books, small, people.sent, rig.logs)
    truth.wrong += put_up(books, errands.kept)
    assert not truth.wrong, "\n".join(truth.wrong)
    assert rig.get("/api/v1/holders/check") == {"held": 0, "wrong": [], "one_holder": True}
    return f"{everything} combinations, {killer.killed} kills: {truth}"


def _calm(rig: Rig, people: People, errands: Errands) -> None:
    """Nobody is killed any more: every errand is carried out and answered, so that none was only ever refused."""
    for number in range(CALM):
        missing = VERBS - errands.done.keys()
        if not missing:
            break
        people.report(1)
        (_keep_in if "retry" in missing else _let_out)(rig)
        if "refer" in missing and number % 5 == 0:
            _surge(rig, 5 * ROUNDS + number)
        rig.run()
        errands.turn()
        people.at_the_desks()
        rig.run()
        rig.wake() if number % 10 else rig.later(days=2)
    assert not missing, f"never carried out: {sorted(missing)}; {errands.refused}"


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


def _nudge(rig: Rig, killer: Killer, small: Pack, number: int) -> None:
    """What a mesh without late services and with a whole registry never says."""
    rig.silent.discard("grid")
    if killer.wants("dispatch", "event.unlocated.v1"):
        rig.silent.add("grid")
        for event in rig.get("/api/v1/events", state="reported")["events"][:2]:
            _tell(rig, "dispatch.inbox", event["id"], EventUnlocated(event_id=event["id"], reason="GRID_UNKNOWN_CODE"))
    if killer.wants("dispatch", "notice.retry.v1"):
        _keep_in(rig)
    else:
        _let_out(rig)
    if killer.wants("dispatch", "surge.refer.v1") and number % 5 == 0:
        _surge(rig, number)
    if {type for _, _, type in killer.left} == {"event.succeed.v1"}:
        _upgrade(rig, small, number)
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


def _keep_in(rig: Rig) -> None:
    """Whoever sends the notices has taken them away, and nothing can be written there."""
    where = rig.home / "spool" / "spool.jsonl"
    if not where.is_dir():
        where.unlink(missing_ok=True)
        where.mkdir(parents=True)


def _let_out(rig: Rig) -> None:
    if (where := rig.home / "spool" / "spool.jsonl").is_dir():
        where.rmdir()


def _surge(rig: Rig, number: int) -> None:
    """A month of one class as it always is, and three days of more, of the past."""
    classes, today = [code for code in sorted(rig.pack.classes) if code.startswith("07")], rig.clock.now()
    code = [code for code in classes if len(code) == 6][number // 5 % 9]
    rows = [
        {
            "source": "past",
            "external_id": f"{number}-{back}-{index}",
            "text": f"{number} {back} 第{index}栋楼的物业服务不到位",
            "class_code": code,
            "division": STREET,
            "reported_at": (today - timedelta(days=back)).isoformat(),
        }
        for back in range(33, 0, -1)
        for index in range(4 if back > 3 else 14)
    ]
    rig.post("/api/v1/reports", {"reports": rows}, **{"as": "history"})


def _upgrade(rig: Rig, small: Pack, number: int) -> None:
    """An instance with the pack as it was gives the department work; one with the next version comes after it."""
    rig.pack = small
    rig.silent.add(GONE)
    rig.boot()
    said = {"source": "past", "text": f"其他（{number}）", "division": STREET}
    event = rig.post("/api/v1/reports", said)["event"]
    rig.run()
    rig.post(f"/api/v1/events/{event}/assign", {"lead": GONE, "reason": "按职责清单分拨"})
    rig.run()
    rig.pack = renamed(small)
    rig.boot()
