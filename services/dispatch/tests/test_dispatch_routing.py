"""Why a matter went where it went, asked through the API: from what was kept, not from what it has become."""

from __future__ import annotations

from typing import Any

from govcore.messages import EventLocated, Message

ROAD = {
    "source": "t",
    "text": "文昌路中段路面破损已经三天，行人不便",
    "class_code": "010101",
    "division": "340881001007",
    "severity": "urgent",
}


def routing(dispatch: Any, event: str) -> Any:
    return dispatch.get(f"/api/v1/events/{event}/routing")


def spoke(found: Any) -> list[str]:
    return [one["id"] for one in found["rules"] if one["matched"]]


def test_it_says_who_spoke_and_what_the_others_lacked(dispatch: Any) -> None:
    """Lead and assists with the rule that named them, the term with its source, every other rule with its lack."""
    event = dispatch.post("/api/v1/reports", ROAD)["event"]
    dispatch.locate_late()
    found = routing(dispatch, event)
    decision, filed = found["decision"], found["filed"]
    assert (decision["lead"]["dept"], decision["lead"]["rule"]) == ("zhujian", "item.road")
    assert [(one["dept"], one["rule"]) for one in decision["assists"]] == [("jiaotong", "item.road")]
    assert (decision["severity"]["by"], decision["term"]["by"]) == ("report", "pack")
    assert (filed["lead"], filed["matched"], filed["reason"]) == ("zhujian", spoke(found), "EVENT_LOCATE_LATE")
    assert found["differs"] == [] and decision["matched"] == ["item.road"]
    water = next(one for one in found["rules"] if one["id"] == "item.water_and_drains")
    assert (water["failed"], water["wanted"], water["got"]) == ("class", ["010201", "010202"], "010101")


def test_what_became_of_it_later_does_not_count(dispatch: Any) -> None:
    """The desk made it critical and the place was corrected: the rules are asked about what they saw then."""
    event = dispatch.post("/api/v1/reports", {**ROAD, "class_code": "021", "text": "一件不知归谁管的事情"})["event"]
    dispatch.locate_late()
    said = {"lead": "chengguan", "reason": "所辖", "severity": "critical"}
    assert dispatch.post(f"/api/v1/events/{event}/assign", said)["status"] == 200
    place = EventLocated(
        event_id=event, located_at=dispatch.clock.now(), place="34.08.81.400", division="340881400", how="point"
    )
    mesh = dispatch.mesh
    message = Message("m-1", "/grid", event, 1, place.place, mesh.clock.now(), mesh.traces.start(), place)
    from govmesh.broker.port import Delivery

    mesh.work(mesh.take([Delivery(message.encode(), mesh.inbox, tag=None)]))
    assert dispatch.get(f"/api/v1/events/{event}")["place"] == "34.08.81.400"
    found = routing(dispatch, event)
    assert found["facts"]["place"]["code"] == "34.08.81.001.007"
    assert found["facts"]["severity"] == "urgent"
    assert (found["filed"]["lead"], found["decision"]["triage"], found["differs"]) == (None, True, [])


def test_before_it_is_routed_it_says_what_the_rules_would_say(dispatch: Any) -> None:
    """Nothing was filed yet; the rules answer all the same.  An unknown matter is refused."""
    event = dispatch.post("/api/v1/reports", ROAD)["event"]
    found = routing(dispatch, event)
    assert (found["state"], found["filed"], spoke(found)) == ("reported", None, ["item.road"])
    assert routing(dispatch, "E-none")["error"]["code"] == "EVENT_UNKNOWN"


def test_it_never_says_who_reported(dispatch: Any) -> None:
    """Neither the reporter nor the text is in the answer."""
    said = {**ROAD, "reporter": {"name": "欧阳无名", "phone": "13912345678"}}
    event = dispatch.post("/api/v1/reports", said)["event"]
    dispatch.locate_late()
    answer = str(routing(dispatch, event))
    assert not [word for word in ("欧阳无名", "13912345678", "行人不便") if word in answer]
