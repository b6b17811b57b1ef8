"""What a department may answer, in which state, and what it hears when it may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from govcore.errors import Refusal
from govcore.events import HandOff, answers
from govcore.testing import AT, a_handoff

LATER = AT + timedelta(minutes=10)


def accept(task: HandOff, by: str = "chengguan", generation: int = 1, **more: Any) -> Any:
    return answers.accept(task, by=by, generation=generation, at=LATER, **more)


def give_back(task: HandOff, by: str = "chengguan", generation: int = 1, **more: Any) -> Any:
    said = {"reason": "not_responsible", "proposed": "shichang", **more}
    return answers.return_(task, by=by, generation=generation, at=LATER, **said)


def pass_on(task: HandOff, by: str = "chengguan", generation: int = 1, **more: Any) -> Any:
    said = {"to": "shichang", "reason": "市场内部", "accept_due_at": LATER + timedelta(hours=1), **more}
    return answers.transfer(task, by=by, generation=generation, at=LATER, **said)


def finish(task: HandOff, by: str = "chengguan", generation: int = 1, **more: Any) -> Any:
    return answers.finish(task, by=by, generation=generation, at=LATER, **{"result": "已清运", **more})


COMMANDS: dict[str, Callable[..., Any]] = {"accept": accept, "return": give_back, "transfer": pass_on, "finish": finish}
TASKS = {
    "offered": a_handoff(),
    "accepted": accept(a_handoff()).handoff,
    "returned": give_back(a_handoff()).handoff,
    "expired": a_handoff(state="expired"),
    "done": finish(accept(a_handoff()).handoff).handoff,
    "withdrawn": a_handoff(state="withdrawn", holder=None),
}
ANSWERS = {
    ("offered", "accept"): "accepted",
    ("offered", "return"): "returned",
    ("offered", "transfer"): "HANDOFF_NOT_ACCEPTED",
    ("offered", "finish"): "HANDOFF_NOT_ACCEPTED",
    ("accepted", "accept"): "HANDOFF_ALREADY_ACCEPTED",
    ("accepted", "return"): "returned",
    ("accepted", "transfer"): "offered",
    ("accepted", "finish"): "done",
    **{("returned", command): "HANDOFF_ALREADY_RETURNED" for command in COMMANDS},
    **{("expired", command): "HANDOFF_NOT_OPEN" for command in COMMANDS},
    **{("done", command): "HANDOFF_ALREADY_DONE" for command in COMMANDS},
    **{("withdrawn", command): "HANDOFF_NOT_OPEN" for command in COMMANDS},
}


@pytest.mark.parametrize(("state", "command"), [(state, command) for state in TASKS for command in COMMANDS])
def test_each_command_in_each_state(state: str, command: str) -> None:
    """Every pair of state and command is either done, with exactly one holder after it, or refused with its code."""
    task, wanted = TASKS[state], ANSWERS[state, command]
    if wanted.isupper():
        with pytest.raises(Refusal) as refused:
            COMMANDS[command](task)
        assert refused.value.code == wanted
        return
    step = COMMANDS[command](task)
    assert step.handoff.state == wanted
    assert step.handoff.version == task.version + 1
    assert (step.handoff.holder is None) == (not step.handoff.open)
    assert [(note.kind, note.from_state, note.to_state) for note in step.notes] == [(command, state, wanted)]
    assert [said.version for said in step.said] == [step.handoff.version]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("state", TASKS)
def test_another_generation_or_department_is_refused_in_every_state(state: str, command: str) -> None:
    """An earlier offer, one never made, and somebody else's task: refused before anything else is looked at."""
    task = TASKS[state].model_copy(update={"generation": 2})
    for by, generation, code in (
        ("chengguan", 1, "HANDOFF_STALE_GENERATION"),
        ("chengguan", 3, "HANDOFF_UNKNOWN_GENERATION"),
        ("gongan", 2, "HANDOFF_NOT_HOLDER"),
        ("gongan", 1, "HANDOFF_STALE_GENERATION"),
    ):
        with pytest.raises(Refusal) as refused:
            COMMANDS[command](task, by=by, generation=generation)
        assert refused.value.code == code
        assert "{" not in refused.value.text("zh_CN") + refused.value.text("en")


@pytest.mark.parametrize("command", COMMANDS)
def test_the_same_command_twice_is_refused(command: str) -> None:
    """The first time it is done, the second time refused: no answer is taken twice."""
    task = a_handoff() if command in ("accept", "return") else TASKS["accepted"]
    after = COMMANDS[command](task).handoff
    with pytest.raises(Refusal):
        COMMANDS[command](after)


@pytest.mark.parametrize(
    ("command", "more", "code"),
    [
        (give_back, {"reason": " "}, "HANDOFF_NO_REASON"),
        (give_back, {"proposed": "chengguan"}, "HANDOFF_TO_ITSELF"),
        (pass_on, {"reason": ""}, "HANDOFF_NO_REASON"),
        (pass_on, {"to": "chengguan"}, "HANDOFF_TO_ITSELF"),
        (finish, {"result": "\n"}, "HANDOFF_NO_RESULT"),
    ],
)
def test_an_answer_says_what_it_must(command: Any, more: dict[str, Any], code: str) -> None:
    """Reason, another department, result: each is required."""
    with pytest.raises(Refusal) as refused:
        command(TASKS["accepted"], **more)
    assert refused.value.code == code


@pytest.mark.parametrize("command", [give_back, pass_on])
def test_a_designated_task_cannot_be_got_rid_of(command: Any) -> None:
    """Neither returned nor passed on; accepting and finishing it is possible."""
    task = TASKS["accepted"].model_copy(update={"designated": True})
    with pytest.raises(Refusal) as refused:
        command(task)
    assert refused.value.code == "HANDOFF_CANNOT_RETURN"
    assert finish(task).handoff.state == "done"


def test_the_offerer_holds_until_somebody_accepts() -> None:
    """Offered: the offerer; accepted: the department; returned: the offerer again; done: nobody."""
    assert [TASKS[state].holder for state in ("offered", "accepted", "returned", "done")] == [
        "desk:intake",
        "dept:chengguan",
        "desk:intake",
        None,
    ]


def test_who_passes_on_holds_until_the_next_accepts() -> None:
    """A transfer is a new offer by the department itself: new generation, same clock, and no more say in it."""
    task = TASKS["accepted"]
    after = pass_on(task).handoff
    assert (after.holder, after.dept, after.generation) == ("dept:chengguan", "shichang", 2)
    assert after.due_at == task.due_at
    with pytest.raises(Refusal) as refused:
        finish(after, generation=2)
    assert refused.value.code == "HANDOFF_PASSED_ON"
    assert accept(after, by="shichang", generation=2).handoff.holder == "dept:shichang"


def test_both_clocks_are_kept() -> None:
    """The department's own time and the mesh's stand side by side; without its own, the mesh's serves for both."""
    step = accept(a_handoff(), answered_at=AT + timedelta(minutes=3))
    assert (step.handoff.answered_at, step.handoff.answer_received_at) == (AT + timedelta(minutes=3), LATER)
    assert accept(a_handoff()).handoff.answered_at == LATER


def test_on_time_is_judged_by_the_clock_of_the_mesh() -> None:
    """A department that dates its answer back is late all the same; with no term there is nothing to be late for."""
    late = TASKS["accepted"].model_copy(update={"due_at": LATER - timedelta(seconds=1)})
    assert finish(late, answered_at=AT).handoff.on_time is False
    assert finish(TASKS["accepted"]).handoff.on_time is True
    assert finish(late.model_copy(update={"due_at": None})).handoff.on_time is None


def test_a_receipt_is_taken_once() -> None:
    """The first receipt is written down; a second, one for an older offer, or one after the end changes nothing."""
    step = answers.receipt(a_handoff(), generation=1, at=LATER)
    assert step is not None and step.handoff.received_at == LATER
    assert answers.receipt(step.handoff, generation=1, at=LATER) is None
    assert answers.receipt(a_handoff(generation=2), generation=1, at=LATER) is None
    assert answers.receipt(TASKS["done"], generation=1, at=LATER) is None


def test_a_returned_task_remembers_who_tried() -> None:
    """Who returned it, how often, and whom they proposed stands on the task."""
    task = TASKS["returned"]
    assert (task.returns, task.tried, task.proposed, task.reason) == (1, ("chengguan",), "shichang", "not_responsible")
