"""Departments' answers by hand: the same rules, the same refusals, whoever is first."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from govmesh.broker.port import Delivery


def path(handoff: dict[str, Any], verb: str, event: str | None = None) -> str:
    return f"/api/v1/events/{event or handoff['event_id']}/handoffs/{handoff['id']}/{verb}"


def test_a_hand_off_is_accepted_and_done(dispatch: Any) -> None:
    """Offered, accepted by its department, done; then the verifying desk has the matter, or it is closed unsampled."""
    event, handoff = dispatch.assigned()
    taken = dispatch.post(path(handoff, "accept"), {"dept": "chengguan", "generation": 1})
    assert (taken["status"], taken["holder"]) == (200, "dept:chengguan")
    done = dispatch.post(path(handoff, "done"), {"dept": "chengguan", "generation": 1, "result": "已修复"})
    assert (done["status"], done["state"]) == (200, "done")
    after = dispatch.get(f"/api/v1/events/{event}")
    assert (after["state"], after["holder"]) in [("verifying", "desk:verify"), ("closed", None)]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"dept": "gongan", "generation": 1}, 403),
        ({"dept": "nobody", "generation": 1}, 404),
        ({"dept": "chengguan", "generation": 7}, 404),
        ({"dept": "chengguan", "generation": "x"}, 422),
        ({"dept": "chengguan", "generation": 1, "who": "13912345678"}, 422),
        ([], 422),
    ],
)
def test_a_wrong_answer_gets_its_reason(dispatch: Any, said: Any, status: int) -> None:
    """Not the holder, no such department, a stale generation, a wrong field: a code, and nothing quoted."""
    _, handoff = dispatch.assigned()
    answer = dispatch.post(path(handoff, "accept"), said or [1])
    assert (answer["status"], bool(answer["error"]["code"])) == (status, True), answer
    assert "13912345678" not in str(answer)
    assert dispatch.get(f"/api/v1/handoffs/{handoff['id']}")["state"] == "offered"


def test_a_hand_off_is_found_under_its_own_matter_only(dispatch: Any) -> None:
    """The path names both; what does not belong together is unknown."""
    _, handoff = dispatch.assigned()
    other, _ = dispatch.assigned()
    for event in (other, "E-none"):
        answer = dispatch.post(path(handoff, "accept", event), {"dept": "chengguan", "generation": 1})
        assert (answer["status"], answer["error"]["code"]) == (404, "HANDOFF_UNKNOWN")
    answer = dispatch.post(path(handoff, "designate", other), {"dept": "gongan", "reason": "x"})
    assert answer["status"] == 404


@pytest.mark.parametrize(
    "where",
    [
        "events/E%00",
        "events/%E5%8D%97",
        "handoffs/H%00x",
        "events?state=%00",
        "events?closed_since=0001-01-01T00:00:00%2B14:00",
        "events?limit=99999999999999999999",
        "events?cursor=eyJmaXJzdCI6ICJ4fHkifQ",
        "reports?cursor=%00",
    ],
)
def test_no_path_breaks_the_api(dispatch: Any, where: str) -> None:
    """Whatever stands in a path or a parameter, the answer is a list or a reason, never a bare 500."""
    answer = dispatch.get(f"/api/v1/{where}")
    assert answer["status"] < 500, answer


def test_a_parked_command_keeps_its_sender(dispatch: Any) -> None:
    """Replayed, it is obeyed as that department's, and only once."""
    _, handoff = dispatch.assigned()
    from govcore.messages import AcceptHandOff, Message

    data = AcceptHandOff(handoff_id=handoff["id"], generation=1)
    message = Message(
        "c-1", "/dept/chengguan", handoff["id"], 0, "", dispatch.clock.now(), dispatch.mesh.traces.start(), data
    )
    on, handlers = dispatch.mesh.hop.handlers[AcceptHandOff], dispatch.mesh.hop.handlers
    dispatch.mesh.hop.handlers = {**handlers, AcceptHandOff: None}
    deliveries = [Delivery(message.encode(), dispatch.mesh.commands, tag=None, user="dept.chengguan")]
    dispatch.mesh.work(dispatch.mesh.take(deliveries))
    dispatch.mesh.hop.handlers = {**handlers, AcceptHandOff: on}
    (parked,) = dispatch.get("/ops/parked")["parked"]
    assert parked["sender"] == "dept.chengguan"
    assert dispatch.post(f"/ops/parked/{parked['id']}/replay")["status"] == 200
    dispatch.mesh.tick()
    dispatch.mesh.work(dispatch.mesh.take(deliveries))
    assert dispatch.get(f"/api/v1/handoffs/{handoff['id']}")["holder"] == "dept:chengguan"
    assert dispatch.get("/ops/parked")["parked"] == []
    assert dispatch.rows("SELECT count(*) FROM history WHERE kind = 'accept'") == [(1,)]


def test_what_was_passed_on_in_vain_falls_back(dispatch: Any) -> None:
    """Whoever passes a task on answers for it; returned by the other, it is accepted by the first again."""
    event, task = dispatch.assigned()
    path = f"/api/v1/events/{event}/handoffs/{task['id']}"
    dispatch.post(f"{path}/accept", {"dept": "chengguan", "generation": 1})
    passed = dispatch.post(
        f"{path}/transfer", {"dept": "chengguan", "generation": 1, "to": "gongan", "reason": "属其职责"}
    )
    said = {"dept": "gongan", "generation": passed["generation"], "reason": "not_responsible", "proposed": "chengguan"}
    back = dispatch.post(f"{path}/return", said)
    assert (back["state"], back["holder"], back["dept"]) == ("accepted", "dept:chengguan", "chengguan"), back
    told = dispatch.rows(f"SELECT kind FROM history WHERE subject = '{task['id']}' ORDER BY seq")
    assert [row[0] for row in told][-2:] == ["return", "fall_back"]


def test_what_goes_round_is_told_to_the_supervising_department(dispatch: Any) -> None:
    """Returned as often as the pack allows: the triage desk has it, and the supervisor's queue the finding, once."""
    event, handoff = dispatch.assigned()
    said = {"reason": "not_responsible", "generation": 1}
    wrong = dispatch.post(path(handoff, "return"), {**said, "dept": "chengguan", "proposed": "gongan", "reason": "no"})
    assert (wrong["status"], wrong["error"]["code"]) == (422, "HANDOFF_BAD_REASON")
    assert dispatch.post(path(handoff, "return"), {**said, "dept": "chengguan", "proposed": "gongan"})["status"] == 200
    back = dispatch.post(path(handoff, "return"), {**said, "dept": "gongan", "proposed": "zhujian", "generation": 2})
    assert (back["state"], back["holder"], back["returns"]) == ("returned", "desk:triage", 2)
    supervisor = dispatch.mesh.pack.header.handoff.supervisor
    told = "SELECT count(*) FROM outbox WHERE type = 'handoff.stalled.v1' AND exchange = '' AND routing_key = "
    assert dispatch.rows(f"{told}'dept.{supervisor}'") == [(1,)]
    assert dispatch.get(f"/api/v1/events/{event}/holders")["holders"][0]["holder"] == "desk:triage"
    designated = dispatch.post(path(handoff, "designate"), {"dept": "gongan", "reason": "会商指定"})
    refused = dispatch.post(path(handoff, "return"), {**said, "dept": "gongan", "proposed": "zhujian", "generation": 3})
    assert (designated["designated"], refused["error"]["code"]) == (True, "HANDOFF_CANNOT_RETURN")


@pytest.mark.broker
def test_fifty_at_once_give_one_holder(make: Callable[..., Any], pg_url: str) -> None:
    """Fifty threads at two instances accept, return and pass on one hand-off: one is first, the rest get reasons."""
    ours = [make(pg_url, "fifty_"), make(pg_url, "fifty_")]
    _, handoff = ours[0].assigned()
    ours[1].clock.set(ours[0].clock.now())
    said = [
        ("accept", {}),
        ("return", {"reason": "not_responsible", "proposed": "shichang"}),
        ("transfer", {"to": "gongan", "reason": "属其职责"}),
    ]
    answers: list[Any] = []

    def ask(number: int) -> None:
        verb, more = said[number % 3]
        body = {"dept": "chengguan", "generation": 1, **more}
        answers.append(ours[number % 2].post(path(handoff, verb), body))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = Counter(answer["status"] if answer["status"] != 200 else answer["state"] for answer in answers)
    assert len(answers) == 50
    assert set(counted) <= {"accepted", "returned", "transferred", "offered", 403, 409, 422}, counted
    assert all(answer["error"]["code"].startswith("HANDOFF_") for answer in answers if answer["status"] != 200), answers
    assert ours[0].get("/api/v1/holders/check")["one_holder"]
    moves = ours[0].rows(f"SELECT kind, count(*) FROM history WHERE subject = '{handoff['id']}' GROUP BY kind")
    assert all(times == 1 for _, times in moves), moves
