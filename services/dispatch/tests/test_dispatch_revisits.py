"""What comes after an end, through the real hop: rectification, return calls, visits on agreed days, who verifies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gov_dispatch.bootstrap import SPEC
from govcore.messages import AcceptHandOff, CheckEvent, FinishHandOff, FinishVisit, Message, Payload
from govcore.packs import Pack
from govcore.testing import AT
from govmesh.testing.alone import Alone

DAY = timedelta(days=1)


@pytest.fixture
def closed(make: Any, database_url: str, tongcheng: Pack) -> tuple[Any, str]:
    """A dispatch in which nothing is drawn for verification, and a matter of chengguan's that has ended."""
    return ended(make(database_url, pack=verified(tongcheng, 0.0)))


def verified(pack: Pack, share: float, by: str = "desk:verify") -> Pack:
    """The pack with one rule for verification."""
    verify = pack.header.verify.model_copy(update={"share": share, "by": by})
    closing = pack.closing.model_copy(update={"verify": ()})
    return replace(pack, header=pack.header.model_copy(update={"verify": verify}), closing=closing)


def ended(dispatch: Any) -> tuple[Any, str]:
    event, handoff = dispatch.assigned()
    work(dispatch, handoff)
    return dispatch, event


def work(dispatch: Any, handoff: dict[str, Any]) -> None:
    for verb, more in (("accept", {}), ("done", {"result": "已处置"})):
        said = {"dept": handoff["dept"], "generation": handoff["generation"], **more}
        answer = dispatch.post(f"/api/v1/events/{handoff['event_id']}/handoffs/{handoff['id']}/{verb}", said)
        assert answer["status"] == 200, answer


def the_task(dispatch: Any, event: str) -> dict[str, Any]:
    (handoff,) = dispatch.get(f"/api/v1/events/{event}/handoffs")["handoffs"]
    return dict(handoff)


def visits(dispatch: Any, event: str) -> list[dict[str, Any]]:
    return list(dispatch.get(f"/api/v1/events/{event}/visits")["visits"])


def agreed(dispatch: Any, event: str, days: int = 30, **said: Any) -> dict[str, Any]:
    """A visit in so many days."""
    day = (dispatch.clock.now().date() + days * DAY).isoformat()
    answer = dispatch.post(f"/api/v1/events/{event}/visits", {"days": [day], "what": "看协议是否履行", **said})
    assert answer["status"] == 200, answer
    return dict(answer["visits"][0])


def come(dispatch: Any, visit: dict[str, Any]) -> None:
    """Its day, by its own durable timer."""
    dispatch.clock.set(datetime.fromisoformat(visit["opens_at"]))
    dispatch.mesh.tick()


def said(dispatch: Any, type: str) -> list[str]:
    return [row[0] for row in dispatch.rows(f"SELECT routing_key FROM outbox WHERE type = '{type}' AND exchange = ''")]


def code(answer: dict[str, Any]) -> str:
    assert answer["error"]["zh"] != answer["error"]["code"] != answer["error"]["en"]
    return str(answer["error"]["code"])


def test_a_bad_grade_goes_to_the_lead_and_then_to_the_reporter(closed: tuple[Any, str]) -> None:
    """Offered again with the pack's term, by its own timer; done, a call; both grades stand, none is overwritten."""
    dispatch, event = closed
    rated = dispatch.post(f"/api/v1/events/{event}/rating", {"grade": 1})
    assert (rated["state"], rated["rectifications"], rated["handoffs_open"]) == ("rated", 1, 1)
    task = the_task(dispatch, event)
    assert (task["state"], task["generation"], task["reason"]) == ("offered", 2, "EVENT_RATED_BAD")
    assert task["due_term"] == "15wd"
    assert (f"finish:{task['id']}:2",) in [tuple(row) for row in dispatch.rows("SELECT id FROM timers")]
    assert visits(dispatch, event) == []
    work(dispatch, task)
    (call,) = visits(dispatch, event)
    assert (call["kind"], call["state"], call["holder"]) == ("call", "open", "desk:visit")
    assert code(dispatch.post(f"/api/v1/visits/{call['id']}/done", {"kept": True})) == "VISIT_NO_AGREEMENT"
    done = dispatch.post(f"/api/v1/visits/{call['id']}/done", {"grade": 4, "found": "已解决"})
    assert (done["status"], done["outcome"], done["grade"]) == (200, "satisfied", 4)
    assert code(dispatch.post(f"/api/v1/visits/{call['id']}/done", {"grade": 5})) == "VISIT_NOT_ALLOWED"
    now = dispatch.get(f"/api/v1/events/{event}")
    assert (now["grade"], now["final_grade"], [one["grade"] for one in now["grades"]]) == (1, 4, [1, 4])
    assert now["closed_at"] == rated["closed_at"]
    assert not dispatch.rows("SELECT id FROM timers WHERE kind IN ('revisit', 'revisit_late')")


def test_satisfaction_counts_the_grade_that_the_pack_says(closed: tuple[Any, str]) -> None:
    """The final one in Tongcheng: its formula says so."""
    dispatch, event = closed
    dispatch.post(f"/api/v1/events/{event}/rating", {"grade": 2})
    dispatch.clock.forward(timedelta(minutes=1))
    day = f"/api/v1/stats/day?date={dispatch.clock.now().date()}"
    assert dispatch.get(day)["total"]["now"]["rates"]["satisfaction"]["value"] == 0.0
    work(dispatch, the_task(dispatch, event))
    (call,) = visits(dispatch, event)
    dispatch.post(f"/api/v1/visits/{call['id']}/done", {"grade": 5})
    found = dispatch.get(day)
    assert found["total"]["now"]["rates"]["satisfaction"]["value"] == 1.0
    (formula,) = [one for one in found["formulas"] if one["code"] == "satisfaction"]
    assert "最终评价" in formula["source"]["zh"] and "final grade" in formula["source"]["en"]


def test_an_agreed_day_comes_and_the_broken_agreement_opens_the_matter(closed: tuple[Any, str]) -> None:
    """Waiting, open on its day, late and visible, made: not kept, so the lead has it again."""
    dispatch, event = closed
    visit = agreed(dispatch, event)
    assert dispatch.get("/api/v1/visits?state=planned")["visits"][0]["id"] == visit["id"]
    come(dispatch, visit)
    (visit,) = visits(dispatch, event)
    assert visit["state"] == "open" and visit["due_at"]
    dispatch.clock.set(datetime.fromisoformat(visit["due_at"]) + timedelta(minutes=1))
    late = [row for row in dispatch.get("/ops/stalled")["findings"] if row["kind"] == "visit.late"]
    assert [(row["subject"], row["holder"]) for row in late] == [(visit["id"], "desk:visit")]
    dispatch.mesh.tick()
    (visit,) = visits(dispatch, event)
    assert visit["orders"] == 1
    path = f"/api/v1/visits/{visit['id']}"
    assert dispatch.post(f"{path}/missed", {"attempt": 1})["tries"] == 1
    assert code(dispatch.post(f"{path}/missed", {"attempt": 1})) == "VISIT_STALE"
    found = {"kept": False, "found": "又堆上了，邻居电话13912345678"}
    assert dispatch.post(f"{path}/done", found)["outcome"] == "not_kept"
    now = dispatch.get(f"/api/v1/events/{event}")
    assert (now["state"], now["reopens"]) == ("assigned", 1)
    assert the_task(dispatch, event)["generation"] == 2
    for column, table in (("body", "outbox"), ("doc", "revisits"), ("reason", "history")):
        assert "13912345678" not in str(dispatch.rows(f"SELECT {column} FROM {table}"))
    assert dispatch.get("/api/v1/holders/check")["wrong"] == []


def test_a_department_makes_its_visit(closed: tuple[Any, str]) -> None:
    """It hears of the day agreed and of its coming; nobody else makes it."""
    dispatch, event = closed
    visit = agreed(dispatch, event, holder="dept:gongan")
    come(dispatch, visit)
    assert said(dispatch, "visit.agreed.v1") == said(dispatch, "visit.opened.v1") == ["dept.gongan"]
    path = f"/api/v1/visits/{visit['id']}/done"
    for who in ({}, {"dept": "chengguan"}, {"by": "desk:verify"}):
        assert code(dispatch.post(path, {"kept": True, **who})) == "LIFECYCLE_NOT_YOURS"
    assert code(dispatch.post(path, {"kept": True, "dept": "feidieju"})) == "HANDOFF_UNKNOWN_DEPARTMENT"
    assert dispatch.post(path, {"kept": True, "dept": "gongan"})["done_by"] == "dept:gongan"


WRONG: list[tuple[Callable[[date], dict[str, Any]], str]] = [
    (lambda day: {"days": [], "what": "x"}, "VISIT_NO_DAY"),
    (lambda day: {"days": [(day - DAY).isoformat()], "what": "x"}, "VISIT_DAY_PAST"),
    (lambda day: {"days": [(day + 999 * DAY).isoformat()], "what": "x"}, "VISIT_TOO_FAR"),
    (lambda day: {"days": [(day + 9 * DAY).isoformat()], "what": ""}, "VISIT_NO_PURPOSE"),
    (lambda day: {"days": ["soon"], "what": "x"}, "HTTP_BAD_BODY"),
    (lambda day: {"days": [(day + 9 * DAY).isoformat()], "what": "x", "holder": "gongan"}, "HTTP_BAD_BODY"),
    (lambda day: {"days": [(day + 9 * DAY).isoformat()], "what": "x", "by": "dept:gongan"}, "LIFECYCLE_NOT_YOURS"),
]


def test_what_cannot_be_gets_its_reason(closed: tuple[Any, str]) -> None:
    """Days nobody can come on, the same day twice, a visit or a verb there is not; nothing is half agreed."""
    dispatch, event = closed
    today = dispatch.clock.now().date()
    for body, wanted in WRONG:
        assert code(dispatch.post(f"/api/v1/events/{event}/visits", body(today))) == wanted
    assert visits(dispatch, event) == []
    visit = agreed(dispatch, event, 9)
    again = {"days": [(today + 8 * DAY).isoformat(), (today + 9 * DAY).isoformat()], "what": "x"}
    refused = dispatch.post(f"/api/v1/events/{event}/visits", again)
    assert (refused["status"], code(refused), refused["error"]["row"]) == (409, "VISIT_ALREADY_AGREED", 1)
    assert len(visits(dispatch, event)) == 1
    assert code(dispatch.get("/api/v1/visits/V-none")) == "VISIT_UNKNOWN"
    assert code(dispatch.post("/api/v1/visits/V-none/done", {})) == "VISIT_UNKNOWN"
    assert code(dispatch.get("/api/v1/events/E-none/visits")) == "EVENT_UNKNOWN"
    assert code(dispatch.post(f"/api/v1/visits/{visit['id']}/fly", {})) == "HTTP_NOT_FOUND"
    assert code(dispatch.post(f"/api/v1/visits/{visit['id']}/done", {"kept": True})) == "VISIT_NOT_ALLOWED"
    cancelled = dispatch.post(f"/api/v1/visits/{visit['id']}/cancel", {"reason": "改期"})
    assert (cancelled["state"], cancelled["status"]) == ("dropped", 200)
    open_event, _ = dispatch.assigned()
    refused = dispatch.post(f"/api/v1/events/{open_event}/visits", {"days": [str(today + 9 * DAY)], "what": "x"})
    assert code(refused) == "VISIT_NOT_CLOSED"


def test_the_department_that_the_pack_names_verifies(make: Any, database_url: str, tongcheng: Pack) -> None:
    """Told, asked by its own command, late in sight; the usual desk is refused."""
    dispatch, event = ended(make(database_url, pack=verified(tongcheng, 1.0, "dept:shuju")))
    now = dispatch.get(f"/api/v1/events/{event}")
    assert (now["state"], now["holder"]) == ("verifying", "dept:shuju")
    assert said(dispatch, "event.handled.v1") == ["dept.shuju"]
    assert dispatch.get("/api/v1/events?holder=dept:shuju")["events"][0]["id"] == event
    dispatch.clock.forward(7 * DAY)
    late = [row for row in dispatch.get("/ops/stalled")["findings"] if row["kind"] == "event.unverified"]
    assert [(row["subject"], row["holder"]) for row in late] == [(event, "dept:shuju")]
    path = f"/api/v1/events/{event}"
    assert code(dispatch.post(f"{path}/verify", {"ok": True, "by": "desk:verify"})) == "LIFECYCLE_NOT_YOURS"
    assert code(dispatch.post(f"{path}/check", {"ok": True, "dept": "gongan"})) == "LIFECYCLE_NOT_YOURS"
    again = dispatch.post(f"{path}/check", {"ok": False, "reason": "现场仍有垃圾", "dept": "shuju"})
    assert (again["status"], again["state"], again["reworks"]) == (200, "assigned", 1)
    work(dispatch, the_task(dispatch, event))
    assert dispatch.post(f"{path}/check", {"ok": True, "dept": "shuju"})["state"] == "closed"
    assert code(dispatch.post(f"{path}/check", {"ok": True, "dept": "shuju"})) == "EVENT_NOT_ALLOWED"


def test_departments_answer_over_the_broker(tmp_path: Path, tongcheng: Pack) -> None:
    """Who they are is what the broker stamped: a foreign one is told why not, a doubled message does nothing."""
    alone = Alone(SPEC, f"sqlite:///{tmp_path}", tmp_path, verified(tongcheng, 1.0, "dept:shuju"), AT)
    try:
        outcomes = OverTheBroker(alone)
        event = outcomes.ended()
        assert outcomes.say("gongan", CheckEvent(event_id=event, ok=True)) == "LIFECYCLE_NOT_YOURS"
        assert outcomes.say(None, CheckEvent(event_id=event, ok=True)) == "COMMAND_NO_SENDER"
        assert outcomes.say("shuju", CheckEvent(event_id=event, ok=True)) == "done"
        assert outcomes.say("shuju", CheckEvent(event_id=event, ok=True)) == "EVENT_NOT_ALLOWED"
        day = (alone.clock.now().date() + DAY).isoformat()
        said = {"days": [day], "what": "看协议是否履行", "holder": "dept:gongan"}
        (visit,) = alone.api.post(f"/api/v1/events/{event}/visits", json=said).get_json()["visits"]
        alone.clock.forward(2 * DAY)
        alone.mesh.tick()
        assert outcomes.say("gongan", FinishVisit(visit_id="V-none", kept=True)) == "VISIT_UNKNOWN"
        assert outcomes.say("shuju", FinishVisit(visit_id=visit["id"], kept=True)) == "LIFECYCLE_NOT_YOURS"
        assert outcomes.say("gongan", FinishVisit(visit_id=visit["id"], kept=True, attempt=2)) == "VISIT_STALE"
        done = alone.message(FinishVisit(visit_id=visit["id"], kept=True, attempt=1), visit["id"])
        assert [outcomes.send("gongan", done), outcomes.send("gongan", done)] == ["done", "again"]
        assert alone.api.get(f"/api/v1/visits/{visit['id']}").get_json()["tries"] == 1
        told = "SELECT routing_key FROM outbox WHERE type = 'command.refused.v1' AND exchange = '' ORDER BY seq"
        wanted = ["gongan", "shuju", "gongan", "shuju", "gongan"]
        assert [row[0] for row in alone.rows(told)] == [f"dept.{dept}" for dept in wanted]
    finally:
        alone.close()


class OverTheBroker:
    """Sends commands as departments do, and says what became of each."""

    def __init__(self, alone: Alone) -> None:
        self.alone = alone

    def ended(self) -> str:
        """A matter whose departments are done."""
        api, clock = self.alone.api, self.alone.clock
        said = {"source": "t", "text": "一件不知归谁管的事情，要经消息办理"}
        event = str(api.post("/api/v1/reports", json=said).get_json()["event"])
        clock.forward(timedelta(hours=2))
        self.alone.mesh.tick()
        api.post(f"/api/v1/events/{event}/assign", json={"lead": "chengguan", "reason": "所辖"})
        (task,) = api.get(f"/api/v1/events/{event}/handoffs").get_json()["handoffs"]
        about = {"handoff_id": task["id"], "generation": 1}
        assert self.say("chengguan", AcceptHandOff(**about)) == "done"
        assert self.say("chengguan", FinishHandOff(**about, result="已处置")) == "done"
        return event

    def say(self, dept: str | None, data: Payload) -> str:
        return self.send(dept, self.alone.message(data, "x"))

    def send(self, dept: str | None, message: Message[Any]) -> str:
        items: list[Any] = []
        self.alone.send(self.alone.mesh.commands, dept and f"dept.{dept}", [message.encode()])
        self.alone.work(items.append)
        (item,) = items
        assert item.error is None
        return "again" if item.repeat else item.refusal.code if item.refusal else "done"


def test_a_database_of_before_gets_the_table(dispatch: Any) -> None:
    """A second start changes nothing."""
    with dispatch.mesh.database.write() as conn:
        conn.exec_driver_sql("DELETE FROM alembic_version WHERE substr(version_num, 1, 1) = 'd'")
        conn.exec_driver_sql("INSERT INTO alembic_version VALUES ('d0003_pages')")
        conn.exec_driver_sql("DROP TABLE revisits")
    for _ in range(2):
        dispatch.mesh.prepare()
    assert dispatch.get("/api/v1/visits")["visits"] == []
