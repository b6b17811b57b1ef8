"""``govmesh route`` with a running mesh: why an event went where it went, and what changed rules would have done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govcore.packs import find_pack

pytestmark = pytest.mark.slow
START = "2024-05-06T08:30:00+08:00"
ARGS = ("--services", "dispatch,grid", "--by-hand", "--start", START)


def test_an_event_is_explained_and_rules_are_tried(forks: Any, govmesh: Any, tmp_path: Path) -> None:
    """Two matters are routed; each is explained by what was kept, and changed rules are replayed over both.

    The replay writes nothing: the events are what they were.
    """
    rules = tmp_path / "changed.yaml"
    text = (find_pack("tongcheng") / "routing.yaml").read_text(encoding="utf-8")
    assert '["0101*"]' in text
    rules.write_text(text.replace('["0101*"]', '["010102"]'), encoding="utf-8")
    with forks.start(tmp_path / "home", "--pack", "tongcheng", *ARGS) as town:
        road, odd = town.report(severity="urgent"), town.report(class_code=None, title="", text="天上有不明飞行物")
        town.until(road, "assigned")
        town.until(odd, "triage")
        before = [town.event(one) for one in (road, odd)]

        said = govmesh(town, "route", "explain", road)
        assert said.code == 0 and f"{road}  assigned  路面破损" in said.out
        assert "当时 then       05-06 08:30" in said.out and "→ zhujian, jiaotong · 匹配 matched item.road" in said.out
        assert "✓ item.road" in said.out and "✗ item.food  类别应为 0203*，实为 010101" in said.out
        found = govmesh(town, "route", "explain", odd, "--json").json
        assert (found["decision"]["triage"], found["filed"]["reason"], found["differs"]) == (True, "EVENT_NO_RULE", [])
        assert found["facts"]["severity"] is None and len(found["rules"]) == text.count("  - id: ")

        tried = govmesh(town, "route", "replay", str(rules), "--against", "mesh", "--json").json
        assert (tried["read"], tried["unchanged"], tried["kinds"]["to_triage"]) == (2, 1, 1)
        (example,) = tried["examples"]["to_triage"]
        assert (example["name"], example["before"]["lead"], example["before"]["severity"]) == (
            road,
            "zhujian",
            "urgent",
        )
        assert [town.event(one) for one in (road, odd)] == before

        no = govmesh(town, "route", "explain", "E-none")
        assert no.code == 1 and "EVENT_UNKNOWN" in no.err
