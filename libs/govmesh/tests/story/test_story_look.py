"""What a story looks at: places in answers, figures of packs."""

from __future__ import annotations

from typing import Any

import pytest

from govcore.errors import Refusal
from govcore.packs import Expect, load_pack
from govmesh.story import at_path, figures, judge

TASKS = {
    "handoffs": [
        {"dept": "gongan", "state": "done", "points": 2, "on_time": True},
        {"dept": "chengguan", "state": "offered", "points": 3, "on_time": None},
        {"dept": "gongan", "state": "done", "points": 4, "on_time": False},
    ]
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", TASKS),
        ("handoffs.#", 3),
        ("handoffs.1.dept", "chengguan"),
        ("handoffs.*.dept", ["gongan", "chengguan", "gongan"]),
        ("handoffs.*.dept.distinct", ["chengguan", "gongan"]),
        ("handoffs.*.dept.distinct.#", 2),
        ("handoffs.[state=done].#", 2),
        ("handoffs.[on_time=True].0.points", 2),
        ("handoffs.[dept=gongan].*.points.sum", 6),
    ],
)
def test_a_path_leads_to_its_place(path: str, found: Any) -> None:
    """Keys, positions, filters, each of a list, how many, distinct, sum."""
    assert at_path(TASKS, path) == found


@pytest.mark.parametrize("path", ["nothing", "handoffs.7", "handoffs.dept", "handoffs.*", "handoffs.[colour=red].#"])
def test_a_place_that_is_not_there_is_named(path: str) -> None:
    """STORY_NO_SUCH_PLACE with the path."""
    with pytest.raises(Refusal) as no:
        at_path(TASKS, path)
    assert (no.value.code, no.value.value) == ("STORY_NO_SUCH_PLACE", path)


@pytest.mark.parametrize(
    ("said", "found", "good"),
    [
        ({"is": 23}, 23, True),
        ({"is": 23}, 22, False),
        ({"is": None}, None, True),
        ({"at_least": 2}, 2, True),
        ({"at_least": 2}, 1, False),
        ({"has": "post-1"}, "post-1-2", True),
        ({"has": "a"}, ["b"], False),
    ],
)
def test_an_expectation_is_judged(said: dict[str, Any], found: Any, good: bool) -> None:
    """What differs is shown beside what was expected."""
    seen = judge(Expect.model_validate({"get": "/x", "at": "y", **said}), found)
    assert seen.good is good
    assert str(seen).startswith("/x y = ") and ("≠" in str(seen)) is not good


def test_the_figures_of_a_pack_are_counted() -> None:
    """Those the stories ask for, by name."""
    found = figures(load_pack("tongcheng"))
    assert (found["departments"], found["workers"], found["villages"], found["items"]) == (23, 7258, 228, 90)
    assert found["divisions_street"] + found["divisions_town"] + found["divisions_zone"] == 17
    assert found["grids_building"] + found["grids_natural_village"] == found["grids"]
    assert found["villages_with_building"] + found["villages_with_natural_village"] == found["villages"]
    assert found["departments_bureau"] == 19
