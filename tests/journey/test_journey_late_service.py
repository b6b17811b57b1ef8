"""A late service catches up by itself: what was said before it was there is handled as if it always had been."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
START = ("--by-hand", "--start", "2024-05-06T08:30:00+08:00")
CLOSED = {"handled_on_time": 2, "handled_at_first": 1, "found_by_worker": 2}
RATED = {"resident_satisfied": 1, "resident_very_satisfied": 1}


def earned(town: Any, ident: str) -> dict[str, int]:
    return {one["rule"]: one["points"] for one in town.client.get(f"/api/v1/points/events/{ident}")["entries"]}


def test_points_come_for_what_was_closed_before_they_were_there(forks: Any, tmp_path: Path) -> None:
    """grid and dispatch alone close matters; started again beside points, each is posted once, and stays so."""
    home, args = tmp_path / "home", ("--pack", "tongcheng", *START)
    with forks.start(home, *args, "--services", "grid,dispatch") as town:
        idents = [town.report() for _ in range(3)]
        town.let_go(minutes=1)
        for ident in idents:
            assert town.closed(ident)["on_time"]
        town.client.post(f"/api/v1/events/{idents[0]}/rating", {"grade": 5})
    for _ in range(2):
        with forks.start(home, *args, "--services", "grid,dispatch,points") as town:
            town.settle()
            assert [earned(town, ident) for ident in idents] == [CLOSED | RATED, CLOSED, CLOSED]
            assert town.client.get("/api/v1/points/summary")["points"] == 7 + 5 + 5
