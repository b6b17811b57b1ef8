"""``docs/howto/visits.md`` does what it says: its commands run against a mesh, as they stand there."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from datetime import datetime

import house
import pytest
from typer.testing import CliRunner

from govmesh.cli import app
from govmesh.client import Answered, Client, embedded
from govmesh.settings import Settings

pytestmark = pytest.mark.slow

PAGE = house.ROOT / "docs/howto/visits.md"


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A mesh whose clock is held by hand; the commands find it by its URL."""
    start = ("--by-hand", "--start", "2026-03-02T09:00:00+08:00", "--seed", "1")
    with (
        pytest.MonkeyPatch.context() as env,
        embedded(Settings(home=tmp_path_factory.mktemp("mesh")), *start) as client,
    ):
        env.setenv("GOVMESH_URL", client.url)
        yield client


def commands() -> list[str]:
    """The command lines of the page, without what stands after ``#``."""
    (block,) = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    return [line.partition("#")[0].strip() for line in block.splitlines()]


def run(line: str, **names: str) -> str:
    """Runs a line of the page with the names it holds replaced; raises what the command raises."""
    for name, value in names.items():
        line = line.replace(name.replace("_", "-"), value)
    words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', line)]
    assert words[0] == "govmesh"
    return CliRunner().invoke(app, words[1:], catch_exceptions=False, env={"COLUMNS": "300"}).output


def closed(mesh: Client) -> str:
    """A matter that has ended."""
    said = {"source": "t", "text": "两户约定田间沟渠共用，请有关单位落实并过后回来看看", "division": "340881001001"}
    event = str(mesh.post("/api/v1/reports", said)["event"])
    mesh.settle(60, pause=0.05)
    mesh.post(f"/api/v1/events/{event}/assign", {"lead": "shuili", "reason": "x"})
    (task,) = mesh.get(f"/api/v1/events/{event}/handoffs")["handoffs"]
    for verb, more in (("accept", {}), ("done", {"result": "x"})):
        path = f"/api/v1/events/{event}/handoffs/{task['id']}/{verb}"
        mesh.post(path, {"dept": "shuili", "generation": 1, **more})
    if mesh.get(f"/api/v1/events/{event}")["state"] == "verifying":
        mesh.post(f"/api/v1/events/{event}/verify", {"ok": True})
    return event


def until(mesh: Client, moment: str) -> None:
    """Lets the clock run on to a moment, and all promises be kept."""
    mesh.post("/mesh/clock", {"until": moment})
    for _ in range(1000):
        still = datetime.fromisoformat(mesh.get("/mesh")["now"]) >= datetime.fromisoformat(moment)
        if still and not any(part["missed"] for part in mesh.settle(60, pause=0.05).values()):
            return
        time.sleep(0.05)
    raise AssertionError("the clock stands")


def test_the_commands_of_the_page_do_what_it_says(mesh: Client) -> None:
    """Days are agreed, listed and, once they have come, missed, kept and not kept; before that each is refused."""
    agree, listed, kept, broken, missed = commands()
    event = closed(mesh)
    first, second = json.loads(run(agree, E_000001=event))["visits"]
    assert [one["opens_at"][:10] for one in (first, second)] == ["2026-06-02", "2026-09-02"]
    assert "回访 visits (2)" in run(listed)
    with pytest.raises(Answered) as no:
        run(kept, V_000001=first["id"])
    assert no.value.error["code"] == "VISIT_NOT_ALLOWED"
    until(mesh, "2026-09-02T09:00:00+08:00")
    assert json.loads(run(missed, V_000003=first["id"]))["tries"] == 1
    assert json.loads(run(kept, V_000001=first["id"]))["outcome"] == "kept"
    assert json.loads(run(broken, V_000002=second["id"]))["outcome"] == "not_kept"
    assert mesh.get(f"/api/v1/events/{event}")["reopens"] == 1
