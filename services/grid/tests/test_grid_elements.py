"""Elements in grid's own tables: lists, patrols that time finds missed, inspections drawn once and checked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gov_grid.bootstrap import SPEC
from govcore.elements import lot
from govcore.packs import load_pack
from govmesh.testing.alone import Alone

AT = {"division": "340881001007", "grid": "340881001007001", "by": "desk:grid"}
LAMP = {"kind": "component", "code": "34088101001000001", "owner": "zhujian", **AT}


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alone]:
    home: Path = tmp_path_factory.mktemp("grid")
    start = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
    made = Alone(SPEC, f"sqlite:///{home}", home, load_pack("tongcheng"), start)
    yield made
    made.close()


def post(grid: Alone, path: str, status: int = 200, /, **said: Any) -> Any:
    answer = grid.api.post(f"/api/v1/{path}", json=said)
    assert answer.status_code == status, answer.json
    return answer.json


def test_a_list_is_taken_row_by_row_and_nothing_twice(grid: Alone) -> None:
    """A bad row is told with its reason, the others are there; the same code again is the same thing."""
    rows = [LAMP, {**LAMP, "code": "1"}, LAMP, {**LAMP, "kind": "cloud"}, 7]
    results = post(grid, "elements", elements=rows)["results"]
    assert [one["outcome"] for one in results] == ["new", "rejected", "known", "rejected", "rejected"]
    assert results[1]["reason"]["code"] == "ELEMENT_CODE_SHAPE"
    lamp = results[0]["element"]
    assert post(grid, f"elements/{lamp}/damage", by="post:p1")["state"] == "damaged"
    assert grid.api.get("/api/v1/elements/counts").json["counts"]["component"] == {"damaged": 1}
    assert grid.api.get("/api/v1/elements?kind=component&state=damaged").json["elements"][0]["id"] == lamp
    alliance = post(grid, "elements", kind="alliance", name="文昌片区联盟", **AT)["id"]
    unit = post(grid, "elements", kind="organisation", name="第一小学", **AT)["id"]
    post(grid, f"elements/{alliance}/join", by="desk:grid", member=unit)
    did = {"day": "2026-03-01", "what": "护学岗", "took_part": [unit]}
    assert post(grid, f"elements/{alliance}/activities", by="desk:grid", activity=did)["activities"] == [did]


def test_time_finds_the_round_that_nobody_made(grid: Alone) -> None:
    """A durable promise: missed and counted, shown among what is stuck until a round is made again."""
    point = post(grid, "elements", kind="patrol_point", name="校门口", **AT)["id"]
    plan = {"points": [point], "every": "1d", "holder": "post:p1", **AT}
    walk = post(grid, "patrols", **plan)
    post(grid, f"patrols/{walk['id']}/see", by="post:p1", point=point, round=1)
    grid.clock.forward(timedelta(days=3))
    grid.mesh.tick()
    late = grid.api.get(f"/api/v1/patrols/{walk['id']}").json
    assert (late["done"], late["missed"], late["late"]) == (1, 1, True)
    assert [(one.kind, one.subject) for one in grid.mesh.stalled().rows] == [("patrol", walk["id"])]
    post(grid, f"patrols/{walk['id']}/see", by="post:p1", point=point, round=late["round"])
    assert not grid.mesh.stalled().rows


def test_an_inspection_is_drawn_once_and_anybody_checks_it(grid: Alone) -> None:
    """The seed shows only after the draw; what was published before fits what came out; only who was drawn inspects."""
    terms = {
        "subjects": [f"B-{number}" for number in range(20)],
        "inspectors": ["dept:shichang", "dept:yingji", "dept:xiaofang"],
        "count": 3,
        "beacon": "公证处当场掷骰",
    }
    before = post(grid, "inspections", by="desk:grid", title="餐饮单位抽查", division="340881001007", terms=terms)
    assert before["seed"] is None and "sealed" not in before
    stored = grid.rows("SELECT doc FROM inspections")[0][0]
    after = post(grid, f"inspections/{before['id']}/draw", by="desk:grid", beacon="3 5 2")
    assert after["seed"] not in stored and len(after["chosen"]) == 3
    frozen = lot.Terms.model_validate(after["terms"])
    lot.verify(frozen, before["committed"], after["seed"], after["beacon"], after["chosen"])
    again = post(grid, f"inspections/{before['id']}/draw", 409, by="desk:grid", beacon="1 1 1")
    assert again["error"]["code"] == "LOT_ALREADY_DRAWN"
    subject, (who, *_) = next(iter(after["chosen"].items()))
    left = next(one for one in terms["inspectors"] if one not in after["chosen"][subject])
    say = {"subject": subject, "result": "合格"}
    assert post(grid, f"inspections/{before['id']}/record", by=who, **say)["results"] == {subject: "合格"}
    post(grid, f"inspections/{before['id']}/record", 403, by=left, **say)


def test_posts_are_held_against_the_norm(grid: Alone) -> None:
    """Needed, there, missing."""
    norm = {"code": "patrol", "post": "patrol", "number": 5, "of": "population", "source": "S04"}
    (row,) = post(grid, "staffing", norms=[norm], counted={"population": 12_000})["norms"]
    assert (row["needed"], row["there"], row["missing"]) == (6, 0, 6)
