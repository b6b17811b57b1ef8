"""docs/howto/notices.md does what it says: its file is a sound one and sends, its plug-in is a channel."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from govcore.packs import read_plain
from govcore.packs.notices import NoticeRules
from govcore.testing import AT
from govmesh.notices import Letter, NotSent
from govmesh.settings import Settings

PAGE = (Path(__file__).parents[3] / "docs/howto/notices.md").read_text(encoding="utf-8")
LETTER = Letter("n-1", "E-1", "您好", "hello", "34.08.81", None, None, AT)


def block(kind: str) -> str:
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.M | re.S)
    return str(found)


def test_the_file_tells_a_resident_that_it_is_done(make: Any, tongcheng: Any, tmp_path: Path) -> None:
    """Reported with a phone, handled, verified: one text message with the number of the matter and who did it."""
    file = tmp_path / "notices.yaml"
    file.write_text(block("yaml title=notices.yaml"), encoding="utf-8")
    rules = NoticeRules.model_validate(read_plain(file))
    dispatch = make(f"sqlite:///{tmp_path}", pack=replace(tongcheng, notice_rules=rules))
    said = {"source": "t", "text": "菜市场东门口垃圾堆了两天", "class_code": "050101"}
    event = dispatch.post("/api/v1/reports", {**said, "reporter": {"phone": "13912345678"}})["event"]
    dispatch.locate_late()
    for task in dispatch.get(f"/api/v1/events/{event}/handoffs")["handoffs"]:
        path, who = f"/api/v1/events/{event}/handoffs/{task['id']}", {"dept": task["dept"], "generation": 1}
        assert dispatch.post(f"{path}/accept", who)["status"] == 200
        assert dispatch.post(f"{path}/done", {**who, "result": "已清运"})["status"] == 200
    matter = dispatch.get(f"/api/v1/events/{event}")
    if matter["state"] == "verifying":
        seen = {"ok": True, "by": matter["holder"]}
        assert dispatch.post(f"/api/v1/events/{event}/verify", seen)["status"] == 200
    dispatch.clock.forward(timedelta(seconds=1))
    dispatch.mesh.tick()
    (line,) = (dispatch.mesh.settings.home / "spool" / "sms.jsonl").read_text(encoding="utf-8").splitlines()
    sent = json.loads(line)
    assert sent["phone"] == "13912345678" and event in sent["zh"] and "城市管理" in sent["zh"]


def test_the_plug_in_is_a_channel(tmp_path: Path) -> None:
    """It sends where it can, and says that it could not where not."""
    made: dict[str, Any] = {}
    exec(compile(block("python"), "notices.md", "exec"), made)
    board = made["plug"](Settings(home=tmp_path))
    with pytest.raises(NotSent):
        board.send(LETTER)
    (tmp_path / "board").mkdir()
    assert board.send(LETTER) is None and board.wants is None
    assert (tmp_path / "board" / "34.08.81.txt").read_text(encoding="utf-8") == "您好\nhello"
