"""What a department is asked besides hand-offs: called, ordered, a wish, a visit, to verify; each answered once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from govcore.messages import CATALOGUE, Payload

NEVER = {"come": 0, "answer_orders": 0, "take": 0, "fulfil": 0, "reach": 0, "good": 0}


def example(type: str, **more: Any) -> Payload:
    """The example of the contract, changed."""
    payload = CATALOGUE.types[type]
    return payload.model_validate({**payload.model_config["json_schema_extra"]["example"], **more})  # type: ignore


@pytest.fixture
def asked(desk: Any, start: Any, time: Any) -> Any:
    """Says something to chengguan; the commands that come of it within the next hours."""

    def ask(*said: Payload, **chances: float) -> list[Any]:
        department = start(asked=chances)
        before = len(desk.told())
        for one in said:
            desk.say("chengguan", one, subject="S-1")
        desk.play(department)
        assert len(desk.told()) == before, "it takes its time"
        for minutes in (11, 60):
            time.move(minutes=minutes)
            desk.play(department)
        department.client.close()
        return [one.data for one in desk.commands if one.type != "message.received.v1"][before:]

    return ask


CALLED = {"departments": ["chengguan"], "meet_at": "2026-03-02T10:00:00+00:00"}
CASES = [
    ("operation.called.v1", CALLED, "operation.answer.v1", {"coming": True}, {"coming": False}),
    ("operation.answered.v1", {"dept": "chengguan"}, "operation.arrive.v1", {"where": "已到现场"}, None),
    ("order.given.v1", {"dept": "chengguan"}, "order.answer.v1", {"round": 1}, "nothing"),
    ("order.rejected.v1", {"dept": "chengguan"}, "order.answer.v1", {"round": 2}, "nothing"),
    ("claim.offered.v1", {}, "claim.take.v1", {"generation": 1}, "nothing"),
    ("visit.opened.v1", {"holder": "dept:chengguan"}, "visit.finish.v1", {"kept": True}, {"reached": False}),
    ("visit.missed.v1", {"holder": "dept:chengguan"}, "visit.finish.v1", {"attempt": 2}, {"reached": False}),
    ("event.handled.v1", {"holder": "dept:chengguan"}, "event.check.v1", {"ok": True}, {"ok": False}),
]


@pytest.mark.parametrize(("type", "facts", "command", "yes", "no"), CASES, ids=[case[0] for case in CASES])
def test_each_is_answered_by_chance(asked: Any, type: str, facts: Any, command: str, yes: Any, no: Any) -> None:
    """Yes where the chance is sure; else no with a reason, or no answer at all where that is how one says no."""
    (said,) = asked(example(type, **facts))
    assert said.type == command and {name: getattr(said, name) for name in yes} == yes
    denied = asked(example(type, **facts), **NEVER)
    if no == "nothing":
        assert denied == []
    elif no is not None:
        assert {name: getattr(denied[0], name) for name in no} == no


def test_what_is_taken_is_fulfilled_or_given_back(asked: Any) -> None:
    """With something that shows it; somebody else's is nothing of ours."""
    ours = example("claim.taken.v1", claimer="dept:chengguan")
    (done,) = asked(ours)
    assert (done.type, done.generation) == ("claim.finish.v1", 1) and done.evidence[0].startswith("urn:dept:chengguan:")
    (back,) = asked(ours, fulfil=0)
    assert back.type == "claim.return.v1" and back.reason
    assert asked(example("claim.taken.v1")) == []


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (example("operation.called.v1", **CALLED), example("operation.cancelled.v1")),
        (example("order.given.v1", dept="chengguan"), example("order.closed.v1")),
        (example("claim.offered.v1"), example("claim.taken.v1")),
        (example("visit.opened.v1", holder="dept:chengguan"), example("visit.dropped.v1")),
    ],
    ids=lambda one: one.type,
)
def test_what_is_asked_no_more_is_not_answered(asked: Any, first: Payload, then: Payload) -> None:
    """Called off, closed, taken by somebody else, dropped before the answer was due."""
    assert asked(first, then) == []


def test_nobody_elses_is_answered(asked: Any) -> None:
    """Called, ordered, visited or verified by another department; an order that asks for no answer by a time."""
    others = {"dept": "gongan", "to": "dept:gongan"}
    assert asked(example("operation.called.v1", departments=["gongan"]), example("order.given.v1", **others)) == []
    assert asked(example("visit.opened.v1"), example("event.handled.v1"), example("order.issued.v1")) == []


def test_it_arrives_when_the_operation_meets(desk: Any, start: Any, time: Any) -> None:
    """Not before, though a kill lies in between; the command's id is the same whenever the message comes again."""
    department = start()
    meet_at = time() + timedelta(hours=3)
    call = desk.say("chengguan", example("operation.called.v1", **{**CALLED, "meet_at": meet_at}), subject="J-1")
    desk.play(department)
    department.kill()
    department.start()
    desk.send("chengguan", call)
    time.move(minutes=11)
    desk.play(department)
    answers = [one.id for one in desk.commands if one.type == "operation.answer.v1"]
    assert answers == [f"chengguan.answer.{call.id}"]
    desk.say("chengguan", example("operation.answered.v1", dept="chengguan"), subject="J-1")
    desk.play(department)
    time.move(hours=2)
    desk.play(department)
    assert desk.told() == ["operation.answer.v1"]
    time.move(hours=1)
    desk.play(department)
    assert desk.told() == ["operation.answer.v1", "operation.arrive.v1"]
