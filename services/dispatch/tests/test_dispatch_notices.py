"""Notices of the real service: planned with what they tell of, sent after the commit, tried again, seen when stuck."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gov_dispatch.handlers.notices import Sending
from gov_dispatch.notice_commands import NoticeTried
from gov_dispatch.store.notices import claim
from govcore.errors import Refusal
from govcore.packs.notices import NoticeRules
from govcore.testing import AT

RULES: dict[str, Any] = {
    "channels": [
        {"code": "loudspeaker", "name": {"zh": "广播", "en": "x"}, "quiet": "21:00-07:00", "source": "test"},
        {"code": "sms", "name": {"zh": "短信", "en": "text message"}, "tries": 2, "source": "test"},
    ],
    "templates": [
        {
            "id": "told",
            "on": "event.reported.v1",
            "to": "reporter",
            "channel": "sms",
            "text": {"zh": "您反映的事项已登记，编号 {event_id}。", "en": "Your report has the number {event_id}."},
            "source": "test",
        },
        {
            "id": "loud",
            "on": "event.reported.v1",
            "when": {"class": "030402"},
            "to": "division",
            "channel": "loudspeaker",
            "text": {"zh": "{place_name}：{class_name}，{opened_at}", "en": "{place_name}: {class_name}"},
            "source": "test",
        },
    ],
}
PHONE = "13912345678"
REPORT = {"source": "t", "text": "林子里冒烟", "class_code": "030402", "division": "340881001007"}


@pytest.fixture
def noted(make: Callable[..., Any], database_url: str, tongcheng: Any) -> Any:
    """A service whose locality tells residents and divisions of what was reported."""
    return make(database_url, pack=replace(tongcheng, notice_rules=NoticeRules.model_validate(RULES)))


def filed(noted: Any, **more: Any) -> str:
    answer = noted.post("/api/v1/reports", {**REPORT, "reporter": {"name": "王小明", "phone": PHONE}, **more})
    assert answer["status"] == 200, answer
    return str(answer["event"])


def spooled(noted: Any) -> list[dict[str, Any]]:
    file: Path = noted.mesh.settings.home / "spool" / "sms.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def states(noted: Any) -> dict[str, str]:
    return {one["template"]: one["state"] for one in noted.get("/api/v1/notices")["notices"]}


def test_what_happened_is_told_once_to_whom_it_concerns(noted: Any) -> None:
    """Queued with the event, sent after; the loudspeakers' order is a message, the resident's text is spooled."""
    event = filed(noted)
    assert states(noted) == {"told": "queued", "loud": "queued"} and spooled(noted) == []
    for _ in range(3):
        noted.mesh.tick()
    assert states(noted) == {"told": "sent", "loud": "sent"}
    (line,) = spooled(noted)
    assert line["phone"] == PHONE and line["zh"] == f"您反映的事项已登记，编号 {event}。"
    ((body,),) = noted.rows("SELECT body FROM outbox WHERE type = 'notice.broadcast.v1'")
    said = json.loads(body)["data"]
    assert said["event_id"] == event and "森林火险，2026-03-02 09:00" in said["zh"]
    assert [row["to_state"] for row in noted.get(f"/ops/history/{event}")["rows"] if row["kind"] == "notice"] == [
        "sent",
        "sent",
    ]


def test_whom_a_notice_is_for_stands_nowhere_but_in_the_spool(noted: Any, capsys: Any) -> None:
    """No table, no answer and no log line has the number or the name; only its owner reads the spool."""
    filed(noted)
    noted.mesh.tick()
    tables = ("notices", "outbox", "history", "events", "reports", "people", "timers", "parking", "inbox")
    told = "".join(str(noted.rows(f'SELECT * FROM "{name}"')) for name in tables)
    told += str(noted.get("/api/v1/notices")) + "".join(capsys.readouterr())
    assert PHONE not in told and "王小明" not in told
    assert (noted.mesh.settings.home / "spool" / "sms.jsonl").stat().st_mode & 0o077 == 0


def test_who_left_no_number_gets_no_text(noted: Any) -> None:
    """Without a phone there is no notice to a reporter; the division is told all the same."""
    filed(noted, reporter={"name": "王小明", "handle": "wx1"})
    assert states(noted) == {"loud": "queued"}


def test_a_report_again_is_not_told_again(noted: Any) -> None:
    """The same report by its number is a repeat, and tells nobody anything."""
    for _ in range(2):
        filed(noted, external_id="x1")
    assert noted.rows("SELECT count(*) FROM notices") == [(2,)]


def test_loudspeakers_are_silent_at_night(noted: Any) -> None:
    """Reported at 22:00 it is said at 7:00, also where the mesh had been away when the night began."""
    noted.clock.set(AT.replace(hour=20, minute=59))
    filed(noted)
    noted.clock.set(AT.replace(hour=22))
    noted.mesh.tick()
    assert states(noted) == {"told": "sent", "loud": "queued"}
    noted.clock.set((AT + timedelta(days=1)).replace(hour=6, minute=59))
    noted.mesh.tick()
    assert states(noted)["loud"] == "queued"
    noted.clock.set((AT + timedelta(days=1)).replace(hour=7))
    noted.mesh.tick()
    assert states(noted)["loud"] == "sent"


def test_a_channel_that_fails_is_tried_again_and_seen(noted: Any) -> None:
    """The spool cannot be written: retried after a minute, failed after its tries, both stalled; then let go again."""
    filed(noted)
    spool = noted.mesh.settings.home / "spool"
    spool.write_text("in the way")
    noted.mesh.tick()
    kinds = [one["kind"] for one in noted.get("/ops/stalled")["findings"]]
    assert states(noted)["told"] == "retry" and kinds == ["notice.retry"]
    noted.mesh.tick()
    assert states(noted)["told"] == "retry"
    noted.clock.forward(timedelta(minutes=1))
    noted.mesh.tick()
    (notice,) = noted.get("/api/v1/notices?state=failed")["notices"]
    assert (notice["reason"], notice["tries"]) == ("NOTICE_NOT_SENT", 2)
    found = [one for one in noted.get("/ops/stalled")["findings"] if one["kind"] == "notice.failed"]
    assert [one["subject"] for one in found] == [notice["id"]]
    spool.unlink()
    path = f"/api/v1/notices/{notice['id'].replace('|', '%7C')}/retry"
    assert noted.post(path)["status"] == 200
    assert noted.post(path)["error"]["code"] == "NOTICE_NOT_FAILED"
    noted.mesh.tick()
    assert states(noted)["told"] == "sent" and len(spooled(noted)) == 1
    assert noted.post("/api/v1/notices/none/retry")["error"]["code"] == "NOTICE_UNKNOWN"


def test_killed_between_sending_and_recording_it_is_sent_again_under_its_id(noted: Any) -> None:
    """Nobody sends it while the lease runs; after that once more with the same id, and told twice it counts once."""
    filed(noted)
    sending, now = Sending(noted.mesh), noted.clock.now()
    for notice in claim(noted.mesh.database, now, 50):
        assert sending.send(notice, now).reason is None
    noted.mesh.tick()
    assert states(noted)["told"] == "queued" and len(spooled(noted)) == 1
    with noted.mesh.database.write() as conn:
        conn.exec_driver_sql("UPDATE notices SET lease_until = '2020-01-01T00:00:00.000000+00:00'")
        conn.commit()
    noted.mesh.tick()
    first, second = spooled(noted)
    assert first["id"] == second["id"] and states(noted)["told"] == "sent"
    for _ in range(2):
        noted.mesh.obey(NoticeTried(notice_id=first["id"], reason="NOTICE_NOT_SENT"))
    assert states(noted)["told"] == "sent"


def test_a_destroyed_key_ends_it(noted: Any) -> None:
    """Who reported has been made unreadable: the notice fails at once, with the reason."""
    filed(noted)
    with noted.mesh.database.write() as conn:
        conn.exec_driver_sql("DELETE FROM matter_keys")
        conn.commit()
    noted.mesh.tick()
    (notice,) = noted.get("/api/v1/notices?state=failed")["notices"]
    assert notice["reason"] == "NOTICE_NO_CONTACT" and spooled(noted) == []


def test_a_channel_without_a_plug_in_fails_at_start(make: Callable[..., Any], tongcheng: Any, tmp_path: Path) -> None:
    """Loudly, with the channel's name and those there are, not at the thousandth event."""
    channel = {"code": "pigeon", "name": {"zh": "信鸽", "en": "pigeon"}, "source": "test"}
    rules = NoticeRules.model_validate({"channels": [channel]})
    with pytest.raises(Refusal) as refused:
        make(f"sqlite:///{tmp_path}", pack=replace(tongcheng, notice_rules=rules))
    assert (refused.value.code, refused.value.value) == ("NOTICE_NO_PLUGIN", "pigeon")
    assert "loudspeaker" in refused.value.text("en")
