"""The stories of the packs, told as anybody would tell them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from govcore.packs import known_packs, load_pack
from govmesh.story import find_story

pytestmark = pytest.mark.slow


class Nowhere:
    """No mesh is needed: a story brings its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.client = type("Client", (), {"url": "http://127.0.0.1:9"})()


EVERY = [(name, ident) for name in known_packs() for ident in load_pack(name).stories]


@pytest.mark.parametrize(("pack", "ident"), EVERY, ids=[ident for _, ident in EVERY])
def test_a_story_comes_out_as_it_says(pack: str, ident: str, govmesh: Any, tmp_path: Path) -> None:
    """Every step is done, every figure is seen."""
    said = govmesh(Nowhere(tmp_path), "story", ident, "--pack", pack, "--json")
    (told,) = said.json["stories"]
    wrong = [(step["step"], seen) for step in told["steps"] for seen in step["seen"] if not seen["ok"]]
    assert said.code == 0 and told["ok"] and not wrong
    assert len(told["steps"]) == len(find_story(ident, pack)[1].steps)


def test_the_joint_operation_is_of_all_23(govmesh: Any, tmp_path: Path) -> None:
    """s01 is there, and its list shows it."""
    listed = govmesh(Nowhere(tmp_path), "story", "--json").json["stories"]
    assert {"id": "s01", "pack": "tongcheng"}.items() <= next(one for one in listed if one["id"] == "s01").items()
    _, story = find_story("s01", None)
    offered = next(step for step in story.steps if step.body.get("assists"))
    assert {offered.body["lead"], *offered.body["assists"]} == set(load_pack("tongcheng").departments)
    assert "STORY_UNKNOWN" in govmesh(Nowhere(tmp_path), "story", "s99").err


def test_a_figure_that_differs_is_shown_and_ends_with_1(govmesh: Any, tmp_path: Path) -> None:
    """✗ with what was found and what was expected; a step that cannot be done ends the story."""
    story = {
        "id": "wrong",
        "title": {"zh": "错的故事", "en": "a wrong story"},
        "about": {"zh": "数字不对", "en": "the figures are wrong"},
        "starts": "2024-05-06T08:30:00+08:00",
        "steps": [
            {"say": {"zh": "一", "en": "one"}, "expect": [{"figure": "departments", "is": 24}]},
            {"say": {"zh": "二", "en": "two"}, "post": "/api/v1/reports", "body": {"source": "story"}},
            {"say": {"zh": "三", "en": "three"}, "expect": [{"figure": "departments", "is": 23}]},
        ],
    }
    folder = tmp_path / "pack"
    original = load_pack("tongcheng").folder
    folder.mkdir()
    for part in original.iterdir():
        if part.name != "stories":
            (folder / part.name).symlink_to(part)
    (folder / "stories").mkdir()
    (folder / "stories" / "wrong.yaml").write_text(yaml.safe_dump(story, allow_unicode=True), encoding="utf-8")
    said = govmesh(Nowhere(tmp_path), "story", "wrong", "--pack", str(folder))
    assert said.code == 1
    assert "✗ departments = 23  ≠ 24" in said.out and "REPORT_EMPTY" in said.out and "三" not in said.out
    assert said.out.rstrip().endswith("✗ wrong")
