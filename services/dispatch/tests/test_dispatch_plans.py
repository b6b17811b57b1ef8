"""Tasks that wait for others, through the real hop: planned, offered in time, dropped, refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def planned(dispatch: Any, **more: Any) -> tuple[str, Callable[[], dict[str, Any]]]:
    """A matter led by chengguan; gongan assists once zhujian, which assists too, is done."""
    event = dispatch.post("/api/v1/reports", {"source": "t", "text": "需要先后办理的事项"})["event"]
    dispatch.locate_late()
    body = {
        "lead": "chengguan",
        "assists": ["zhujian", "gongan"],
        "reason": "先围挡后疏导",
        "term": "5wd",
        "terms": {"gongan": "2wh"},
        "after": {"gongan": ["zhujian"]},
    }
    answer = dispatch.post(f"/api/v1/events/{event}/assign", {**body, **more})
    assert answer["status"] == 200, answer
    return event, lambda: {one["dept"]: one for one in dispatch.get(f"/api/v1/events/{event}/handoffs")["handoffs"]}


def finish(dispatch: Any, task: dict[str, Any]) -> None:
    path = f"/api/v1/events/{task['event_id']}/handoffs/{task['id']}"
    said = {"dept": task["dept"], "generation": task["generation"]}
    assert dispatch.post(f"{path}/accept", said)["status"] == 200
    assert dispatch.post(f"{path}/done", {**said, "result": "办结"})["status"] == 200


def test_a_task_is_offered_when_the_one_before_it_is_done(dispatch: Any) -> None:
    """Planned, then offered in the hop in which its predecessor ends, with its own term from then on."""
    event, tasks = planned(dispatch)
    assert set(tasks()) == {"chengguan", "zhujian"}
    (plan,) = dispatch.get(f"/api/v1/events/{event}")["plans"]
    assert (plan["dept"], plan["after"], plan["term"]) == ("gongan", [tasks()["zhujian"]["id"]], "2wh")
    finish(dispatch, tasks()["chengguan"])
    assert dispatch.get(f"/api/v1/events/{event}")["state"] == "handling"
    finish(dispatch, tasks()["zhujian"])
    offered = tasks()["gongan"]
    assert (offered["id"], offered["state"], offered["term"]) == (plan["id"], "offered", "2wh")
    assert offered["offered_at"] == offered["due_from"]
    assert dispatch.get("/api/v1/holders/check")["wrong"] == []
    finish(dispatch, tasks()["gongan"])
    ended = dispatch.get(f"/api/v1/events/{event}")
    assert ended["state"] in ("closed", "verifying") and ended["plans"] == []


def test_a_quorum_of_one_matter_drops_what_is_only_planned(dispatch: Any) -> None:
    """The lead alone ends it: what was never asked is dropped, and the history says so."""
    event, tasks = planned(dispatch, join="lead")
    finish(dispatch, tasks()["chengguan"])
    ended = dispatch.get(f"/api/v1/events/{event}")
    assert ended["state"] in ("closed", "verifying") and ended["plans"] == [] and "gongan" not in tasks()
    assert "drop_plan" in {row["kind"] for row in dispatch.get(f"/ops/history/{event}")["rows"]}


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"after": {"gongan": ["gongan"]}}, "EVENT_PLAN_CIRCLE", "after"),
        ({"after": {"gongan": ["zhujian"], "zhujian": ["gongan"]}}, "EVENT_PLAN_CIRCLE", "after"),
        ({"after": {"gongan": ["shuili"]}}, "EVENT_PLAN_UNKNOWN", "after"),
        ({"after": {"chengguan": ["gongan"]}}, "EVENT_PLAN_LEAD", "after"),
        ({"terms": {"shuili": "2wh"}}, "EVENT_PLAN_UNKNOWN", "terms"),
        ({"terms": {"gongan": "soon"}}, "CALENDAR_BAD_TERM", None),
        ({"join": "some"}, "EVENT_BAD_JOIN", "join"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(dispatch: Any, more: dict[str, Any], code: str, field: str | None) -> None:
    """Circles, strangers, a waiting lead, terms and join rules nobody can read: the matter stays at the desk."""
    event = dispatch.post("/api/v1/reports", {"source": "t", "text": "不可能的先后"})["event"]
    dispatch.locate_late()
    body = {"lead": "chengguan", "assists": ["zhujian", "gongan"], "reason": "x"}
    answer = dispatch.post(f"/api/v1/events/{event}/assign", {**body, **more})
    assert (answer["error"]["code"], answer["error"].get("field") if field else None) == (code, field)
    assert dispatch.get(f"/api/v1/events/{event}")["holder"] == "desk:triage"
