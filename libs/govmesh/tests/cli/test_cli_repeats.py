"""``govmesh suggest``, ``attach``, ``detach`` and ``surge`` against a running mesh."""

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

ROAD = {
    "source": "cli",
    "channel": "hotline",
    "title": "路面破损",
    "class_code": "010101",
    "division": "340881001007",
    "address": "文昌路 18 号",
}


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A mesh whose clock stands still and in which nobody answers; the commands find it by its URL."""
    home = tmp_path_factory.mktemp("mesh")
    start = ("--by-hand", "--start", "2024-05-06T08:30:00+08:00", "--seed", "1")
    with pytest.MonkeyPatch.context() as env, embedded(Settings(home=home), *start) as client:
        env.setenv("GOVMESH_URL", client.url)
        yield client


def said(*words: str) -> str:
    """What the command prints; what it raises is raised here."""
    return CliRunner().invoke(app, list(words), catch_exceptions=False, env={"COLUMNS": "200"}).output


def filed(mesh: Client, text: str, **more: Any) -> str:
    event = str(mesh.post("/api/v1/reports", {**ROAD, "text": text, **more})["event"])
    mesh.settle(60, pause=0.05)
    return event


def state(mesh: Client, event: str) -> str:
    return str(mesh.get(f"/api/v1/events/{event}")["state"])


def test_a_suggestion_is_shown_taken_and_taken_back(mesh: Client) -> None:
    """Score and reasons in both languages; attached it ends, detached it goes its own way again."""
    first = filed(mesh, "文昌路中段路面破损已经三天，行人和电动车不便，请尽快修补")
    other = filed(mesh, "文昌路中段路面破损已有三天，行人电动车都不便，请尽快修补路面")
    (one,) = json.loads(said("suggest", other, "--json"))["suggestions"]
    assert one["event"] == first and one["score"] >= 0.6
    shown = said("suggest", other)
    assert "疑似重复" in shown and "suggestions (1)" in shown and f"{one['score']}" in shown

    taken = json.loads(said("attach", other, "--into", first, "--reason", "同一处破损"))
    assert (taken["event"]["part_of"], taken["original"]["reports"]) == (first, 2)
    with pytest.raises(Answered) as no:
        said("attach", other, "--into", first, "--reason", "再来一次")
    assert no.value.error["code"] == "EVENT_NOT_ALLOWED"

    back = json.loads(said("detach", other, "--reason", "其实是另一处"))
    assert back["event"]["part_of"] is None and back["original"]["reports"] == 1
    mesh.settle(60, pause=0.05)
    assert state(mesh, other) == state(mesh, first) == "assigned"
    with pytest.raises(Answered) as no:
        said("detach", other, "--reason", "再来一次")
    assert no.value.error["code"] == "EVENT_NOT_ATTACHED"


def test_one_report_is_detached_from_its_matter(mesh: Client) -> None:
    """The same words attach by themselves; that report becomes a matter of its own, once."""
    words = "龙眠路东口路面坑洼积水，电动车多次摔倒，请派人查看修补"
    event = filed(mesh, words)
    report = str(mesh.post("/api/v1/reports", {**ROAD, "text": words})["report"])
    own = json.loads(said("detach", event, "--report", report, "--reason", "在另一个路口"))
    assert own["event"]["id"] != event and own["original"]["reports"] == 1
    with pytest.raises(Answered) as no:
        said("detach", event, "--report", report, "--reason", "在另一个路口")
    assert no.value.error["code"] == "EVENT_NOT_ATTACHED"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("suggest", "E-none"), "EVENT_UNKNOWN"),
        (("attach", "E-none", "--into", "E-none", "--reason", "x"), "EVENT_UNKNOWN"),
        (("detach", "E-none", "--reason", "x"), "EVENT_UNKNOWN"),
        (("surge", "--from", "2024-05-02", "--to", "2024-05-01"), "HTTP_BAD_REQUEST"),
    ],
)
def test_what_is_wrong_is_refused(mesh: Client, words: tuple[str, ...], code: str) -> None:
    """An unknown matter, days in the wrong order: the reason code of the mesh, in both languages."""
    with pytest.raises(Answered) as no:
        said(*words)
    assert no.value.error["code"] == code and no.value.error["zh"] and no.value.error["en"]


def test_an_attachment_needs_another_matter_and_a_reason(mesh: Client) -> None:
    """A matter cannot be attached to itself, nor without words."""
    event = filed(mesh, "太平路北段人行道边上的路面破了一个大坑，晚上看不清")
    with pytest.raises(Answered) as no:
        said("attach", event, "--into", event, "--reason", "x")
    assert no.value.error["code"] == "EVENT_INTO_ITSELF"
    assert CliRunner().invoke(app, ["attach", event, "--into", event]).exit_code == 2


def test_surges_are_listed_and_looked_for(mesh: Client) -> None:
    """None told yet; three weeks of two a day and then twelve stand out, in both languages."""
    assert json.loads(said("surge", "--json")) == {"surges": []}
    assert "激增 surges: 0" in said("surge")
    rows = [
        {
            **ROAD,
            "class_code": "070101",
            "text": f"{day} 日第 {number} 件：物业服务不到位，电梯停运无人修理",
            "reported_at": f"2024-04-{day:02}T10:00:00+08:00",
            "history": {"closed_at": f"2024-04-{day:02}T11:00:00+08:00"},
        }
        for day in range(1, 25)
        for number in range(12 if day == 24 else 2)
    ]
    results = mesh.post("/api/v1/reports?as=history", {"reports": rows})["results"]
    assert {one["outcome"] for one in results} == {"accepted"}
    found = json.loads(said("surge", "--from", "2024-04-24", "--to", "2024-04-24", "--json"))["surges"]
    assert {one["place"] for one in found} == {"", "34.08.81.001"}
    assert {(one["class_code"], one["observed"]) for one in found} <= {("070101", 12), ("070101", 16)}
    shown = said("surge", "--from", "2024-04-24")
    assert "激增 surges: 2" in shown and "where" in shown and "通常" in shown
