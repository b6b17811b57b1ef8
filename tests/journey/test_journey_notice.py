"""A year's notice comes out while tasks are open: a file, a restart, one command, and every time is right."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

START = "2027-02-04T09:00:00+08:00"
NOTICE = "year,name,holidays,makeup\n2027,Spring Festival,0206-0228,\n"


def test_a_notice_moves_what_was_reckoned_without_it(
    start: Any, govmesh: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it the due is provisional in API, trace and on the page; after it both departments have the new one."""
    file, home = tmp_path / "2027.csv", tmp_path / "home"
    file.write_text(NOTICE, encoding="utf-8")
    args = ("--pack", "tongcheng", "--services", "dispatch,console", "--by-hand", "--start", START)
    with start(home, *args) as town:
        ident = town.report()
        town.let_go(minutes=10)
        before = town.tasks(ident)
        assert set(before) == {"zhujian", "jiaotong"} and all(task["provisional"] for task in before.values())
        assert govmesh(town, "calendar", "renew", "--json").json == {"looked": 1, "done": True, "renewed": []}
        town.settle()
    checked = govmesh(town, "calendar", "check", str(file), "--json").json
    assert checked["years"] == [2027] and {"date": "2027-02-08", "was": "workday", "is": "holiday"} in checked["days"]

    monkeypatch.setenv("GOVMESH_NOTICES", str(file))
    with start(home, *args) as town:
        seen = govmesh(town, "calendar", "renew", "--dry-run", "--json").json
        assert not seen["done"] and {one["id"] for one in seen["renewed"]} == {task["id"] for task in before.values()}
        assert {dept: task["due_at"] for dept, task in town.tasks(ident).items()} == {
            dept: task["due_at"] for dept, task in before.items()
        }
        shown = govmesh(town, "calendar", "renew").out
        assert "已重新计算 renewed (2)" in shown
        for dept, task in town.tasks(ident).items():
            assert not task["provisional"]
            assert datetime.fromisoformat(task["due_at"]) > datetime.fromisoformat(before[dept]["due_at"])
            told = [row["kind"] for row in govmesh(town, "why", task["id"], "--json").json["history"]]
            assert told.count("renew") == 1
        assert govmesh(town, "calendar", "renew", "--json").json["renewed"] == []
        assert town.event(ident)["provisional"] is False


def test_a_notice_reaches_a_running_mesh(start: Any, govmesh: Any, tmp_path: Path) -> None:
    """One command, no restart: tasks and petitions are reckoned again, by every service, and still after a restart."""
    file, home = tmp_path / "2027.csv", tmp_path / "home"
    file.write_text(NOTICE, encoding="utf-8")
    args = ("--pack", "tongcheng", "--services", "dispatch,petition,grid,points", "--by-hand", "--start", START)
    petition = {
        "channel": "letter",
        "path": "claim",
        "title": "要求清理",
        "text": "垃圾长期无人清理",
        "division": "340881001004",
    }
    with start(home, *args) as town:
        ident = town.report()
        asked = town.client.post("/api/v1/petitions", petition)["petition"]
        town.let_go(minutes=10)
        before, due = town.tasks(ident), town.client.get(f"/api/v1/petitions/{asked}")["due_at"]
        done = govmesh(town, "calendar", "load", str(file), "--json").json
        assert (done["years"], done["waiting"], done["looked"]) == ([2027], [], 2)
        assert {one["id"] for one in done["renewed"]} >= {task["id"] for task in before.values()}
        assert [one["id"] for one in done["petitions"]] == [asked]
        assert datetime.fromisoformat(town.client.get(f"/api/v1/petitions/{asked}")["due_at"]) > datetime.fromisoformat(
            due
        )
        for service in ("dispatch", "petition"):
            found = town.client.get(f"/svc/{service}/ops/calendar")
            assert found["years"] == [2027] and found["revision"] == found["kept"]
        again = govmesh(town, "calendar", "load", str(file), "--json").json
        assert (again["years"], again["renewed"], again["petitions"]) == ([], [], [])
        assert "没有变化" in govmesh(town, "calendar", "load", str(file)).out
        town.settle()
    with start(home, *args) as town:
        other = town.report()
        town.let_go(minutes=10)
        assert not any(task["provisional"] for task in town.tasks(other).values())
