"""Who wished, who applied for a service and who is written to: nothing a department can receive or ask for tells it.

A text message on its way names the telephone it goes to, in the one file that its sender picks up, and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from govcore.messages import CLAIMS
from govmesh.client import Answered

pytestmark = pytest.mark.slow


def texted_in_vain(town: Any) -> None:
    """The sender of text messages is away as often as one is tried."""
    town.letters.mkdir(parents=True)
    town.report("文昌路口西侧路面破损，绊倒过人。")
    town.rest()
    for _ in range(3):
        town.rest(hours=1)
    town.letters.rmdir()


def wished(town: Any) -> None:
    """A wish is offered, claimed by a department, given back, claimed, done, redone, confirmed; another is taken down.
    Words that would say who wished are refused."""
    until = (town.rig.clock.now() + timedelta(days=60)).isoformat()
    said = {"kind": "wish", "title": "需要轮椅", "needs": "行动不便", "division": "340881001007", "until": until}
    with pytest.raises(Answered) as no:
        town.rig.post("/api/v1/claims", {**said, "needs": town.telling, "wisher": town.petitioner})
    assert no.value.error["code"] == "WORDS_SHOW_WHO"
    kept, down = (town.rig.post("/api/v1/claims", {**said, "wisher": town.petitioner})["id"] for _ in range(2))
    ours = {"claimer": "dept:minzheng"}
    for claim, verb, more in (
        (kept, "take", {**ours, "generation": 1}),
        (kept, "return", {**ours, "generation": 1, "reason": "型号停产"}),
        (kept, "take", {**ours, "generation": 2}),
        (kept, "done", {**ours, "generation": 2, "result": "已送到", "evidence": ["urn:minzheng:1"]}),
        (kept, "redo", {"reason": "尺寸不合"}),
        (kept, "done", {**ours, "generation": 2, "result": "已送到", "evidence": ["urn:minzheng:2"]}),
        (kept, "confirm", {}),
        (down, "take", {**ours, "generation": 1}),
        (down, "withdraw", {"reason": "已自行解决"}),
    ):
        town.rig.post(f"/api/v1/claims/{claim}/{verb}", more)
        town.rest()


def applied(town: Any) -> None:
    """A resident applies for a service of a department, which handles it as any matter."""
    said = {"division": "340881001007", "applicant": town.petitioner}
    event = town.rig.post("/api/v1/services/resident_card/applications", said)["event"]
    town.rest()
    town.command("gongan", event, "accept")
    town.command("gongan", event, "finish", result=town.noted)


def test_who_wished_applied_and_is_written_to_is_told_nobody(town: Any, search: Callable[[bytes], list[str]]) -> None:
    """Every message about a claim was sent to a department, notices went out and did not; then everything is searched,
    those letters aside, which name the telephone they go to and are their sender's alone."""
    for part in (texted_in_vain, wished, applied):
        part(town)
    unseen = {payload.type for payload in CLAIMS} - town.types()
    assert not unseen, f"no department was sent {sorted(unseen)}"
    told: dict[str, set[str]] = {}
    for where, raw in town.everything():
        for marker in search(raw):
            told.setdefault(where, set()).add(marker)
    letters = told.pop(str(town.letters))
    assert not told, "\n".join(f"{where}: {marks}" for where, marks in told.items())
    assert letters == {"18655556666"}, "the applicant is written to; who could not be reached is not named"
    assert town.letters.stat().st_mode & 0o077 == 0
    sent = [json.loads(line) for line in town.letters.read_text(encoding="utf-8").splitlines()]
    assert sent and all(set(one) == {"id", "event_id", "zh", "en", "dept", "phone", "at"} for one in sent)
    assert not [one for one in sent if one["phone"] in one["zh"] + one["en"]]
    failed = town.rig.get("/api/v1/notices", state="failed")["notices"]
    assert failed and {one["reason"] for one in failed} == {"NOTICE_NOT_SENT"}, "one was tried in vain"
