"""``govmesh stalled``: whatever stands past its time, wherever it stands, with holder and age."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
START = "2024-05-06T08:30:00+08:00"
MINUTES = 60
NEVER = "9999-01-01T00:00:00.000000+00:00"


def test_whatever_stands_past_its_time_is_listed_oldest_first(forks: Any, govmesh: Any, tmp_path: Path) -> None:
    """An offer without a receipt, a late hand-off, a desk, a parked message and a matter nobody located, each once."""
    args = ("--pack", "tongcheng", "--services", "dispatch,points", "--by-hand", "--start", START)
    with forks.start(tmp_path / "home", *args) as town:
        assert govmesh(town, "stalled", "--json").json == {"stalled": []}
        ident = town.report()
        town.let_go(minutes=9)
        assert town.event(ident)["state"] == "reported" and govmesh(town, "stalled", "--json").json["stalled"] == []
        town.let_go(minutes=1)
        tasks = town.tasks(ident)
        offered = town.event(ident)
        assert offered["state"] == "assigned" and not offered["located"] and offered["place"] == "34.08.81.001.007"
        assert [row["reason"] for row in govmesh(town, "why", ident, "--json").json["history"]].count(
            "EVENT_LOCATE_LATE"
        ) == 1

        town.let_go(minutes=16)
        found = govmesh(town, "stalled", "--json").json["stalled"]
        assert {(one["kind"], one["subject"], one["holder"], one["age_s"]) for one in found} == {
            ("handoff.undelivered", task["id"], "mesh:dispatch", 16 * MINUTES) for task in tasks.values()
        }
        assert {one["detail"] for one in found} == {f"handoff.offered.v1 → dept.{dept}" for dept in tasks}

        town.answer(tasks["zhujian"], "accept")
        accepted = datetime.fromisoformat(town.tasks(ident)["zhujian"]["accepted_at"])
        due = datetime.fromisoformat(town.tasks(ident)["zhujian"]["due_at"])
        not_json(town.home)
        now = town.let_go(days=8)
        assert due < now
        second = town.report(external_id="second", title="又一处路面破损", text="龙眠路南段路面塌陷，请尽快修补为盼")
        hung = town.home / "dispatch.sqlite"
        run(hung, "UPDATE timers SET lease_until = ? WHERE subject = ?", NEVER, second)
        town.client.post("/mesh/clock", {"until": (now + timedelta(minutes=10)).isoformat()})
        while datetime.fromisoformat(town.client.get("/mesh")["now"]) < now + timedelta(minutes=10):
            pass
        now += timedelta(minutes=10)

        shown = govmesh(town, "stalled", "--json").json["stalled"]
        assert [one["late_since"] for one in shown] == sorted(one["late_since"] for one in shown)
        first = govmesh(town, "stalled", "--json", "--limit", "2").json
        rest = govmesh(town, "stalled", "--json", "--cursor", first["next"]).json
        assert first["stalled"] + rest["stalled"] == shown and "next" not in rest
        assert f"--cursor {first['next']}" in govmesh(town, "stalled", "--limit", "2").out
        assert "HTTP_BAD_REQUEST" in govmesh(town, "stalled", "--cursor", "nonsense").err
        for one in shown:
            assert one["age_s"] == int((now - datetime.fromisoformat(one["since"])).total_seconds()), one
        by_kind = {(one["kind"], one["subject"]): one for one in shown}
        late = by_kind["handoff.late", tasks["zhujian"]["id"]]
        assert (late["holder"], datetime.fromisoformat(late["since"])) == ("dept:zhujian", accepted)
        assert datetime.fromisoformat(late["due"]) == due
        assert by_kind["handoff.late", tasks["jiaotong"]["id"]]["holder"] == "desk:triage", "expired twice: at the desk"
        parked = next(one for one in shown if one["kind"] == "mesh.parked")
        assert (parked["holder"], parked["detail"]) == ("mesh:dispatch", "? MSG_NOT_JSON")
        unlocated = by_kind["event.unlocated", second]
        assert (unlocated["holder"], unlocated["age_s"]) == ("desk:intake", 10 * MINUTES)
        assert shown[-1] == unlocated, "the youngest is last"

        table = govmesh(town, "stalled").out
        assert f"({len(shown)})" in table and all(one["subject"][:12] in table for one in shown)
        assert table.index(shown[0]["subject"]) < table.index(second)

        (row,) = govmesh(town, "parked", "list", "--json").json["parked"]
        assert (row["service"], row["state"], row["code"], row["tries"]) == ("dispatch", "parked", "MSG_NOT_JSON", 1)
        known = govmesh(town, "parked", "show", row["id"]).json
        assert known["zh"] and known["en"] and "body" not in known and "no message at all" not in json.dumps(known)
        assert govmesh(town, "parked", "drop", row["id"]).json["state"] == "dropped"
        assert not any(one["kind"] == "mesh.parked" for one in govmesh(town, "stalled", "--json").json["stalled"])
        assert "PARKED_UNKNOWN" in govmesh(town, "parked", "replay", "nothing").err

        run(hung, "UPDATE timers SET lease_until = NULL")
        assert town.until(second, "assigned")["located"] is False


def not_json(home: Path) -> None:
    """A message that is none, as somebody with grid's rights on the broker might send one."""
    sql = (
        "INSERT INTO outbox (id, type, subject, place, exchange, routing_key, body, at, lease_until)"
        " VALUES ('m-broken', 'event.located.v1', '?', '', 'grid.events', 'event.located._', 'no message at all', ?, ?)"
    )
    run(home / "points.sqlite", sql, *["2024-05-06T00:00:00.000000+00:00"] * 2)


def run(file: Path, sql: str, *values: Any) -> None:
    with sqlite3.connect(file, timeout=20) as conn:
        conn.execute(sql, values)
    conn.close()
