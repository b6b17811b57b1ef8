"""Orders 三单一函 through the real hop: by the ladder and by hand, answered or not, sent back, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from govcore.messages import AnswerOrder, CommandRefused, Message, MessagesReceived
from govcore.packs import load_pack
from govmesh.broker.port import Delivery

GIVEN = {"kind": "directive", "to": "dept:sifasuo", "words": "三日内走访一遍", "term": "4wh"}


@pytest.fixture
def shilin(make: Callable[..., Any], database_url: str) -> Any:
    return make(database_url, pack=load_pack("shilin"))


def given(dispatch: Any, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = dispatch.post("/api/v1/orders", {**GIVEN, **more})
    assert answer["status"] == 200, answer
    return answer


def answered(dispatch: Any, order: str, **more: Any) -> Any:
    return dispatch.post(f"/api/v1/orders/{order}/answer", {"dept": "sifasuo", "words": "已走访", **more})


def let_go(dispatch: Any, **length: float) -> None:
    """So much later, with whatever falls due in between, a quarter of an hour at a time."""
    until = dispatch.clock.now() + timedelta(**length)
    while dispatch.clock.now() < until:
        dispatch.clock.forward(timedelta(minutes=15))
        dispatch.mesh.tick()


def commanded(dispatch: Any, dept: str, data: Any, ident: str) -> None:
    """A command over the broker, as that department."""
    at, trace = dispatch.clock.now(), dispatch.mesh.traces.start()
    raw = Message(ident, f"/dept/{dept}", "", 0, "", at, trace, data).encode()
    dispatch.mesh.work(dispatch.mesh.take([Delivery(raw, dispatch.mesh.commands, tag=None, user=f"dept.{dept}")]))


def test_an_order_by_hand_is_received_answered_and_closed(shilin: Any) -> None:
    """It goes straight to the department; its receipt is seen, its answer judged, the desk that gave it closes it."""
    order = given(shilin)
    assert (order["state"], order["issuer"], order["dept"]) == ("issued", "desk:command", "sifasuo")
    ((ident,),) = shilin.rows("SELECT id FROM outbox WHERE type = 'order.given.v1' AND routing_key = 'dept.sifasuo'")
    receipt = MessagesReceived(ids=[ident.partition("@")[0]])
    commanded(shilin, "sifasuo", receipt, "r-1")
    let_go(shilin, minutes=15)
    assert shilin.get(f"/api/v1/orders/{order['id']}")["state"] == "received"
    nowhere = {"dept": "sifasuo", "round": 1, "words": "已走访", "evidence": ["sha256:" + "0" * 64]}
    refused = shilin.post(f"/api/v1/orders/{order['id']}/answer", nowhere)
    assert refused["error"]["code"] == "EVIDENCE_UNKNOWN"
    commanded(shilin, "sifasuo", AnswerOrder(order_id=order["id"], words="已走访", evidence=("urn:sifasuo:a",)), "c-1")
    there = shilin.get(f"/api/v1/orders/{order['id']}")
    assert (there["state"], there["in_time"], there["evidence"]) == ("answered", True, ["urn:sifasuo:a"])
    for _ in range(2):
        commanded(
            shilin, "sifasuo", AnswerOrder(order_id=order["id"], words="已走访", evidence=("urn:sifasuo:a",)), "c-1"
        )
    closed = shilin.post(f"/api/v1/orders/{order['id']}/close", {"reason": "到位"})
    assert (closed["status"], closed["state"]) == (200, "closed")
    kinds = "SELECT kind FROM history WHERE subject = '{}' ORDER BY seq"
    assert [row[0] for row in shilin.rows(kinds.format(order["id"]))] == ["issue", "receive", "answer", "close"]
    assert shilin.rows("SELECT count(*) FROM timers WHERE substr(kind, 1, 5) = 'order'") == [(0,)]


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"kind": "shout"}, 422, "HTTP_BAD_BODY"),
        ({"to": "dept:nobody"}, 404, "HANDOFF_UNKNOWN_DEPARTMENT"),
        ({"to": "somebody"}, 422, "HTTP_BAD_BODY"),
        ({"words": " "}, 422, "ORDER_NO_WORDS"),
        ({"term": "soon"}, 422, "CALENDAR_BAD_TERM"),
        ({"event_id": "E-none"}, 404, "EVENT_UNKNOWN"),
        ({"handoff_id": "H-none"}, 404, "HANDOFF_UNKNOWN"),
        ({"division": "999999"}, 404, "ORDER_UNKNOWN_DIVISION"),
        ({"by": "dept:gongan"}, 422, "HTTP_BAD_BODY"),
        ({"phone": "13912345678"}, 422, "HTTP_BAD_BODY"),
    ],
)
def test_a_wrong_order_gets_its_reason(shilin: Any, wrong: dict[str, Any], status: int, code: str) -> None:
    """Unknown kind, department, event, hand-off, place; no words, no term, not a desk: nothing is kept."""
    answer = shilin.post("/api/v1/orders", {**GIVEN, **wrong})
    assert (answer["status"], answer["error"]["code"]) == (status, code), answer
    assert answer["error"]["zh"] and answer["error"]["en"] and "139" not in str(answer)
    assert shilin.get("/api/v1/orders")["orders"] == []


def test_the_same_number_of_the_paper_is_the_same_order(shilin: Any) -> None:
    """Sent twice, said once."""
    first, again = given(shilin, key="板指1号"), given(shilin, key="板指1号", words="另一份")
    assert (first["id"], first["words"]) == (again["id"], again["words"])
    told = "SELECT count(*) FROM outbox WHERE type = 'order.given.v1' AND exchange = ''"
    assert shilin.rows(told) == [(1,)]


def test_wrong_late_and_foreign_answers_are_refused(shilin: Any) -> None:
    """Unknown order, somebody else's, stale round, answered already; over AMQP the refusal goes back."""
    order = given(shilin)["id"]
    assert answered(shilin, "O-none")["error"]["code"] == "ORDER_UNKNOWN"
    assert answered(shilin, order, dept="nobody")["error"]["code"] == "HANDOFF_UNKNOWN_DEPARTMENT"
    foreign = answered(shilin, order, dept="ziran")
    assert (foreign["status"], foreign["error"]["code"]) == (403, "ORDER_NOT_YOURS")
    assert answered(shilin, order, round=2)["status"] == 409
    assert shilin.post(f"/api/v1/orders/{order}/answer", {"words": "已办"})["status"] == 422
    commanded(shilin, "ziran", AnswerOrder(order_id=order, words="我们办了"), "c-2")
    assert answered(shilin, order)["state"] == "answered"
    assert answered(shilin, order)["error"]["code"] == "ORDER_NOT_ALLOWED"
    refused = f"SELECT count(*) FROM outbox WHERE type = '{CommandRefused.type}' AND routing_key = 'dept.ziran'"
    assert shilin.rows(refused) == [(1,)]
    back = shilin.post(f"/api/v1/orders/{order}/reject", {"reason": "缺名单", "term": "1wd"})
    assert (back["state"], back["round"]) == ("received", 2)
    assert answered(shilin, order, round=1)["error"]["code"] == "ORDER_STALE_ROUND"
    assert answered(shilin, order, round=2)["state"] == "answered"
    assert shilin.post(f"/api/v1/orders/{order}/close", {"reason": "x", "by": "desk:verify"})["status"] == 403


def test_nobody_answers_and_it_goes_up_to_the_leader_on_duty(shilin: Any) -> None:
    """A letter of notice before the due, then a rung higher each time: 任务单, 指令单, 督办单; listed as stalled."""
    event, task = shilin.assigned("ziran")
    path = f"/api/v1/events/{event}/handoffs/{task['id']}/accept"
    assert shilin.post(path, {"dept": "ziran", "generation": 1})["status"] == 200
    let_go(shilin, days=22)
    found = sorted(shilin.get(f"/api/v1/orders?event={event}")["orders"], key=lambda one: one["number"])
    assert [one["kind"] for one in found] == ["reminder", "task", "directive", "supervision", "supervision"]
    assert [one["to"].rpartition("-")[0] for one in found[2:]] == [
        "post:lead",
        "post:lead-530126003",
        "post:lead-530126",
    ]
    assert {one["dept"] for one in found} == {"ziran"}
    assert [one["state"] for one in found] == ["issued", *["unanswered"] * 4]
    assert [one["follows"] for one in found[2:]] == [one["id"] for one in found[1:-1]]
    stalled = [one for one in shilin.get("/ops/stalled")["findings"] if one["kind"] == "order.unanswered"]
    assert [one["subject"] for one in stalled] == [one["id"] for one in found[1:]]
    assert [one["holder"] for one in stalled] == [one["to"] for one in found[1:]]


def test_a_comment_is_kept_told_to_nobody_and_moves_no_clock(shilin: Any) -> None:
    """History has the words, masked; no message, no promise and no time of the matter differs."""
    event, _ = shilin.assigned("ziran")
    times = "SELECT id, due_at FROM timers ORDER BY id"
    before, said = shilin.rows(times), shilin.rows("SELECT count(*) FROM outbox")
    there = shilin.get(f"/api/v1/events/{event}")
    done = shilin.post(f"/api/v1/events/{event}/comment", {"words": "请联系13912345678"})
    assert done["status"] == 200 and shilin.get(f"/api/v1/events/{event}") == there
    assert shilin.rows(times) == before and shilin.rows("SELECT count(*) FROM outbox") == said
    kept = shilin.rows(f"SELECT reason, actor FROM history WHERE subject = '{event}' AND kind = 'comment'")
    assert kept == [("请联系***", "desk:triage")]
    assert shilin.post(f"/api/v1/events/{event}/comment", {"words": ""})["error"]["code"] == "EVENT_NO_WORDS"
    assert shilin.post("/api/v1/events/E-none/comment", {"words": "x"})["error"]["code"] == "EVENT_UNKNOWN"


def test_a_desk_answers_the_order_it_got(shilin: Any) -> None:
    """A matter lies at the triage desk past its term: the order to it has no department, and the desk answers."""
    event = shilin.post("/api/v1/reports", {"source": "t", "text": "一件不知归谁管的事情"})["event"]
    let_go(shilin, hours=6, minutes=30)
    (order,) = shilin.get(f"/api/v1/orders?event={event}")["orders"]
    assert (order["to"], order["dept"], order["kind"]) == ("desk:triage", None, "task")
    path = f"/api/v1/orders/{order['id']}/answer"
    assert shilin.post(path, {"by": "desk:verify", "words": "已分拨"})["error"]["code"] == "ORDER_NOT_YOURS"
    assert shilin.post(path, {"by": "desk:triage", "words": "已分拨"})["state"] == "answered"
    assert shilin.post(f"/api/v1/orders/{order['id']}/close", {"reason": "已分拨"})["state"] == "closed"


@pytest.mark.parametrize("where", ["orders/O%00", "orders?state=%00", "orders?limit=x", "orders?dept=%E5%8D%97"])
def test_no_path_of_orders_breaks_the_api(shilin: Any, where: str) -> None:
    """Whatever stands in a path or a parameter, the answer is a list or a reason."""
    assert shilin.get(f"/api/v1/{where}")["status"] < 500
