"""Operations through the real hop: called, answered, silent, recorded, ended; consultations open by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from govcore.messages import AnswerOperation
from govcore.testing import AT

pytestmark = pytest.mark.slow
MEET = (AT + timedelta(hours=6)).isoformat()


def call(dispatch: Any, event: str, **more: Any) -> dict[str, Any]:
    """Joint enforcement of two departments, called by the triage desk."""
    body = {
        "kind": "joint",
        "events": [event],
        "departments": ["chengguan", "gongan"],
        "why": "占道经营久治不下",
        "meeting": {"at": MEET, "address": "菜市场东门", "point": [116.95, 31.05]},
    }
    return dict(dispatch.post("/api/v1/operations", {**body, **more}))


def do(dispatch: Any, operation: str, verb: str, **said: Any) -> dict[str, Any]:
    return dict(dispatch.post(f"/api/v1/operations/{operation}/{verb}", said))


def said_to(dispatch: Any, dept: str, operation: dict[str, Any]) -> list[str]:
    """Types of the messages about the operation that went straight to a department's queue."""
    sql = f"SELECT type, body FROM outbox WHERE exchange = '' AND routing_key = 'dept.{dept}' ORDER BY seq"
    return [row[0] for row in dispatch.rows(sql) if operation["id"] in row[1]]


def findings(dispatch: Any, operation: dict[str, Any]) -> list[tuple[str, str]]:
    """Kind and holder of what stands past its time with the operation."""
    found = [row for row in dispatch.get("/ops/stalled")["findings"] if row["subject"] == operation["id"]]
    return [(row["kind"], row["holder"]) for row in found if row["kind"].startswith("operation.")]


@pytest.fixture
def called(dispatch: Any) -> dict[str, Any]:
    event, _ = dispatch.assigned()
    operation = call(dispatch, event)
    assert operation["status"] == 200, operation
    return operation


def test_called_answered_met_recorded_ended(dispatch: Any, called: dict[str, Any]) -> None:
    """One comes and checks in, the other says why it cannot; the caller writes the record and ends it."""
    one = called["id"]
    assert (called["caller"], called["state"]) == ("desk:triage", "called")
    assert do(dispatch, one, "answer", dept="chengguan", coming=True)["parts"][0]["state"] == "coming"
    declined = do(dispatch, one, "answer", dept="gongan", coming=False, reason="当日有重大安保任务")
    assert declined["parts"][1]["state"] == "declined"
    there = do(
        dispatch, one, "arrive", dept="chengguan", point=[116.951, 31.05], checked_in_at="2026-03-02T14:58:00+08:00"
    )
    check_in = there["parts"][0]["check_in"]
    assert 80 < check_in["metres"] < 110 and check_in["at"] != check_in["received_at"]
    assert do(dispatch, one, "conclude")["error"]["code"] == "JOINT_NO_RECORD"
    kept = do(dispatch, one, "record", found="占道摊位12处", measures="劝离", evidence=["urn:chengguan:07"])
    assert kept["record"]["present"] == ["chengguan"]
    ended = do(dispatch, one, "conclude", outcome="已整治")
    assert (ended["state"], ended["late_at"]) == ("concluded", None)
    told = [f"operation.{verb}.v1" for verb in ("called", "answered", "recorded", "concluded")]
    assert said_to(dispatch, "gongan", called) == told
    assert dispatch.rows("SELECT count(*) FROM timers WHERE kind LIKE 'joint.%%'") == [(0,)]
    kinds = [row["kind"] for row in dispatch.get(f"/ops/history/{one}")["rows"]]
    assert kinds == ["call", "come", "decline", "arrive", "record", "conclude"]


def test_silence_escalates_by_a_durable_promise(dispatch: Any, called: dict[str, Any]) -> None:
    """Past the term: an order to who is silent, the supervisor told, a finding; a rung higher until it answers."""
    do(dispatch, called["id"], "answer", dept="chengguan", coming=True)
    dispatch.clock.forward(timedelta(hours=4, minutes=30))
    dispatch.mesh.tick()
    silent = dispatch.get(f"/api/v1/operations/{called['id']}")
    assert [part["state"] for part in silent["parts"]] == ["coming", "silent"]
    assert said_to(dispatch, "gongan", called)[-1] == "order.issued.v1"
    assert said_to(dispatch, "zhengfa", called) == ["operation.stalled.v1"]
    assert findings(dispatch, called) == [("operation.unanswered", "dept:gongan")]
    dispatch.clock.forward(timedelta(days=1))
    dispatch.mesh.tick()
    assert dispatch.get(f"/api/v1/operations/{called['id']}")["parts"][1]["orders"] == 2
    late = do(dispatch, called["id"], "answer", dept="gongan", coming=True)
    assert late["parts"][1]["state"] == "coming" and late["parts"][1]["silent_at"] is not None


def test_who_is_missing_at_the_meeting_is_told_once(dispatch: Any, called: dict[str, Any]) -> None:
    """One checked in, one only said that it comes: an order to that one, and no second."""
    for dept in ("chengguan", "gongan"):
        do(dispatch, called["id"], "answer", dept=dept, coming=True)
    do(dispatch, called["id"], "arrive", dept="chengguan", where="东门")
    for _ in range(2):
        dispatch.clock.forward(timedelta(hours=8))
        dispatch.mesh.tick()
    assert said_to(dispatch, "gongan", called).count("order.issued.v1") == 1
    assert "order.issued.v1" not in said_to(dispatch, "chengguan", called)


def test_what_nobody_ends_is_seen(dispatch: Any, called: dict[str, Any]) -> None:
    """All answered and the caller's term over: an order to the desk, and a finding with the desk as its holder."""
    for dept in ("chengguan", "gongan"):
        do(dispatch, called["id"], "answer", dept=dept, coming=False, reason="冲突")
    dispatch.clock.forward(timedelta(days=10))
    dispatch.mesh.tick()
    assert findings(dispatch, called) == [("operation.unended", "desk:triage")]
    assert dispatch.get(f"/api/v1/operations/{called['id']}")["orders"] == 1


def test_a_command_delivered_twice_is_obeyed_once(dispatch: Any, called: dict[str, Any]) -> None:
    """The same message again changes nothing; a message of nobody is refused."""
    said = AnswerOperation(operation_id=called["id"], coming=True)
    for _ in range(2):
        dispatch.mesh.submit([said], keys=["gongan.1"], user="dept.gongan")
    now = dispatch.get(f"/api/v1/operations/{called['id']}")
    assert (now["version"], now["parts"][1]["state"]) == (called["version"] + 1, "coming")
    (nobody,) = dispatch.mesh.submit([said], keys=["nobody.1"])
    assert nobody.refusal is not None and nobody.refusal.code == "COMMAND_NO_SENDER"


ANSWERS: list[tuple[str, dict[str, Any], str, int]] = [
    ("answer", {"dept": "chengguan", "coming": True}, "JOINT_ALREADY_ANSWERED", 409),
    ("answer", {"dept": "gongan", "coming": False}, "JOINT_NO_REASON", 422),
    ("answer", {"dept": "shuili", "coming": True}, "JOINT_NOT_YOURS", 403),
    ("answer", {"dept": "mars", "coming": True}, "HANDOFF_UNKNOWN_DEPARTMENT", 404),
    ("answer", {"dept": "gongan", "coming": "perhaps"}, "HTTP_BAD_BODY", 422),
    ("arrive", {"dept": "gongan"}, "JOINT_NO_PLACE", 422),
    ("arrive", {"dept": "gongan", "point": [400, 0]}, "HTTP_BAD_BODY", 422),
    ("record", {"found": " "}, "JOINT_NO_RECORD", 422),
    ("record", {"found": "x", "evidence": ["sha256:" + "0" * 64]}, "EVIDENCE_UNKNOWN", 404),
    ("record", {"found": "x", "by": "desk:verify"}, "JOINT_END_NOT_YOURS", 403),
    ("conclude", {"ratings": [{"dept": "gongan", "grade": 5}]}, "JOINT_NO_RECORD", 422),
    ("cancel", {"reason": " "}, "EVENT_NO_REASON", 422),
    ("fly", {}, "HTTP_NOT_FOUND", 404),
]


@pytest.mark.parametrize(("verb", "said", "code", "status"), ANSWERS)
def test_what_cannot_be_gets_its_reason(
    dispatch: Any, called: dict[str, Any], verb: str, said: dict[str, Any], code: str, status: int
) -> None:
    """A code in both languages, and the operation is as it was."""
    before = do(dispatch, called["id"], "answer", dept="chengguan", coming=True)
    answer = do(dispatch, called["id"], verb, **said)
    assert (answer["status"], answer["error"]["code"]) == (status, code), answer
    assert answer["error"]["zh"] != code != answer["error"]["en"]
    assert dispatch.get(f"/api/v1/operations/{called['id']}")["version"] == before["version"]


CALLS: list[tuple[dict[str, Any], str]] = [
    ({"departments": []}, "JOINT_NOBODY"),
    ({"departments": ["mars"]}, "HANDOFF_UNKNOWN_DEPARTMENT"),
    ({"why": " "}, "EVENT_NO_REASON"),
    ({"events": []}, "JOINT_ONE_MATTER"),
    ({"events": ["E-nowhere"]}, "EVENT_UNKNOWN"),
    ({"meeting": None}, "JOINT_NO_MEETING"),
    ({"meeting": {"at": "2020-01-01T08:00:00+08:00", "address": "东门"}}, "JOINT_MEETING_PAST"),
    ({"meeting": {"at": "2026-03-02T15:00:00", "address": "东门"}}, "HTTP_BAD_BODY"),
    ({"lasts": "soon"}, "CALENDAR_BAD_TERM"),
    ({"kind": "party"}, "HTTP_BAD_BODY"),
    ({"kind": "whistle"}, "JOINT_CALL_NOT_YOURS"),
    ({"by": "street:340881001"}, "JOINT_CALL_NOT_YOURS"),
    ({"kind": "consultation"}, "JOINT_NOTHING_TO_DECIDE"),
    ({"kind": "consultation", "handoff_id": "H-nowhere"}, "HANDOFF_UNKNOWN"),
]


@pytest.mark.parametrize(("changes", "code"), CALLS)
def test_who_cannot_call_is_told_why(dispatch: Any, changes: dict[str, Any], code: str) -> None:
    """Whatever is wrong with a call, with its field; in this pack no street whistles."""
    event, _ = dispatch.assigned()
    answer = call(dispatch, event, **changes)
    assert answer["status"] >= 400 and answer["error"]["code"] == code, answer
    assert dispatch.get("/api/v1/operations")["operations"] == []


def test_an_ended_operation_is_stale_and_an_unknown_one_unknown(dispatch: Any, called: dict[str, Any]) -> None:
    """Late answers are refused; a second end too."""
    assert do(dispatch, called["id"], "cancel", reason="情况已消除")["state"] == "cancelled"
    for verb, said in (
        ("answer", {"dept": "gongan", "coming": True}),
        ("arrive", {"dept": "gongan", "where": "东门"}),
        ("record", {"found": "x"}),
        ("cancel", {"reason": "x"}),
        ("conclude", {}),
    ):
        assert do(dispatch, called["id"], verb, **said)["error"]["code"] == "JOINT_NOT_OPEN"
        assert do(dispatch, "J-nowhere", verb, **said)["error"]["code"] == "JOINT_UNKNOWN"
    assert dispatch.get("/api/v1/operations/J-nowhere")["status"] == 404


def test_lists_and_units(dispatch: Any, called: dict[str, Any]) -> None:
    """By department, event, state and kind; what each unit did, for the ledger."""
    path = "/api/v1/operations"
    for asked in ("dept=gongan", f"event={called['events'][0]}", "state=called", "kind=joint", "caller=desk:triage"):
        assert [one["id"] for one in dispatch.get(f"{path}?{asked}")["operations"]] == [called["id"]]
    for asked in ("dept=gong", "event=E-", "state=concluded", "kind=whistle"):
        assert dispatch.get(f"{path}?{asked}")["operations"] == []
    do(dispatch, called["id"], "answer", dept="gongan", coming=True)
    dispatch.clock.forward(timedelta(seconds=1))
    units = {one["dept"]: one for one in dispatch.get(f"{path}/units")["units"]}
    assert (units["gongan"]["called"], units["gongan"]["answered"], units["chengguan"]["answered"]) == (1, 1, 0)
    ledger = dispatch.get("/api/v1/stats/ledger?period=day")["departments"]
    assert {one["code"]: {"dept": one["code"], **one["called"]} for one in ledger if one["called"]} == units
    assert dispatch.get(f"{path}/units?since=x")["error"]["code"] == "HTTP_BAD_REQUEST"
    assert dispatch.get(f"{path}/units?since=2020-01-01T00:00:00Z")["error"]["field"] == "since"


def passed_round(dispatch: Any) -> tuple[str, dict[str, Any]]:
    """A task that came back as often as the pack allows (2), and its consultation."""
    event, task = dispatch.assigned("chengguan")
    path = f"/api/v1/events/{event}/handoffs/{task['id']}"
    for dept, generation, proposed in (("chengguan", 1, "shichang"), ("shichang", 2, "gongan")):
        body = {"dept": dept, "generation": generation, "reason": "not_responsible", "proposed": proposed}
        assert dispatch.post(f"{path}/return", body)["status"] == 200
    (operation,) = dispatch.get(f"/api/v1/operations?event={event}")["operations"]
    return path, operation


def test_after_the_last_return_a_consultation_opens_by_itself(dispatch: Any) -> None:
    """Those who tried and the one last named are called; it ends with a holder who cannot return it, never without."""
    path, operation = passed_round(dispatch)
    one = operation["id"]
    assert (operation["kind"], operation["forced"], operation["caller"]) == ("consultation", True, "desk:triage")
    assert [part["dept"] for part in operation["parts"]] == ["chengguan", "shichang", "gongan"]
    assert do(dispatch, one, "cancel", reason="x")["error"]["code"] == "JOINT_MUST_DESIGNATE"
    assert do(dispatch, one, "conclude", outcome="x")["error"]["code"] == "JOINT_MUST_DESIGNATE"
    assert do(dispatch, one, "conclude", dept="mars")["error"]["code"] == "HANDOFF_UNKNOWN_DEPARTMENT"
    ended = do(dispatch, one, "conclude", dept="chengguan", outcome="按职责清单由城管承办")
    assert (ended["state"], ended["designated"]) == ("concluded", "chengguan")
    task = dispatch.get(f"/api/v1/handoffs/{operation['handoff_id']}")
    assert (task["state"], task["dept"], task["designated"]) == ("offered", "chengguan", True)
    back = {"dept": "chengguan", "generation": 3, "reason": "not_responsible", "proposed": "gongan"}
    assert dispatch.post(f"{path}/return", back)["error"]["code"] == "HANDOFF_CANNOT_RETURN"
    assert dispatch.get("/api/v1/holders/check")["wrong"] == []


def test_a_consultation_past_its_term_is_stalled(dispatch: Any) -> None:
    """Nobody answered, nobody decided: both are seen."""
    _, operation = passed_round(dispatch)
    dispatch.clock.forward(timedelta(days=10))
    dispatch.mesh.tick()
    assert findings(dispatch, operation) == [("operation.unanswered", "dept:chengguan")]
    assert "operation.stalled.v1" in said_to(dispatch, "zhengfa", operation)


def test_the_desk_that_designates_has_consulted(dispatch: Any) -> None:
    """A holder named without waiting ends the consultation with that holder."""
    path, operation = passed_round(dispatch)
    assert dispatch.post(f"{path}/designate", {"dept": "gongan", "reason": "指定"})["status"] == 200
    ended = dispatch.get(f"/api/v1/operations/{operation['id']}")
    assert (ended["state"], ended["designated"]) == ("concluded", "gongan")


def test_a_consultation_about_what_lies_at_the_desk_gives_it_to_its_lead(dispatch: Any) -> None:
    """No task yet: the consultation ends with the lead's."""
    event = dispatch.post("/api/v1/reports", {"source": "t", "text": "说不清归谁管的会商事项"})["event"]
    dispatch.locate_late()
    one = call(dispatch, event, kind="consultation", meeting=None)
    assert one["status"] == 200, one
    assert do(dispatch, one["id"], "conclude", dept="zhujian", outcome="会商一致")["state"] == "concluded"
    assert dispatch.get(f"/api/v1/events/{event}")["lead"] == "zhujian"


def test_nothing_of_the_reporter_is_told(dispatch: Any) -> None:
    """Numbers in the caller's words are masked in the operation, its messages and its record."""
    event, _ = dispatch.assigned()
    one = call(dispatch, event, why="联系13800138000", meeting={"at": MEET, "address": "找13800138000"})
    do(dispatch, one["id"], "record", found="来电13800138000反映", measures="回复13800138000")
    do(dispatch, one["id"], "conclude", outcome="已答复13800138000")
    told = [row[0] for row in dispatch.rows("SELECT body FROM outbox WHERE type LIKE 'operation.%%'")]
    kept = [row[0] for row in dispatch.rows("SELECT doc FROM operations")]
    assert len(told) > 3 and not any("13800138000" in text for text in told + kept)


def test_what_the_desk_read_of_the_reporter_is_masked_too(dispatch: Any) -> None:
    """The name of who reported, in the caller's own words: nobody called learns it."""
    said = {"source": "t", "text": "说不清归谁管的具名事项", "reporter": {"name": "欧阳小寒"}}
    event = dispatch.post("/api/v1/reports", said)["event"]
    dispatch.locate_late()
    one = call(dispatch, event, why="欧阳小寒多次反映")
    do(dispatch, one["id"], "record", found="欧阳小寒所述属实")
    ended = do(dispatch, one["id"], "conclude", outcome="已回复欧阳小寒")
    assert ended["state"] == "concluded", ended
    told = [row[0] for row in dispatch.rows("SELECT body FROM outbox WHERE type LIKE 'operation.%%'")]
    assert len(told) > 3 and not any("欧阳小寒" in text for text in (*told, ended["why"], ended["outcome"]))


def test_a_task_force_spans_matters_and_ends_by_who_set_it_up(dispatch: Any) -> None:
    """Two matters, a term of its own, an outcome."""
    events = [dispatch.assigned()[0] for _ in range(2)]
    one = call(dispatch, events[0], kind="task_force", events=events, meeting=None, lasts="20d")
    assert one["events"] == events and do(dispatch, one["id"], "conclude")["error"]["code"] == "EVENT_NO_REASON"
    assert do(dispatch, one["id"], "conclude", outcome="清零")["state"] == "concluded"
