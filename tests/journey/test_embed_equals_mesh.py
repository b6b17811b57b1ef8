"""The rules embedded in a program answer as the mesh does: the same reports go both ways, all answers are compared."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from govcore.embed import Embedded, Matter
from govcore.errors import Refusal
from govcore.events import matter as decide
from govcore.events.event import Event
from govcore.events.handoff import HandOff
from govcore.events.report_in import read_report
from govcore.memory import SequentialIds
from govcore.packs import Pack, load_pack
from govcore.points import MemoryLedger
from govmesh.client import Client, embedded
from govmesh.settings import Settings

Said = dict[str, Any]
LAMP = "文昌路中段的路灯从上周三晚上起就一直不亮了"
OUTSIDE = {"trace", "located_at", "answered_at", "received_at"}
"""Not decided by the rules: the trace, when the grid service answered, the departments' own clock, their receipts."""


class Replayed(SequentialIds):
    """Gives an event the id it had in the mesh: who is sampled for verification hangs on it."""

    event = ""

    def new(self, prefix: str) -> str:
        return self.event if prefix == "E" else super().new(prefix)


def drawn(pack: Pack, count: int) -> list[Said]:
    """Reports as a day brings them, each with what its channel would give."""
    draw, chance = pack.demo_draw, random.Random(11)
    assert draw is not None
    found: list[Said] = []
    for number in range(count):
        one = draw.report(chance)
        said: Said = {"external_id": f"d{number}", "channel": one.channel, "title": one.title, "text": one.text}
        said["division"] = one.place.code
        if number % 3:
            said["class_code"] = one.class_code
        found.append(said)
    return found


def special(pack: Pack) -> list[Said]:
    """What is left out, wrong, said twice or given in another way."""
    tomorrow = (datetime.now(pack.zone) + timedelta(days=1)).isoformat()
    found: list[Said] = [
        {"text": LAMP},
        {"text": LAMP.replace("的", "的 \n"), "channel": "web", "severity": "general"},
        {"title": "something that no rule has ever heard of", "class_name": "unheard of"},
        {"text": "x", "division": "nowhere"},
        {"text": "x", "class_name": "unheard of", "class_strict": True},
        {"text": "x", "reported_at": tomorrow},
        {"text": " "},
        {"text": "x", "colour": "red"},
    ]
    if pack.boundary is None:
        return found
    village = pack.villages[100]
    grid = pack.grids_by_village[village.code][-1].code
    return [
        *found,
        {"text": "楼道里堆满了杂物，怕着火", "grid": grid, "reporter": {"name": "张三", "phone": "13800138000"}},
        {"text": "井盖丢了", "grid": "340881999999001", "division": village.code},
        {"text": "路面塌陷", "point": {"lon": 116.95, "lat": 31.05, "crs": "GCJ-02"}, "division": village.code},
        {"text": "河里有油污", "point": {"lon": 116.95, "lat": 31.05}},
        {"text": "河里有油污", "point": {"lon": 121.5, "lat": 31.2}},
        {"text": "街道上有人打架，已经报警", "division": village.parent},
    ]


def moment(said: Mapping[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(said[name])


def worked(client: Client, event_id: str, number: int) -> None:
    """Departments accept and finish by hand, the desk verifies, the resident rates some."""
    path = f"/api/v1/events/{event_id}"
    for verb, more in (("accept", {}), ("done", {"result": "办结"})):
        for task in client.get(f"{path}/handoffs")["handoffs"]:
            said = {"dept": task["dept"], "generation": task["generation"], **more}
            client.post(f"{path}/handoffs/{task['id']}/{verb}", said)
    if client.get(path)["state"] == "verifying":
        client.post(f"{path}/verify", {"ok": True})
    if number % 2:
        client.post(f"{path}/rating", {"grade": 3 + number % 3})


def replayed(town: Embedded, matter: Matter, event: Said, tasks: Sequence[Said]) -> Matter:
    """What was done in the mesh, at the moments it was done."""
    for task in sorted(tasks, key=lambda one: moment(one, "accepted_at")):
        matter = town.accept(matter, task["dept"], at=moment(task, "accepted_at"))
    for task in sorted(tasks, key=lambda one: moment(one, "done_at")):
        matter = town.finish(matter, task["dept"], result=task["result"], at=moment(task, "done_at"))
    if matter.event.state == "verifying":
        at = moment(event, "closed_at")
        by = matter.event.holder or ""
        ok = decide.verify(matter.event, matter.handoffs, ok=True, by=by, at=at, way=town.way)
        matter = town.after(matter, ok, at=at)
    if event["grade"] is not None:
        at = moment(event, "rated_at")
        matter = town.after(
            matter, decide.rate(matter.event, matter.handoffs, grade=event["grade"], at=at, way=town.way), at=at
        )
    return matter


def the_same(matter: Matter, event: Said, tasks: Sequence[Said]) -> None:
    """Everything the rules decide is equal: class, place, grid, post, departments, terms, states, outcome."""
    assert matter.event.model_dump(exclude=OUTSIDE) == Event.model_validate(
        {name: event[name] for name in Event.model_fields}
    ).model_dump(exclude=OUTSIDE)
    theirs = [HandOff.model_validate({name: task[name] for name in HandOff.model_fields}) for task in tasks]
    assert shown(matter.handoffs) == shown(theirs)


def shown(tasks: Sequence[HandOff]) -> dict[str, Said]:
    return {one.dept: one.model_dump(exclude={*OUTSIDE, "id"}) for one in tasks}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tongcheng", "boston"])
def test_the_embedded_rules_answer_as_the_mesh_does(name: str, tmp_path: Path) -> None:
    """The same reports through the library alone and through a running mesh, over HTTP: equal to the last field.

    Refused with the same code at the same field, attached to the same matter, else the same class, place, grid, post,
    departments, terms, states, outcome, points and reasons.
    """
    ids, pack = Replayed(), load_pack(name)
    town = Embedded(pack, ids=ids)
    reports = [{"source": "both", **said} for said in (*drawn(pack, 40), *special(pack))]
    ledger, matters = MemoryLedger(), dict[str, Matter]()
    seen: set[str] = set()
    with embedded(Settings(home=tmp_path), "--pack", name, "--services", "grid,dispatch,points") as client:
        results = client.post("/api/v1/reports", {"reports": reports})["results"]
        client.settle(60)
        for said, result in zip(reports, results, strict=True):
            seen.add(result["outcome"])
            now = datetime.now(pack.zone)
            try:
                report = town.check(read_report(said), at=now)
            except Refusal as no:
                assert result["outcome"] == "rejected"
                assert no.as_dict() == result["reason"]
                continue
            event = client.get(f"/api/v1/events/{result['event']}")
            tasks = client.get(f"/api/v1/events/{result['event']}/handoffs")["handoffs"]
            if earlier := next((one for one in matters.values() if town.repeats(one, report, at=now)), None):
                assert (result["outcome"], result["event"]) == ("attached", earlier.event.id)
                matters[earlier.event.id] = town.attach(earlier, report, at=now)
            else:
                assert result["outcome"] == "accepted"
                ids.event = result["event"]
                matter = town.file(report, at=moment(event, "opened_at"))
                routed_at = moment(tasks[0], "offered_at") if tasks else moment(event, "held_since")
                matters[ids.event] = town.route(matter, town.locate(matter), at=routed_at)
        for number, (event_id, matter) in enumerate(matters.items()):
            path = f"/api/v1/events/{event_id}"
            event, tasks = client.get(path), client.get(f"{path}/handoffs")["handoffs"]
            the_same(matter, event, tasks)
            seen |= {event["state"], f"{len(tasks)} tasks"}
            if tasks and number % 2:
                worked(client, event_id, number // 2)
                event, tasks = client.get(path), client.get(f"{path}/handoffs")["handoffs"]
                matters[event_id] = replayed(town, matter, event, tasks)
                the_same(matters[event_id], event, tasks)
                seen.add(event["state"])
        client.settle(60)
        for event_id, matter in matters.items():
            theirs = client.get(f"/api/v1/points/events/{event_id}")["entries"]
            ours = town.score(matter, ledger)
            assert {one["id"] for one in theirs} == {one.id for one in ours}
            assert {(one["id"], one["account"], one["points"], str(one["why"])) for one in theirs} == {
                (one.id, str(one.holder), one.points, str(one.why.as_dict())) for one in ours
            }
            seen |= {f"points by {one.rule}" for one in ours}
    wanted = {"accepted", "attached", "rejected", "assigned", "triage", "closed", "rated", "1 tasks"}
    if name == "tongcheng":
        wanted |= (
            {"2 tasks", *(f"points by {rule.id}" for rule in pack.points.rules if rule.on.startswith("event."))}
            if pack.points
            else set()
        )
    assert wanted <= seen, wanted - seen
