"""Departments are merged, renamed and closed with tasks in hand, while an instance still runs the older pack."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from govcore.errors import Refusal
from govcore.packs import Both, Pack
from govcore.packs.former import Former

pytestmark = pytest.mark.slow

_numbers = count(1)
GONE = {"chengguan": "zongzhi", "shuili": "zongzhi", "jiaotong": "jiaoyun"}
"""Two merged into one that is new, and one renamed."""


def upgraded(pack: Pack) -> Pack:
    """The next version: three departments fewer, two new ones in their places."""
    departments = {code: one for code, one in pack.departments.items() if code not in GONE}
    for new in dict.fromkeys(GONE.values()):
        departments[new] = pack.departments["gongan"].model_copy(update={"code": new})
    former = {
        code: Former(
            code=code,
            name=Both(zh=code, en=code),
            became="renamed" if code == "jiaotong" else "merged",
            successor=to,
            since=date(2026, 3, 2),
            source="composed",
        )
        for code, to in GONE.items()
    }
    header = pack.header.model_copy(update={"version": 2})
    return replace(pack, header=header, departments=departments, former=former)


def verified(pack: Pack) -> Pack:
    """The pack in which one of the departments that will be no more verifies everything."""
    verify = pack.header.verify.model_copy(update={"share": 1.0, "by": "dept:shuili"})
    closing = pack.closing.model_copy(update={"verify": ()})
    return replace(pack, header=pack.header.model_copy(update={"verify": verify}), closing=closing)


@pytest.fixture
def pair(make: Callable[..., Any], database_url: str, tongcheng: Pack) -> tuple[Any, Callable[[], Any]]:
    """An instance with the pack as it was, and one more, over the same tables, with the next version."""
    prefix, pack = f"succeeded{next(_numbers)}_", verified(tongcheng)
    before = make(database_url, prefix, pack)

    def again() -> Any:
        after = make(database_url, prefix, upgraded(pack))
        after.clock.forward(before.clock.now() - after.clock.now())
        return after

    return before, again


def answer(dispatch: Any, task: dict[str, Any], dept: str, verb: str, generation: int, **more: Any) -> Any:
    path = f"/api/v1/events/{task['event_id']}/handoffs/{task['id']}/{verb}"
    return dispatch.post(path, {"dept": dept, "generation": generation, **more})


def task_of(dispatch: Any, task: dict[str, Any]) -> dict[str, Any]:
    return dict(dispatch.get(f"/api/v1/handoffs/{task['id']}"))


OPEN = (
    "SELECT holder FROM events WHERE holder IS NOT NULL",
    "SELECT holder FROM revisits WHERE late_at IS NOT NULL",
    "SELECT addressee FROM orders WHERE state <> 'closed'",
    "SELECT dept FROM orders WHERE state <> 'closed'",
    "SELECT departments FROM operations WHERE late_at IS NOT NULL",
    "SELECT holder FROM claims WHERE holder IS NOT NULL",
)


def nothing_orphaned(dispatch: Any) -> None:
    """Every open task has one holder, and none is with a department that is no more."""
    assert dispatch.get("/api/v1/holders/check")["wrong"] == []
    words = {word for sql in OPEN for (said,) in dispatch.rows(sql) for word in str(said).split()}
    assert not {word.removeprefix("dept:") for word in words} & set(GONE), words
    left = dispatch.rows("SELECT dept, holder FROM handoffs WHERE holder IS NOT NULL")
    assert not [row for row in left if row[0] in GONE or str(row[1]).removeprefix("dept:") in GONE]
    assert dispatch.rows("SELECT count(*) FROM parking") == [(0,)]


def test_what_is_open_goes_to_the_successor(pair: Any) -> None:
    """Offered, held, suspended and passed on: each is a new offer or has a new holder; late answers are stale."""
    before, again = pair
    _, held = before.assigned("jiaotong")
    assert answer(before, held, "jiaotong", "accept", 1)["status"] == 200
    _, paused = before.assigned("shuili")
    assert answer(before, paused, "shuili", "accept", 1)["status"] == 200
    said = {"reason": "awaiting_reporter", "term": "5wd"}
    assert answer(before, paused, "shuili", "suspend", 1, **said)["state"] == "suspended"
    _, passed = before.assigned("chengguan")
    assert answer(before, passed, "chengguan", "accept", 1)["status"] == 200
    _, offered = before.assigned("chengguan")
    assert answer(before, passed, "chengguan", "transfer", 1, to="gongan", reason="经核实")["generation"] == 2
    after = again()
    after.mesh.tick()
    nothing_orphaned(after)
    for task, to in ((offered, "zongzhi"), (held, "jiaoyun"), (paused, "zongzhi")):
        now = task_of(after, task)
        assert (now["dept"], now["state"], now["generation"], now["reason"]) == (
            to,
            "offered",
            2,
            "HANDOFF_DEPARTMENT_GONE",
        )
        assert after.get(f"/api/v1/events/{task['event_id']}")["lead"] == to
    now = task_of(after, passed)
    assert (now["dept"], now["holder"], now["generation"]) == ("gongan", "dept:zongzhi", 2)
    late = answer(after, held, "jiaotong", "done", 1, result="已修复")
    assert late["error"]["code"] == "COMMAND_DEPARTMENT_GONE" and "jiaoyun" in late["error"]["zh"]
    assert answer(after, held, "jiaoyun", "accept", 2)["holder"] == "dept:jiaoyun"
    assert answer(after, held, "jiaoyun", "done", 2, result="已修复")["state"] == "done"
    assert task_of(after, held)["due_at"] == held["due_at"], "a reorganisation gives no more time"
    heard = after.rows("SELECT routing_key FROM outbox WHERE type = 'handoff.succeeded.v1' AND exchange = ''")
    assert {row[0] for row in heard} == {f"dept.{code}" for code in (*GONE, *GONE.values())}
    lines = after.rows("SELECT reason FROM history WHERE kind = 'succeed'")
    assert [row[0] for row in lines] == ["HANDOFF_DEPARTMENT_GONE"] * 4


def said_to(dispatch: Any, dept: str, subject: str) -> list[str]:
    """Types of the messages about a subject that went straight to a department's queue."""
    sql = f"SELECT type FROM outbox WHERE routing_key = 'dept.{dept}' AND subject = '{subject}' ORDER BY seq"
    return [row[0] for row in dispatch.rows(sql)]


def test_orders_are_owed_by_the_successor(pair: Any) -> None:
    """By the same time, with their words; the ladder's order about a task that is offered anew is closed."""
    before, again = pair
    given = {"kind": "directive", "to": "dept:chengguan", "words": "三日内走访一遍", "term": "2wd"}
    owed, said = (before.post("/api/v1/orders", given) for _ in range(2))
    path = f"/api/v1/orders/{said['id']}"
    assert before.post(f"{path}/answer", {"dept": "chengguan", "words": "已走访"})["state"] == "answered"
    _, task = before.assigned("jiaotong")
    for _ in range(4):
        before.clock.forward(timedelta(hours=8))
        before.mesh.tick()
    (late,) = before.rows(f"SELECT id FROM orders WHERE dept = 'jiaotong' AND doc LIKE '%%{task['id']}%%'")[-1:]
    before.mesh.tick()
    after = again()
    after.mesh.tick()
    nothing_orphaned(after)
    now = after.get(f"/api/v1/orders/{owed['id']}")
    assert (now["to"], now["dept"], now["words"]) == ("dept:zongzhi", "zongzhi", owed["words"])
    assert now["answer_due_at"] == owed["answer_due_at"], "a reorganisation gives no more time"
    assert "order.succeeded.v1" in said_to(after, "zongzhi", owed["id"])
    assert "order.succeeded.v1" in said_to(after, "chengguan", owed["id"])
    closed = after.get(f"/api/v1/orders/{late[0]}")
    assert (closed["state"], closed["closed_by"], closed["closing"]) == ("closed", "clock", "HANDOFF_DEPARTMENT_GONE")
    path_of_owed = f"/api/v1/orders/{owed['id']}/answer"
    refused = after.post(path_of_owed, {"dept": "chengguan", "words": "已办"})["error"]
    assert refused["code"] == "COMMAND_DEPARTMENT_GONE"
    assert after.post(path_of_owed, {"dept": "zongzhi", "words": "已办"})["answered_by"] == "dept:zongzhi"
    back = after.post(f"{path}/reject", {"by": "desk:command", "reason": "缺少照片"})
    assert (back["state"], back["dept"], back["round"]) == ("received", "zongzhi", 2), "sent back to who is there"


def test_calls_verifying_visits_and_claims_go_to_the_successor(pair: Any) -> None:
    """Parts of two merged departments become one that keeps what was said; who verifies, visits, claimed is known."""
    before, again = pair
    checked, task = before.assigned("gongan")
    visited, other = before.assigned("gongan")
    for one in (task, other):
        answer(before, one, "gongan", "accept", 1)
        answer(before, one, "gongan", "done", 1, result="已办结")
    assert before.get(f"/api/v1/events/{checked}")["holder"] == "dept:shuili"
    assert before.post(f"/api/v1/events/{visited}/check", {"dept": "shuili", "ok": True})["state"] == "closed"
    day = str((before.clock.now() + timedelta(days=9)).date())
    agreed = {"days": [day], "what": "看协议是否履行", "holder": "dept:jiaotong"}
    (visit,) = before.post(f"/api/v1/events/{visited}/visits", agreed)["visits"]
    about, _ = before.assigned("gongan")
    called = {"kind": "joint", "events": [about], "departments": ["chengguan", "shuili", "jiaotong"], "why": "占道"}
    called["meeting"] = {"at": (before.clock.now() + timedelta(hours=6)).isoformat(), "address": "菜市场东门"}
    operation = before.post("/api/v1/operations", called)["id"]
    coming = {"dept": "chengguan", "coming": True}
    assert before.post(f"/api/v1/operations/{operation}/answer", coming)["status"] == 200
    until = (before.clock.now() + timedelta(days=60)).isoformat()
    wish = {"kind": "wish", "title": "一辆轮椅", "needs": "腿脚不便", "division": "340881002001", "until": until}
    claim = before.post("/api/v1/claims", {**wish, "source": "t", "by": "desk:claims"})["id"]
    taken = before.post(f"/api/v1/claims/{claim}/take", {"claimer": "dept:jiaotong", "generation": 1})
    assert taken["state"] == "claimed", taken
    after = again()
    after.mesh.tick()
    nothing_orphaned(after)
    assert after.get(f"/api/v1/events/{checked}")["holder"] == "dept:zongzhi"
    assert said_to(after, "zongzhi", checked) == ["event.succeeded.v1"]
    assert after.post(f"/api/v1/events/{checked}/check", {"dept": "zongzhi", "ok": True})["state"] == "closed"
    assert after.get(f"/api/v1/events/{visited}/visits")["visits"][0]["holder"] == "dept:jiaoyun"
    assert "visit.succeeded.v1" in said_to(after, "jiaoyun", visit["id"])
    parts = after.get(f"/api/v1/operations/{operation}")["parts"]
    assert [(part["dept"], part["state"]) for part in parts] == [("zongzhi", "coming"), ("jiaoyun", "called")]
    assert said_to(after, "zongzhi", operation) == ["operation.succeeded.v1"] * 2
    there = {"dept": "zongzhi", "where": "菜市场东门"}
    assert after.post(f"/api/v1/operations/{operation}/arrive", there)["parts"][0]["state"] == "present"
    now = after.get(f"/api/v1/claims/{claim}")
    assert (now["holder"], now["claimer"], now["due_at"]) == ("dept:jiaoyun", "dept:jiaoyun", taken["due_at"])
    said = after.rows("SELECT count(*) FROM outbox")
    after.mesh._upkeep_at = 0.0
    after.mesh.tick()
    assert after.rows("SELECT count(*) FROM outbox") == said, "once is enough"


def test_an_instance_with_the_older_pack_orphans_nothing(pair: Any) -> None:
    """While it goes on giving work to departments that are no more, the newer one hands it over; twice is once."""
    before, again = pair
    after = again()
    _, first = before.assigned("chengguan")
    _, second = before.assigned("jiaotong")
    after.mesh._upkeep_at = 0.0
    after.mesh.tick()
    nothing_orphaned(after)
    assert answer(before, first, "zongzhi", "accept", 2)["status"] == 404, "the older pack knows it by message only"
    assert answer(after, first, "zongzhi", "accept", 2)["holder"] == "dept:zongzhi"
    stale = answer(before, second, "jiaotong", "accept", 1)["error"]
    assert stale["code"] == "HANDOFF_STALE_GENERATION" and stale["en"].endswith("with jiaoyun"), stale
    said = after.rows("SELECT count(*) FROM outbox")
    after.mesh._upkeep_at = 0.0
    after.mesh.tick()
    assert after.rows("SELECT count(*) FROM outbox") == said
    before.clock.forward(timedelta(days=3))
    before.mesh.tick()
    assert task_of(after, first)["holder"] == "dept:zongzhi", "the old offer's promises change nothing"


def test_what_lies_unread_goes_on_to_the_successor(pair: Any) -> None:
    """The queue of a department that is no more is emptied into its successor's, nothing lost."""
    before, again = pair
    _, task = before.assigned("chengguan")
    after = again()
    after.mesh.broker = before.mesh.broker
    after.mesh.declare()
    after.mesh.tick()
    queues = {code: before.mesh.broker.source([f"dept.{code}"], 50) for code in ("chengguan", "zongzhi")}
    assert queues["chengguan"].depth() == 0
    bodies = [json.loads(one.body) for one in queues["zongzhi"].take(50, 0.0, 0.0)]
    assert next(one["type"] for one in bodies if one["subject"] == task["id"]) == "handoff.offered.v1"
    for one in queues.values():
        one.close()


def test_a_department_with_work_does_not_vanish(pair: Any, make: Callable[..., Any], tongcheng: Pack) -> None:
    """A version that neither has it nor names its successor does not start, nor does one older than has run."""
    before, again = pair
    before.assigned("chengguan")
    left = {code: one for code, one in tongcheng.departments.items() if code != "chengguan"}
    url, prefix = str(before.mesh.database.url), before.mesh.settings.schema_prefix
    url = url if before.mesh.database.postgres else f"sqlite:///{before.mesh.settings.home}"
    with pytest.raises(Refusal) as no:
        make(url, prefix, replace(tongcheng, departments=left))
    assert (no.value.code, no.value.value) == ("PACK_DEPARTMENT_GONE", "chengguan")
    assert again().mesh.health()["pack"] == {"id": "tongcheng", "version": 2}
    with pytest.raises(Refusal) as no:
        make(url, prefix, tongcheng)
    assert no.value.code == "PACK_OLDER"
