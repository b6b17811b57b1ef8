"""Who reported stays a record of its own: nothing a department can receive, ask for, export or trace tells who it was.

Matters full of their reporter go every way a department can hear of one; then every byte that came out is searched.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from govcore.messages import CLAIMS
from govcore.messages.channels import TO_DEPARTMENTS
from govmesh.client import Answered

pytestmark = pytest.mark.slow
BACK = {"reason": "not_responsible"}


def handled_in_every_way(town: Any) -> None:
    """Accepted, refused, suspended, extended, passed on and back, done, reworked, rated, reopened."""
    event = town.report("文昌路中段路面破损已经三天，行人不便，请尽快修补。")
    town.rest()
    own, noted = town.telling, town.noted
    town.command("jiaotong", event, "finish", result="还没有签收")
    town.command("zhujian", event, "accept")
    lead = town.task(event, "zhujian")["id"]
    for ok in (False, True):
        town.command("zhujian", event, "suspend", reason="weather", term="2wd", note=noted)
        town.desk(event, "decide", lead, ok=ok, reason=own)
    town.desk(event, "end_pause", lead, reason=own)
    town.command("zhujian", event, "extend", term="2wd", reason=noted)
    town.desk(event, "decide", lead, ok=True, reason=own)
    town.command("zhujian", event, "transfer", to="chengguan", reason=noted)
    town.command("chengguan", event, "return", **BACK, proposed="zhujian", note=noted)
    town.command("zhujian", event, "finish", result=noted)
    town.command("jiaotong", event, "accept")
    town.command("jiaotong", event, "finish", result=noted)
    for ok in (False, True):
        town.desk(event, "verify", ok=ok, reason=own)
        if not ok:
            again(town, event)
    town.desk(event, "rating", grade=1)
    town.desk(event, "reopen", reason=own)
    again(town, event)


def looked_at_again(town: Any) -> None:
    """A department verifies; on agreed days another visits, finds nobody, then somebody; the last visit is dropped."""
    event = town.report("文昌路西段路面破损，积水很深。", channel="hotline")
    town.rest()
    again(town, event)
    town.command("jiaotong", event, "accept")
    town.command("jiaotong", event, "finish", result=town.noted)
    town.desk(event, "check", dept="shuju", ok=True, reason=town.noted)
    days = [str(town.rig.clock.now().date() + timedelta(days=ahead)) for ahead in (5, 9)]
    town.desk(event, "visits", days=days, what=town.telling, holder="dept:gongan")
    first, last = town.rig.get(f"/api/v1/events/{event}/visits")["visits"]
    town.rest(days=5)
    for verb, kept in (("missed", {}), ("done", {"kept": True})):
        town.rig.post(f"/api/v1/visits/{first['id']}/{verb}", {**kept, "dept": "gongan", "found": town.noted})
        town.rest()
    town.rig.post(f"/api/v1/visits/{last['id']}/cancel", {"reason": town.noted})
    town.rest()


def ordered(town: Any) -> None:
    """A desk's orders: answered, sent back, answered again, closed; one is not answered in its term."""
    event = town.report("文昌路支巷路面破损，无人过问。")
    town.rest()
    said = {"kind": "directive", "to": "dept:zhujian", "term": "4wh", "event_id": event, "words": town.telling}
    order, silent = (town.rig.post("/api/v1/orders", said)["id"] for _ in range(2))
    town.rest()
    for verb, more in (
        ("answer", {"dept": "zhujian", "words": town.noted}),
        ("reject", {"reason": town.noted}),
        ("answer", {"dept": "zhujian", "words": town.noted, "round": 2}),
        ("close", {"reason": town.noted}),
    ):
        town.rig.post(f"/api/v1/orders/{order}/{verb}", more)
        town.rest()
    town.rest(days=4)
    assert town.rig.get(f"/api/v1/orders/{silent}")["state"] == "unanswered"


def called_together(town: Any) -> None:
    """Departments called to the spot: they come or cannot, arrive, it is recorded and ended; another is called off."""
    event = town.report("文昌路口路面破损，几家都说不归自己管。")
    town.rest()
    meeting = {"at": (town.rig.clock.now() + timedelta(hours=4)).isoformat(), "address": town.noted}
    said = {"kind": "joint", "events": [event], "departments": ["zhujian", "jiaotong"], "meeting": meeting}
    held, off = (town.rig.post("/api/v1/operations", {**said, "why": town.telling})["id"] for _ in range(2))
    town.rest()
    for operation, verb, more in (
        (held, "answer", {"dept": "zhujian", "coming": True}),
        (held, "answer", {"dept": "jiaotong", "coming": False, "reason": town.noted}),
        (held, "arrive", {"dept": "zhujian", "where": town.noted}),
        (held, "record", {"found": town.telling, "measures": town.telling}),
        (held, "conclude", {"outcome": town.telling}),
        (off, "cancel", {"reason": town.telling}),
    ):
        town.rig.post(f"/api/v1/operations/{operation}/{verb}", more)
        town.rest()


def left_to_successors(town: Any) -> None:
    """An order, a call, a visit and a matter to verify are with departments that are then renamed."""
    event = town.report("文昌路中段路面破损，井盖松动。", channel="hotline")
    town.rest()
    again(town, event)
    town.command("jiaotong", event, "accept")
    town.command("jiaotong", event, "finish", result=town.noted)
    assert town.rig.get(f"/api/v1/events/{event}")["holder"] == "dept:shuju"
    other = town.report("文昌路西口路面破损，行人绕行。")
    town.rest()
    again(town, other)
    town.command("jiaotong", other, "accept")
    town.command("jiaotong", other, "finish", result=town.noted)
    town.desk(other, "verify", ok=True, reason=town.noted)
    days = [str(town.rig.clock.now().date() + timedelta(days=30))]
    town.desk(other, "visits", days=days, what=town.telling, holder="dept:zhujian")
    given = {"kind": "directive", "to": "dept:zhujian", "term": "9wd", "event_id": event, "words": town.telling}
    meeting = {"at": (town.rig.clock.now() + timedelta(hours=40)).isoformat(), "address": town.noted}
    called = {"kind": "joint", "events": [event], "departments": ["zhujian"], "meeting": meeting}
    town.rig.post("/api/v1/orders", given)
    town.rig.post("/api/v1/operations", {**called, "why": town.telling})
    town.reorganise()
    town.rest()


def again(town: Any, event: str) -> None:
    """The lead puts it right."""
    town.command("zhujian", event, "accept")
    town.command("zhujian", event, "finish", result=town.noted)


def left_alone(town: Any) -> None:
    """Nobody answers: orders, a second offer, expired to the desk; then designated, then nobody's."""
    event = town.report("文昌路南段路面破损，夜里看不清，差点摔倒。")
    town.rest()
    for _ in range(3):
        town.rest(days=1)
    town.desk(event, "designate", town.task(event, "zhujian")["id"], dept="zhujian", reason=town.telling)
    town.desk(event, "void", reason=town.telling)


def passed_round(town: Any) -> None:
    """Returned as often as the pack allows, so that the supervising department hears of it."""
    event = town.report("文昌路北段路面破损，下雨积水。")
    town.rest()
    town.command("zhujian", event, "return", **BACK, proposed="chengguan", note=town.noted)
    town.command("chengguan", event, "return", **BACK, proposed="shuili", note=town.noted)


def located_late(town: Any) -> None:
    """Its place is corrected when departments have it already."""
    town.rig.silent.add("grid")
    town.report("文昌路东段路面破损，路灯也不亮。")
    town.rest()
    town.rest(hours=1)
    town.rig.silent.discard("grid")
    town.rest()


def raised_by_a_device(town: Any) -> None:
    """Alerts carry no person; a second, worse one folds into the matter of the first."""
    said = {"gateway": "fire", "kind": "forest_fire", "watcher": "fire_tower", "device": "tower-3"}
    for number in (1, 3):
        at = town.rig.clock.now().isoformat()
        told = {**said, "alert_id": f"a{number}", "reading": number, "division": "340881001007", "observed_at": at}
        town.rig.post("/api/v1/alerts", told)
        town.rest(minutes=2)


def said_again(town: Any) -> None:
    """Others say the same; one report is parted again, and two matters become one."""
    text = f"{town.noted}龙眠中路路面破损，井盖旁边塌了一块，来往车辆颠簸得厉害。"
    first = town.report("", text=text)
    town.rest()
    assert town.report("", text=text, title=town.noted[:30], who=town.second) == first
    town.rest()
    other = next(one for one in town.rig.get(f"/api/v1/events/{first}/reports")["reports"] if one["channel"])
    reports = town.rig.get(f"/api/v1/events/{first}/reports")["reports"]
    attached = max(one["id"] for one in reports if one["id"] != other["id"])
    parted = town.rig.post(f"/api/v1/events/{first}/detach", {"report_id": attached, "reason": town.telling})
    town.rest()
    town.desk(parted["event"]["id"], "attach", into=first, reason=town.noted)


def petitioned(town: Any) -> str:
    """A claim that goes on to a department, and an accusation of one; the accusation's id."""
    said = {"channel": "letter", "division": "340881001007", "petitioner": town.petitioner}
    words = {
        "title": f"慕容验隐要求修路{town.noted[:20]}",
        "text": f"我是慕容验隐，电话18655556666。{town.noted}路面破损。",
    }
    town.rig.post("/api/v1/petitions", {**said, **words, "path": "claim", "class_code": "010101"})
    town.rest()
    accused = {"path": "accusation", "title": "举报", "text": town.accusation, "accused": "chengguan"}
    found = town.rig.post("/api/v1/petitions", {**said, **accused})
    town.rest(hours=1)
    return str(found["petition"])


def registered(town: Any) -> None:
    """The same person in the register: a system gets its fields, sealed for it (see test_persons_masked)."""
    fields = {"name": town.petitioner["name"], "born": "1985-05-05", "phone": town.petitioner["phone"]}
    said = {"by": "desk:person", "division": "340881001007", "fields": fields, "consents": {"residence": {}}}
    town.rig.post("/api/v1/persons", said)
    town.rest()


def surged(town: Any) -> None:
    """A month with twice as many reports as the year before, from which a surge is told."""
    rows = [
        {
            "source": "rights",
            "text": f"{town.noted}{year}年1月{day}日第{index}件：物业服务不到位，电梯停运无人修理",
            "class_code": "070101",
            "division": "340881002",
            "reporter": town.petitioner,
            "reported_at": f"{date(year, 1, day)}T10:00:00+08:00",
            "history": {"closed_at": f"{date(year, 1, day)}T11:00:00+08:00", "outcome": town.noted},
        }
        for year, number in ((2026, 1), (2027, 3))
        for day in range(1, 32)
        for index in range(number)
    ]
    town.rig.post("/api/v1/reports", {"reports": rows}, **{"as": "history"})
    town.rig.post("/api/v1/surges", {"day": str(date(2027, 2, 1) - timedelta(days=1))})
    town.rest()


def reckoned_again(town: Any) -> None:
    """A year's notice moves the terms of what is open."""
    town.notice()
    town.rest()
    town.rig.post("/api/v1/calendar/renewals")
    town.rest()


def written_badly(town: Any) -> None:
    """What cannot be read is parked or answered with a code, and quotes nothing."""
    for body in (b"{", json.dumps({"specversion": "1.0", "note": town.telling}).encode()):
        town.rig.publish("dispatch.commands", body, f"bad{len(body)}", "dept.gongan")
    town.rest()
    for reporter in ({"name": "欧阳测密", "phone": ["13812345678"]}, {"欧阳测密": "1"}, town.telling):
        with pytest.raises(Answered) as no:
            town.rig.post("/api/v1/reports", {"source": "rights", "title": "写错了", "reporter": reporter})
        assert not [word for word in ("欧阳测密", "13812345678") if word in str(no.value.error)]


def test_nothing_that_comes_out_tells_who_reported(town: Any, search: Callable[[bytes], list[str]]) -> None:
    """Every type of message a department can be sent was sent; no queue, answer, export, log, span or file has a mark
    of a reporter, and of the accusation the accused department and the topics have heard nothing at all."""
    walk = (handled_in_every_way, left_alone, passed_round, located_late, raised_by_a_device, said_again)
    for part in (*walk, ordered, called_together, registered, surged, written_badly):
        part(town)
    accusation = petitioned(town)
    reckoned_again(town)
    looked_at_again(town)
    left_to_successors(town)

    elsewhere = {payload.type for payload in CLAIMS}  # walked in test_wishes_and_notices
    unseen, unknown = TO_DEPARTMENTS - elsewhere - town.types(), town.types() - TO_DEPARTMENTS
    assert not unseen, f"no department was sent {sorted(unseen)}: add a way in which one is, so that it is searched"
    assert not unknown, f"{sorted(unknown)} went to a department: say so in govcore.messages.channels"
    told: dict[str, set[str]] = {}
    seen: set[str] = set()
    for where, raw in town.everything():
        seen.add(where.split()[0])
        if where == str(town.letters):  # looked at in test_wishes_and_notices
            continue
        for marker in search(raw):
            told.setdefault(where, set()).add(marker)
        if town.accusation.encode() in raw:
            assert where.startswith(("petition.", str(town.rig.home))), f"{where} tells the accusation"
    assert not told, "\n".join(f"{where}: {marks}" for where, marks in told.items())
    assert {"queue", "log", "span", "xlsx", "GET"} <= seen
    for body in town.received["chengguan"]:
        assert accusation not in body.decode()
    assert "路面破损".encode() in b"".join(town.received["zhujian"]), "the matter itself is told"


def test_the_record_has_what_was_taken_out(town: Any) -> None:
    """Sealed under the matter's key stand the reporter and the words as they were said; the key's end is theirs."""
    event = town.report("文昌路中段路面破损已经三天。")
    mesh = town.rig.meshes["dispatch"]
    with mesh.database.read() as conn:
        (person,) = conn.exec_driver_sql("SELECT doc FROM people").all()
        (key,) = conn.exec_driver_sql("SELECT doc FROM matter_keys").all()
    record = mesh.vault.open(json.loads(key[0])["wrapped"], event, json.loads(person[0])["sealed"])
    assert record["name"] == "欧阳测密" and "家住龙眠小区8栋2单元502室" in record["said"]["text"]
    assert town.rig.get(f"/api/v1/events/{event}")["text"].count("***") >= 10
