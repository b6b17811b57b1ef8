"""Suspended and extended over HTTP: the department asks, the desk decides, the clock and its timers follow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def held(dispatch: Any) -> dict[str, Any]:
    """A task that chengguan has accepted."""
    _, handoff = dispatch.assigned()
    taken = dispatch.post(path(handoff, "accept"), {"dept": "chengguan", "generation": 1})
    assert taken["status"] == 200, taken
    return dict(taken)


def path(handoff: dict[str, Any], verb: str) -> str:
    return f"/api/v1/events/{handoff['event_id']}/handoffs/{handoff['id']}/{verb}"


def asked(**more: Any) -> dict[str, Any]:
    return {"dept": "chengguan", "generation": 1, **more}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def timers(dispatch: Any) -> set[str]:
    return {row[0] for row in dispatch.rows("SELECT kind FROM timers")}


def test_a_suspension_for_the_reporter_stops_the_clock(dispatch: Any, held: dict[str, Any]) -> None:
    """No due time and nothing late while it stands; resumed, the due time leaves the pause out."""
    said = asked(reason="awaiting_reporter", term="10wd", note="地址不详")
    stopped = dispatch.post(path(held, "suspend"), said)
    assert (stopped["status"], stopped["state"], stopped["due_at"]) == (200, "suspended", None)
    event = dispatch.get(f"/api/v1/events/{held['event_id']}")
    assert (event["state"], event["holder"]) == ("suspended", None)
    assert "resume" in timers(dispatch) and "finish" not in timers(dispatch)
    dispatch.clock.forward(timedelta(days=3))
    dispatch.mesh.tick()
    again = dispatch.post(path(held, "resume"), asked(note="已补充"))
    assert (again["status"], again["state"]) == (200, "accepted")
    assert moment(again["due_at"]) > moment(held["due_at"])
    assert dispatch.get(f"/api/v1/events/{held['event_id']}")["due_at"] == again["due_at"]
    assert "finish" in timers(dispatch)
    assert dispatch.get("/api/v1/holders/check")["wrong"] == []


def test_a_suspension_ends_by_its_own_timer(dispatch: Any, held: dict[str, Any]) -> None:
    """The durable timer lets the clock run again when the time asked for is over."""
    assert dispatch.post(path(held, "suspend"), asked(reason="awaiting_reporter", term="1d"))["status"] == 200
    dispatch.clock.forward(timedelta(days=3))
    dispatch.mesh.tick()
    assert dispatch.get(f"/api/v1/handoffs/{held['id']}")["state"] == "accepted"


def test_the_desk_ends_a_pause(dispatch: Any, held: dict[str, Any]) -> None:
    """The reporter called the desk: the desk lets it go on, with its reason; without a pause nothing can be ended."""
    assert dispatch.post(path(held, "end_pause"), {"reason": "x"})["error"]["code"] == "HANDOFF_NOT_SUSPENDED"
    dispatch.post(path(held, "suspend"), asked(reason="awaiting_reporter"))
    assert dispatch.post(path(held, "end_pause"), {"reason": " "})["error"]["code"] == "HANDOFF_NO_REASON"
    assert dispatch.post(path(held, "end_pause"), {"reason": "诉求人来电补充"})["state"] == "accepted"


def test_the_desk_grants_or_refuses_more_time(dispatch: Any, held: dict[str, Any]) -> None:
    """Asked, refused with a reason, asked again, granted: one term more, and no second extension in this pack."""
    waiting = dispatch.post(path(held, "extend"), asked(term="2wd", reason="等配件"))
    assert (waiting["status"], waiting["due_at"]) == (200, held["due_at"])
    assert waiting["request"]["kind"] == "extend"
    refused = dispatch.post(path(held, "decide"), {"ok": False, "reason": "可先行围挡"})
    assert (refused["status"], refused["request"]) == (200, None)
    dispatch.post(path(held, "extend"), asked(term="2wd", reason="等配件"))
    granted = dispatch.post(path(held, "decide"), {"ok": True})
    assert (granted["status"], granted["extensions"]) == (200, 1)
    assert moment(granted["due_at"]) > moment(held["due_at"])
    last = dispatch.post(path(held, "extend"), asked(term="2wd", reason="等配件"))
    assert last["error"]["code"] == "HANDOFF_EXTENDED_ENOUGH"


WRONG: list[tuple[str, Callable[[], dict[str, Any]], str]] = [
    ("suspend", lambda: asked(reason="tired"), "HANDOFF_SUSPEND_REASON"),
    ("suspend", lambda: asked(reason="awaiting_reporter", term="99wd"), "HANDOFF_TOO_LONG"),
    ("suspend", lambda: asked(reason="awaiting_reporter", term="soon"), "CALENDAR_BAD_TERM"),
    ("suspend", lambda: {**asked(reason="awaiting_reporter"), "dept": "gongan"}, "HANDOFF_NOT_HOLDER"),
    ("resume", asked, "HANDOFF_NOT_SUSPENDED"),
    ("extend", lambda: asked(term="1wd", reason=" "), "HANDOFF_NO_REASON"),
    ("decide", lambda: {"ok": True}, "HANDOFF_NOTHING_REQUESTED"),
    ("fly", asked, "HTTP_NOT_FOUND"),
]


@pytest.mark.parametrize(("verb", "said", "code"), WRONG)
def test_what_cannot_be_gets_its_reason(
    dispatch: Any, held: dict[str, Any], verb: str, said: Callable[[], dict[str, Any]], code: str
) -> None:
    """A code in both languages, and the task is as it was."""
    answer = dispatch.post(path(held, verb), said())
    assert answer["status"] >= 400 and answer["error"]["code"] == code, answer
    assert answer["error"]["zh"] != code != answer["error"]["en"]
    now = dispatch.get(f"/api/v1/handoffs/{held['id']}")
    assert (now["state"], now["version"]) == (held["state"], held["version"])
