"""Every service works alone and in any company: all 15 non-empty subsets of the four start and do their part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from govmesh.client import Answered

pytestmark = pytest.mark.slow
FOUR = ("grid", "dispatch", "petition", "points")
SUBSETS = [chosen for size in range(1, 5) for chosen in combinations(FOUR, size)]
AT_ONCE = 3
PATHS = {
    "grid": "/api/v1/locate",
    "dispatch": "/api/v1/events",
    "petition": "/api/v1/petitions",
    "points": "/api/v1/points/summary",
}
Ran = dict[tuple[str, ...], Future[dict[str, Any]]]
START = "2024-05-06T08:30:00+08:00"
CLAIM = {
    "channel": "letter",
    "path": "claim",
    "title": "要求清理菜市场垃圾",
    "text": "菜市场东门口垃圾长期无人清理",
    "class_name": "暴露垃圾",
    "division": "340881001004",
}


@pytest.fixture(scope="module")
def ran(request: pytest.FixtureRequest, forks: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """What each subset asked for did: some of them at a time, each in a process of its own."""
    calls = [item.callspec for item in request.session.items if getattr(item, "module", None) is request.module]
    folder = tmp_path_factory.mktemp("subsets")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            call.params["subset"]: pool.submit(
                walk, forks.start, folder / "-".join(call.params["subset"]), call.params["subset"]
            )
            for call in calls
        }


@pytest.mark.parametrize("subset", SUBSETS, ids="+".join)
def test_every_subset_does_its_part(ran: Ran, subset: tuple[str, ...]) -> None:
    """It starts, is healthy, does what it can without the others, and says what it had to do without."""
    did = ran[subset].result(timeout=180)
    assert did["services"] == sorted(subset)
    assert did["healthy"] == dict.fromkeys(subset, True)
    assert did["missing"] == {name: "MESH_NOT_DEPLOYED" for name in FOUR if name not in subset}
    if "grid" in subset:
        assert did["where"] == ("34.08.81.001.007", "division")
    if "dispatch" in subset:
        located = "grid" in subset
        assert did["event"] == {"state": "closed", "located": located, "place": "34.08.81.001.007", "held": 0}
        assert did["late"] is not located, (
            "without grid the division that came with it has to do, and the history says so"
        )
    if "points" in subset:
        assert did["points"] == (5 if {"dispatch", "grid"} <= set(subset) else 0)
    if "petition" in subset:
        state, outcome, overdue = did["petition"]
        answered = "dispatch" in subset
        assert (state, outcome) == (("answered", "handled") if answered else ("referred", None))
        assert overdue == ([] if answered else [("petition.overdue", 16 * 24)]), "its own clock, whoever else is there"
    assert did["settled"]


def walk(start: Callable[..., Any], home: Path, subset: tuple[str, ...]) -> dict[str, Any]:
    """What anybody can see of a mesh of these services, and make it do."""
    args = ("--pack", "tongcheng", "--services", ",".join(subset), "--by-hand", "--start", START)
    with start(home, *args) as town:
        get = town.client.get
        did: dict[str, Any] = {"services": get("/mesh")["services"]}
        assert get("/healthz")["services"] == sorted(subset)
        did["healthy"] = {name: get(f"/svc/{name}/healthz")["database"] for name in subset}
        did["missing"] = {name: refused(town, PATHS[name]) for name in FOUR if name not in subset}
        if "grid" in subset:
            found = get("/api/v1/locate", division="340881001007")
            did["where"] = (found["place"], found["how"])
        if "dispatch" in subset:
            did |= dispatched(town)
        if "points" in subset:
            town.settle()
            did["points"] = get("/api/v1/points/summary")["points"]
        if "petition" in subset:
            did["petition"] = petitioned(town, answered="dispatch" in subset)
        did["settled"] = all(part["parked"] == 0 for part in town.settle().values())
        return did


def refused(town: Any, path: str) -> str:
    with pytest.raises(Answered) as no:
        town.client.get(path)
    return str(no.value.error["code"])


def dispatched(town: Any) -> dict[str, Any]:
    """A report, driven to its end."""
    ident = town.report()
    town.let_go(minutes=11)
    found = town.closed(ident)
    history = town.client.get(f"/svc/dispatch/ops/history/{ident}")["rows"]
    held = town.client.get(f"/api/v1/events/{ident}/holders")["holders"]
    return {
        "event": {**{name: found[name] for name in ("state", "located", "place")}, "held": len(held)},
        "late": any(row["reason"] == "EVENT_LOCATE_LATE" for row in history),
    }


def petitioned(town: Any, *, answered: bool) -> tuple[str, str | None, list[tuple[str, int]]]:
    """A claim, and the statute's fifteen days; where dispatch is there, its answer."""
    ident = town.client.post("/api/v1/petitions", CLAIM)["petition"]
    if answered:
        town.let_go(minutes=11)
        town.closed(town.client.get(f"/api/v1/petitions/{ident}")["event_id"])
    town.let_go(days=16)
    found = town.client.get(f"/api/v1/petitions/{ident}")
    now = datetime.fromisoformat(town.client.get("/mesh")["now"])
    late = town.client.get("/svc/petition/ops/stalled")["findings"]
    hours = [(one["kind"], int((now - datetime.fromisoformat(one["since"])).total_seconds()) // 3600) for one in late]
    return found["state"], found["outcome"], hours
