"""The department client: what it makes of the news that come, in whatever order, and of what is no news."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from govcore.messages.commands import CommandRefused
from govcore.messages.handoff import HandOffAccepted, HandOffExpired, HandOffRegained, HandOffWithdrawn
from govmesh.department import Behaviour
from govmesh.department.checks import holds


def test_repeats_are_receipted_and_otherwise_ignored(desk: Any, start: Any, time: Any) -> None:
    """Every message twice: twice receipted, each command once."""
    department = start()
    desk.offer("chengguan", "H-1")
    for minutes in (0, 10, 60):
        time.move(minutes=minutes)
        desk.play(department)
        for message in list(desk.said):
            desk.send("chengguan", message)
        desk.play(department)
    assert desk.told() == ["handoff.accept.v1", "handoff.finish.v1"]
    assert desk.repeats or len(desk.receipts) > 3
    assert len(department.entries("got")) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"specversion":"0.3"}',
        b'{"specversion":"1.0","id":7,"type":"t","source":"/s","data":{}}',
        b'{"specversion":"1.0","id":"a","type":"t","source":"/s"}',
        b'{"specversion":"1.0","id":"a","type":"handoff.offered.v1","source":"/s","data":{}}',
        b'{"specversion":"1.0","id":"a","type":"handoff.offered.v1","source":"/s","data":{"handoff_id":"H"}}',
        b'{"specversion":"1.0","id":"a","type":"handoff.offered.v1","source":"/s",'
        b'"data":{"handoff_id":"H","generation":"1"}}',
        b'{"specversion":"1.0","id":"a","type":"handoff.done.v1","source":"/s","data":{"handoff_id":"H","generation":true}}',
    ],
)
def test_what_is_no_message_is_parked(desk: Any, start: Any, body: bytes) -> None:
    """Malformed messages stand in the log whole, get no receipt, and stop nobody."""
    department = start()
    desk.raw("chengguan", body)
    desk.offer("chengguan", "H-1")
    desk.play(department)
    [parked] = department.entries("parked")
    assert base64.b64decode(parked["body"]) == body
    assert desk.receipts == [[desk.said[0].id]]


def test_an_unknown_type_is_receipted(desk: Any, start: Any) -> None:
    """A message of a type it does not know has arrived all the same."""
    department = start()
    event = {"specversion": "1.0", "id": "M-9", "type": "party.invited.v1", "source": "/x", "data": {}}
    desk.raw("chengguan", json.dumps(event).encode())
    desk.play(department)
    assert desk.receipts == [["M-9"]]


def facts(desk: Any, id: str = "H-1", **more: Any) -> dict[str, Any]:
    task = desk.tasks[id]
    names = ("event_id", "role", "dept", "state", "generation", "holder", "offered_at")
    return {"handoff_id": task.id, **{name: getattr(task, name) for name in names}, **more}


def test_an_expired_offer_is_not_answered(desk: Any, start: Any, time: Any) -> None:
    """Too late is too late: the planned answer is dropped, the next offer is answered."""
    department = start()
    task = desk.offer("chengguan", "H-1")
    desk.play(department)
    late = facts(desk, expired_dept="chengguan", expired_generation=1, expired_at=time(), expiries=1)
    desk.say("chengguan", HandOffExpired(**late))
    desk.play(department)
    time.move(minutes=10)
    desk.play(department)
    assert desk.told() == []
    desk.again(task, "chengguan")
    desk.play(department)
    time.move(minutes=10)
    desk.play(department)
    assert [m.data.generation for m in desk.commands if m.type == "handoff.accept.v1"] == [2]


def test_a_withdrawn_task_is_not_finished(desk: Any, start: Any, time: Any) -> None:
    """What is no longer asked for is not worked on."""
    department = start()
    desk.offer("chengguan", "H-1")
    for minutes in (0, 10):
        time.move(minutes=minutes)
        desk.play(department)
    desk.say("chengguan", HandOffWithdrawn(**facts(desk, reason="x", withdrawn_at=time())))
    desk.play(department)
    time.move(minutes=60)
    desk.play(department)
    assert desk.told() == ["handoff.accept.v1"]
    assert not department.client.tasks.held


def test_a_regained_task_is_held_and_finished(desk: Any, start: Any, time: Any, behaviours: Any) -> None:
    """Passed on, and the next one would not have it: it is ours again, without a new offer."""
    department = start("passes_on")
    desk.offer("chengguan", "H-1")
    for minutes in (0, 10, 60):
        time.move(minutes=minutes)
        desk.play(department)
    assert desk.told() == ["handoff.accept.v1", "handoff.transfer.v1"]
    back = {"dept": "chengguan", "state": "accepted", "generation": 3, "holder": "dept:chengguan"}
    desk.tasks["H-1"] = desk.tasks["H-1"].model_copy(update=back)
    department.client._behaviour = Behaviour.of(behaviours["swift"])
    desk.say("chengguan", HandOffRegained(**facts(desk, reason="not_responsible", regained_at=time())))
    desk.play(department)
    time.move(minutes=60)
    desk.play(department)
    assert desk.tasks["H-1"].state == "done"
    assert [h.generation for h in holds({"chengguan": department.log})] == [1, 3]


def test_news_out_of_order_changes_nothing(desk: Any, start: Any, time: Any) -> None:
    """Accepted before offered, done before accepted, an old offer at last: still one hold, still over."""
    department = start()
    desk.offer("chengguan", "H-1")
    for minutes in (0, 10, 60):
        time.move(minutes=minutes)
        desk.play(department)
    in_order = [message for message in desk.said]
    other = start("swift", "shichang")
    for n, message in enumerate(reversed(in_order)):
        data = message.data.model_copy(update={"dept": "shichang"})
        desk.say("shichang", data, "H-1", id=f"again{n}")
    commands = len(desk.commands)
    desk.play(other)
    time.move(hours=5)
    desk.play(other)
    assert [m.type for m in desk.commands[commands:] if m.type != "message.received.v1"] == []


def test_accepted_by_somebody_at_the_keyboard(desk: Any, start: Any, time: Any) -> None:
    """When a person of the department accepts first, the client drops its own answer and goes on to finish."""
    department = start()
    desk.offer("chengguan", "H-1")
    desk.play(department)
    accepted = {"state": "accepted", "holder": "dept:chengguan"}
    desk.tasks["H-1"] = desk.tasks["H-1"].model_copy(update=accepted)
    desk.say("chengguan", HandOffAccepted(**facts(desk, answered_at=time(), answer_received_at=time())))
    desk.play(department)
    time.move(minutes=70)
    desk.play(department)
    assert (desk.told(), desk.tasks["H-1"].state) == (["handoff.finish.v1"], "done")


def test_a_refusal_of_something_else_is_just_noted(desk: Any, start: Any) -> None:
    """A refusal of a command it never sent changes nothing."""
    department = start()
    data = CommandRefused(command_id="?", command="x", code="X", zh="不", en="no", refused_at=desk.now())
    desk.say("chengguan", data)
    desk.play(department)
    assert desk.told() == []
