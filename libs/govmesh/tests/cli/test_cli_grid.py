"""``govmesh grid`` against a running mesh: lists and changes in, codes and words located, reports placed by words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from govmesh.cli import app
from govmesh.client import Answered, Client, embedded
from govmesh.settings import Settings

pytestmark = pytest.mark.slow

LIST = "code,name\n340822,怀宁县\n340822100,高河镇\n340881199,旧渡镇\n"
CHANGES = "date,change,code,to_code,to_name\n2024-01-01,merged,340881199,340881103,\n"


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A mesh whose clock stands still, with a list and its changes taken in; the commands find it by its URL."""
    home = tmp_path_factory.mktemp("mesh")
    start = ("--by-hand", "--start", "2024-05-06T08:30:00+08:00", "--seed", "1")
    with pytest.MonkeyPatch.context() as env, embedded(Settings(home=home), *start) as client:
        env.setenv("GOVMESH_URL", client.url)
        for name, text in (("list.csv", LIST), ("2024.csv", CHANGES)):
            (home / name).write_text(text, encoding="utf-8")
        taken = said("divisions", "import", str(home / "list.csv"), str(home / "2024.csv"), "--json")["files"]
        assert [(one["new"], one["changed"], one["rejected"]) for one in taken] == [(3, 0, 0), (0, 1, 0)], taken
        yield client


def said(*words: str) -> Any:
    return json.loads(shown(*words))


def shown(*words: str) -> str:
    """What the command prints; what it raises is raised here."""
    return CliRunner().invoke(app, ["grid", *words], catch_exceptions=False, env={"COLUMNS": "200"}).output


def test_codes_of_every_kind_are_located(mesh: Client) -> None:
    """Of a grid, of a division, of before with its successor, of elsewhere; an unknown one says what is known above."""
    grid = said("locate", "--code", "340881001004001", "--json")
    assert (grid["grid"], grid["sure"]) == ("340881001004001", "certain") and grid["duty_post"]
    old = said("locate", "--code", "340881199", "--json")
    assert old["place"] == "34.08.81.103" and [no["code"] for no in old["doubts"]] == ["GRID_OUTDATED_CODE"]
    away = said("locate", "--code", "340822100", "--json")
    assert away["place"] == "34.08.22.100" and [no["code"] for no in away["doubts"]] == ["GRID_NOT_OURS"]
    with pytest.raises(Answered) as no:
        shown("locate", "--code", "340881998")
    assert no.value.error["code"] == "GRID_UNKNOWN_CODE" and "桐城市" in no.value.error["zh"]
    assert "现为" in shown("locate", "--code", "340881199") and "旧渡镇" in shown(
        "divisions", "find", "旧渡", "--at", "2023-12-31"
    )
    assert "→ 340881103" in shown("divisions", "show", "340881199")


def test_a_report_without_code_or_point_is_where_its_words_say(mesh: Client) -> None:
    """By address or title, with how sure; where they are not sure enough nothing is guessed."""
    words = said("locate", "--text", "龙腾街道桃元社区菜市场", "--json")
    assert (words["division"], words["how"]) == ("340881001004", "address") and words["score"] >= 0.9
    assert "桃元社区" in shown("locate", "--text", "龙腾街道桃元社区菜市场")
    report = {"source": "cli", "channel": "hotline", "class_code": "010101"}
    placed = mesh.post("/api/v1/reports", {**report, "text": "垃圾没人清运", "address": "龙腾街道桃元社区菜市场"})[
        "event"
    ]
    vague = mesh.post("/api/v1/reports", {**report, "text": "希望世界和平", "address": "路边"})["event"]
    mesh.settle(60, pause=0.05)
    event = mesh.get(f"/api/v1/events/{placed}")
    assert (event["division"], event["located"]) == ("340881001004", True)
    assert mesh.get(f"/api/v1/events/{vague}")["place"] == "34.08.81"
    with pytest.raises(Answered) as no:
        shown("locate", "--text", "路边")
    assert no.value.error["code"] == "GRID_NO_PLACE_WORDS"
