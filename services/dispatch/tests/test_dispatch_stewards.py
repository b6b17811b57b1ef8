"""Stewards in dispatch: weekly visits as promises, and what they cannot put right filed on the normal road."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

STEWARD = "steward:hi-tech-07"
SERVED = {
    "kind": "enterprise",
    "name": "某某科技有限公司",
    "steward": STEWARD,
    "level": 3,
    "division": "340881002001",
    "source": "t",
    "external_id": "s-1",
}


def visit(dispatch: Any, ident: str, **said: Any) -> Any:
    return dispatch.post(f"/api/v1/stewards/{ident}/visit", {"by": STEWARD, "round": 1, "outcome": "quiet", **said})


def test_a_visit_is_put_right_there_or_escalated(dispatch: Any) -> None:
    """Appointed once however often it is said; fixed on the spot; then recorded: an event from channel steward that
    goes the road of every report, and does not say whose it is."""
    first, again = (dispatch.post("/api/v1/stewards", SERVED) for _ in range(2))
    assert first["status"] == 200 and first["id"] == again["id"] and first["holder"] == STEWARD
    fixed = visit(dispatch, first["id"], outcome="fixed", found="证照不会办", done="当场帮办")
    assert (fixed["status"], fixed["round"], fixed["visit"]["outcome"]) == (200, 2, "fixed")
    dispatch.clock.forward(timedelta(hours=1))
    said = {"round": 2, "outcome": "recorded", "found": "厂区门口路面破损，货车无法通行", "class_code": "010101"}
    recorded = visit(dispatch, first["id"], **said)
    event = recorded["visit"]["event_id"]
    dispatch.locate_late()
    found = dispatch.get(f"/api/v1/events/{event}")
    assert (found["channel"], found["source"], found["class_code"]) == ("steward", "steward", "010101")
    assert len(dispatch.get(f"/api/v1/events/{event}/handoffs")["handoffs"]) >= 1
    sent = [dispatch.rows(f"SELECT * FROM {table}") for table in ("events", "handoffs", "reports", "outbox", "history")]
    assert str(SERVED["name"]) not in str(sent) and dispatch.rows("SELECT event_id FROM people") == [(event,)]
    seen = dispatch.get(f"/api/v1/stewards/{first['id']}")
    assert [one["round"] for one in seen["made"]] == [2, 1] and (seen["visits"], seen["fixed"]) == (2, 1)
    told = dispatch.rows(f"SELECT type FROM outbox WHERE subject = '{first['id']}' ORDER BY seq")
    assert [row[0] for row in told] == ["steward.appointed.v1", "steward.visited.v1", "steward.visited.v1"]
    assert len(dispatch.rows("SELECT id FROM timers WHERE kind = 'visit'")) == 1


def test_a_visit_nobody_made_is_stalled_until_it_is_made(dispatch: Any) -> None:
    """Said once when the week is over, in the list of what stands past its time, gone with the visit."""
    ident = dispatch.post("/api/v1/stewards", SERVED)["id"]
    dispatch.clock.forward(timedelta(days=9))
    for _ in range(2):
        dispatch.mesh.tick()
    assert dispatch.get(f"/api/v1/stewards/{ident}")["state"] == "late"
    assert dispatch.rows("SELECT count(*) FROM outbox WHERE type = 'steward.missed.v1'") == [(1,)]
    late = [one for one in dispatch.get("/ops/stalled")["findings"] if one["kind"] == "steward.visit"]
    assert [(one["subject"], one["holder"]) for one in late] == [(ident, STEWARD)]
    made = visit(dispatch, ident)
    assert (made["state"], made["visit"]["on_time"], made["missed"]) == ("serving", False, 1)
    assert not [one for one in dispatch.get("/ops/stalled")["findings"] if one["kind"] == "steward.visit"]


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"round": 2}, 409, "STEWARD_STALE_ROUND"),
        ({"round": 0}, 422, "HTTP_BAD_BODY"),
        ({"by": "steward:other"}, 403, "STEWARD_NOT_YOURS"),
        ({"outcome": "recorded"}, 422, "WORDS_MISSING"),
        ({"outcome": "recorded", "found": "门前积水", "class_code": "999999"}, 422, "REPORT_UNKNOWN_CLASS"),
        ({"outcome": "recorded", "found": "请打电话13955601234"}, 422, "WORDS_SHOW_WHO"),
        ({"outcome": "recorded", "found": "某某科技有限公司门前积水"}, 422, "WORDS_SHOW_WHO"),
        ({"outcome": "happy"}, 422, "HTTP_BAD_BODY"),
    ],
)
def test_a_wrong_visit_changes_nothing(dispatch: Any, said: dict[str, Any], status: int, code: str) -> None:
    """Of another week, by another post, without words, of an unknown class: no visit, no event."""
    ident = dispatch.post("/api/v1/stewards", SERVED)["id"]
    no = visit(dispatch, ident, **said)
    assert (no["status"], no["error"]["code"]) == (status, code)
    assert dispatch.get(f"/api/v1/stewards/{ident}")["visits"] == 0
    assert dispatch.get("/api/v1/events")["events"] == []


def test_who_may_not_be_appointed_and_what_is_not_there(dispatch: Any) -> None:
    """No post, no such place, a fourth level, an unknown stewardship, one that has ended."""
    for change, code in (
        ({"steward": "王某"}, "STEWARD_BAD_POST"),
        ({"division": "110101"}, "REPORT_UNKNOWN_DIVISION"),
        ({"level": 4}, "HTTP_BAD_BODY"),
        ({"by": STEWARD}, "LIFECYCLE_NOT_YOURS"),
    ):
        assert dispatch.post("/api/v1/stewards", {**SERVED, **change})["error"]["code"] == code
    assert dispatch.get("/api/v1/stewards")["stewards"] == []
    assert visit(dispatch, "G-none")["error"]["code"] == "STEWARD_UNKNOWN"
    assert dispatch.get("/api/v1/stewards/G-none")["status"] == 404
    ident = dispatch.post("/api/v1/stewards", SERVED)["id"]
    assert dispatch.post(f"/api/v1/stewards/{ident}/end", {"reason": "项目竣工"})["state"] == "ended"
    assert visit(dispatch, ident)["error"]["code"] == "STEWARD_NOT_ALLOWED"
    assert dispatch.rows("SELECT id FROM timers WHERE kind = 'visit'") == []
