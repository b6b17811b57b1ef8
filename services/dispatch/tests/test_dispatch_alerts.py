"""Alerts through both doors of the real service: what they open, what folds, what is refused and where that is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import Client

from govcore.messages import AlertRaised, Message
from govcore.testing import AT
from govmesh.broker import topology
from govmesh.broker.port import Delivery

pytestmark = pytest.mark.slow


def alert(number: int = 1, **more: Any) -> dict[str, Any]:
    said = {
        "gateway": "fire",
        "alert_id": f"a-{number}",
        "kind": "forest_fire",
        "watcher": "fire_tower",
        "device": "tower-3",
        "reading": 1,
        "division": "340881001007",
        "observed_at": (AT + timedelta(seconds=number)).isoformat(),
    }
    return {**said, **more}


def bring(dispatch: Any, said: dict[str, Any], user: str | None = "gateway.fire", id: str | None = None) -> None:
    """As it comes from the gateways' queue."""
    data = AlertRaised.model_validate(said)
    message = Message(
        id=id or data.alert_id,
        source="gateway",
        subject=data.device,
        version=0,
        place="",
        time=AT,
        trace="",
        data=data,
    )
    delivery = Delivery(body=message.encode(), queue=topology.ALERTS, tag=1, message_id=message.id, user=user)
    dispatch.mesh.work(dispatch.mesh.take([delivery]))


def test_an_alert_becomes_a_matter_and_goes_its_way(dispatch: Any) -> None:
    """Channel alert, the pack's class and severity, and after its locate term the department that the rules name."""
    answer = dispatch.post("/api/v1/alerts", alert())
    assert (answer["status"], answer["outcome"], answer["new"]) == (200, "opened", True)
    dispatch.locate_late()
    event = dispatch.get(f"/api/v1/events/{answer['event']}")
    assert (event["channel"], event["class_code"], event["severity"]) == ("alert", "030402", "urgent")
    assert event["lead"] == "linye" and event["title"].startswith("林区烟火")
    (report,) = dispatch.get(f"/api/v1/events/{answer['event']}/reports")["reports"]
    assert (report["source"], report["external_id"]) == ("gateway.fire", "a-1")


def test_the_same_device_folds_and_a_repeat_changes_nothing(dispatch: Any) -> None:
    """Three alerts are one matter with its peak; the second sent again is a repeat; another device's is another."""
    first, second, third = (dispatch.post("/api/v1/alerts", alert(n, reading=n)) for n in (1, 2, 3))
    again = dispatch.post("/api/v1/alerts", alert(2, reading=4))
    other = dispatch.post("/api/v1/alerts", alert(5, device="tower-4"))
    assert [one["outcome"] for one in (first, second, third, again, other)] == [
        "opened",
        "folded",
        "folded",
        "repeat",
        "opened",
    ]
    assert first["event"] == second["event"] == third["event"] == again["event"] != other["event"]
    runs = {one["device"]: one for one in dispatch.get("/api/v1/alerts")["alerts"]}
    assert (runs["tower-3"]["count"], runs["tower-3"]["peak"], runs["tower-3"]["severity"]) == (3, 3.0, "critical")
    assert dispatch.rows("SELECT count(*) FROM alerts") == [(4,)]
    assert dispatch.rows("SELECT count(*) FROM events") == [(2,)]
    assert dispatch.get(f"/api/v1/events/{first['event']}")["severity"] == "critical"


def test_departments_at_work_hear_that_it_is_worse(dispatch: Any) -> None:
    """The lead's own queue gets it once, when it became critical; its term stays."""
    event = dispatch.post("/api/v1/alerts", alert())["event"]
    dispatch.locate_late()
    (before, *_) = dispatch.get(f"/api/v1/events/{event}/handoffs")["handoffs"]
    for number in (2, 3):
        late = {"observed_at": (AT + timedelta(minutes=40 + number)).isoformat()}
        assert dispatch.post("/api/v1/alerts", alert(number, reading=3, **late))["event"] == event
    told = dispatch.rows("SELECT routing_key FROM outbox WHERE type = 'alert.folded.v1' AND exchange = ''")
    assert told.count(("dept.linye",)) == 1
    (after, *_) = dispatch.get(f"/api/v1/events/{event}/handoffs")["handoffs"]
    assert (after["due_at"], after["generation"]) == (before["due_at"], before["generation"])
    assert [row["kind"] for row in dispatch.get(f"/ops/history/{event}")["rows"]].count("alert") == 1


def test_when_the_window_is_over_or_the_matter_ended_it_is_a_new_one(dispatch: Any) -> None:
    """After the fold window, and after the matter was found to be nobody's, the same device opens another."""
    first = dispatch.post("/api/v1/alerts", alert(1))["event"]
    dispatch.clock.forward(timedelta(hours=2))
    now = {"observed_at": dispatch.clock.now().isoformat()}
    second = dispatch.post("/api/v1/alerts", alert(2, **now))["event"]
    dispatch.clock.forward(timedelta(minutes=11))
    dispatch.mesh.tick()
    assert dispatch.post(f"/api/v1/events/{second}/void", {"reason": "演练"})["status"] == 200
    third = dispatch.post("/api/v1/alerts", alert(3, **now))["event"]
    assert len({first, second, third}) == 3


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"kind": "ufo"}, "ALERT_UNKNOWN_KIND", "kind"),
        ({"watcher": "owl"}, "ALERT_UNKNOWN_WATCHER", "watcher"),
        ({"gateway": "nobody"}, "ALERT_UNKNOWN_GATEWAY", "gateway"),
        ({"division": None}, "ALERT_NO_PLACE", "point"),
        ({"division": "999999"}, "REPORT_UNKNOWN_DIVISION", "division"),
        ({"point": [0, 0]}, "REPORT_POINT_OUTSIDE", "point"),
        ({"observed_at": "2020-01-01T00:00:00+08:00"}, "ALERT_STALE", "observed_at"),
        ({"observed_at": "2030-01-01T00:00:00+08:00"}, "ALERT_IN_FUTURE", "observed_at"),
        ({"observed_at": "2026-03-02T09:00:00"}, "ALERT_BAD_FIELD", "observed_at"),
        ({"reading": "NaN"}, "ALERT_BAD_FIELD", "reading"),
        ({"device": "王小明的手机"}, "ALERT_BAD_FIELD", "device"),
        ({"reporter": "王小明"}, "ALERT_BAD_FIELD", "reporter"),
    ],
)
def test_a_wrong_alert_is_refused_and_holds_up_no_other(
    dispatch: Any, more: dict[str, Any], code: str, field: str
) -> None:
    """Alone: 422 with code and field.  Among others: its row is told, the others are taken in; it is not kept."""
    alone = dispatch.post("/api/v1/alerts", alert(1, **more))
    assert (alone["status"], alone["error"]["code"], alone["error"]["field"]) == (422, code, field)
    assert "王小明" not in str(alone)
    answer = dispatch.post("/api/v1/alerts", {"gateway": "fire", "alerts": [alert(1, **more), alert(2), "x"]})
    assert [one["outcome"] for one in answer["results"]] == ["rejected", "opened", "rejected"]
    assert dispatch.rows("SELECT count(*) FROM alerts") == [(1,)]


def test_above_the_limit_it_is_told_to_wait(dispatch: Any) -> None:
    """The 21st of one tower is refused with 429 and Retry-After, another tower's is not; after that time it goes on."""
    rows = [alert(n) for n in range(1, 23)]
    answer = dispatch.post("/api/v1/alerts", {"gateway": "fire", "alerts": rows})
    assert [one["outcome"] for one in answer["results"]] == ["opened", *["folded"] * 19, "rejected", "rejected"]
    assert answer["results"][20]["reason"]["code"] == "ALERT_RATE_LIMIT"
    assert dispatch.post("/api/v1/alerts", alert(90, device="tower-9"))["outcome"] == "opened"
    refused = Client(dispatch.api).post("/api/v1/alerts", json=alert(23))
    assert refused.status_code == 429 and 0 < int(refused.headers["Retry-After"]) <= 600
    dispatch.clock.forward(timedelta(seconds=int(refused.headers["Retry-After"])))
    assert dispatch.post("/api/v1/alerts", alert(23))["outcome"] == "folded"


def test_a_request_has_bounds(dispatch: Any) -> None:
    """Too many at once, or no list: a reason, nothing taken."""
    for said in ({"gateway": "fire", "alerts": [alert()] * 1001}, {"alerts": {"a": 1}}):
        answer = dispatch.post("/api/v1/alerts", said)
        assert answer["status"] == 422 and answer["error"]["code"] == "HTTP_TOO_MANY"
    assert dispatch.rows("SELECT count(*) FROM alerts") == [(0,)]


def test_the_queue_of_the_gateways_has_the_same_rules(dispatch: Any) -> None:
    """Opened, folded, the same again; a message id that another gateway used is no repeat of it."""
    bring(dispatch, alert(1))
    bring(dispatch, alert(2))
    bring(dispatch, alert(2))
    bring(dispatch, alert(2), id="another envelope")
    bring(dispatch, alert(1, gateway="things", kind="manhole_open", watcher="sensor"), user="gateway.things", id="a-1")
    assert dispatch.rows("SELECT count(*) FROM alerts") == [(3,)]
    assert dispatch.rows("SELECT count(*) FROM events") == [(2,)]
    assert dispatch.rows("SELECT count(*) FROM parking") == [(0,)]


@pytest.mark.parametrize("user", ["gateway.things", "dept.linye", "", None])
def test_who_brings_it_is_what_the_broker_says(dispatch: Any, user: str | None) -> None:
    """Another's alert, or nobody's, is parked where ops see it, and opens nothing."""
    bring(dispatch, alert(1), user=user)
    ((state, code),) = dispatch.rows("SELECT state, code FROM parking")
    assert (state, code) == ("parked", "ALERT_NOT_YOURS")
    assert dispatch.rows("SELECT count(*) FROM events") == [(0,)]


def test_a_flood_by_the_queue_is_counted_and_what_opens_nothing_is_parked(dispatch: Any) -> None:
    """Above the limit what folds is counted all the same; what would open a matter is parked, and replayed later."""
    for number in range(1, 41):
        bring(dispatch, alert(number))
    (run,) = dispatch.get("/api/v1/alerts")["alerts"]
    assert run["count"] == 40 and dispatch.rows("SELECT count(*) FROM parking") == [(0,)]
    bring(dispatch, alert(51, kind="straw_burning"))
    (parked,) = dispatch.get("/ops/parked")["parked"]
    assert (parked["code"], parked["sender"]) == ("ALERT_RATE_LIMIT", "gateway.fire")
    assert [one["kind"] for one in dispatch.get("/ops/stalled")["findings"]] == ["mesh.parked"]
    dispatch.clock.forward(timedelta(minutes=10))
    assert dispatch.post(f"/ops/parked/{parked['id']}/replay")["status"] == 200
    dispatch.mesh.tick()
    assert dispatch.rows("SELECT count(*) FROM parking") == [(0,)]
    assert dispatch.rows("SELECT count(*) FROM events WHERE class_code = '060202'") == [(1,)]


def test_a_pack_without_alerts_takes_none(make: Any, tongcheng: Any, tmp_path: Any) -> None:
    """Where the locality names no gateway nobody brings anything in."""
    empty = replace(tongcheng, alerts=type(tongcheng.alerts)())
    dispatch = make(f"sqlite:///{tmp_path}", pack=empty)
    assert dispatch.post("/api/v1/alerts", alert())["error"]["code"] == "ALERT_UNKNOWN_GATEWAY"
