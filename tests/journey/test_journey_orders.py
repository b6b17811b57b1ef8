"""``govmesh orders``: an order given, shown, answered, sent back and closed from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
START = "2024-05-06T08:30:00+08:00"


def test_an_order_from_the_command_line(forks: Any, govmesh: Any, tmp_path: Path) -> None:
    """Both languages in the list; a wrong answer ends with its reason; stalled has it once its term is over."""
    args = ("--pack", "shilin", "--services", "dispatch", "--by-hand", "--start", START)
    with forks.start(tmp_path / "home", *args) as town:
        given = ("orders", "give", "directive", "--to", "dept:sifasuo", "--words", "走访一遍", "--term", "4wh")
        order = govmesh(town, *given, "--key", "1").json["id"]
        assert govmesh(town, *given, "--key", "1").json["id"] == order
        listed = govmesh(town, "orders", "list", "--dept", "sifasuo", "--json").json["orders"]
        assert [one["id"] for one in listed] == [order]
        shown = govmesh(town, "orders", "show", order).out
        assert "指令单" in shown and "directive order" in shown and "走访一遍" in shown
        assert "已发出" in govmesh(town, "orders", "list").out
        town.let_go(hours=9)
        assert govmesh(town, "orders", "list", "--state", "unanswered", "--json").json["orders"][0]["id"] == order
        assert order in [one["subject"] for one in govmesh(town, "stalled", "--json").json["stalled"]]
        wrong = govmesh(town, "orders", "answer", order, "--as", "ziran", "--words", "已办")
        assert wrong.code == 1 and "ORDER_NOT_YOURS" in wrong.err
        said = ("orders", "answer", order, "--as", "sifasuo", "--words", "已走访")
        assert govmesh(town, *said).json["in_time"] is False
        assert govmesh(town, "orders", "reject", order, "--reason", "缺名单", "--term", "1wd").json["round"] == 2
        assert govmesh(town, *said, "--evidence", "urn:sifasuo:a").json["state"] == "answered"
        assert govmesh(town, "orders", "close", order, "--reason", "到位").json["state"] == "closed"
        event = town.client.post("/api/v1/reports", {"source": "t", "text": "一件不知归谁管的事情"})["event"]
        assert govmesh(town, "comment", event, "--words", "已电话联系").json["id"] == event
