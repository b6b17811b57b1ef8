"""Operations decided: who may call whom, what a unit may say when, how each kind ends, what is counted of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcore import joint
from govcore.errors import Refusal
from govcore.joint import OPERATION, PART, ROLES, JointRules, Operation, Rating, Terms
from govcore.messages import OperationCalled, OperationConcluded, OrderIssued
from govcore.testing import AT, a_handoff, a_way, an_event

STREET, HERE = "street:340881103", "34.08.81.103"
RULES = JointRules(
    terms=dict.fromkeys(("joint", "whistle", "task_force", "consultation"), Terms("2wh", "3d")),
    muster="1uh",
    streets={"340881103": HERE, "340881104": "34.08.81.104"},
)
WAY = a_way()


def whistle(**changes: Any) -> Operation:
    """A street has called two units about a matter of its own."""
    said: dict[str, Any] = {"by": STREET, "departments": ["chengguan", "gongan"], "why": "久拖未决"}
    event = an_event(state="handling", holder=None, place=HERE + ".004")
    decided = joint.call("whistle", [event], **{**said, **changes}, at=AT, way=WAY, rules=RULES)
    assert decided.operation is not None
    return decided.operation


def rated(operation: Operation, *grades: tuple[str, int], by: str = STREET) -> joint.Decided:
    ratings = [Rating(dept=dept, grade=grade) for dept, grade in grades]
    return joint.conclude(operation, by=by, at=AT, way=WAY, ratings=ratings)


def test_a_street_whistles_for_its_own_matters_only() -> None:
    """Another street's matter, a code that is no street, a desk: each is told why."""
    assert whistle().caller == STREET
    for by, code in (
        ("street:340881104", "JOINT_OTHER_PLACE"),
        ("street:110101001", "JOINT_CALL_NOT_YOURS"),
        ("desk:triage", "JOINT_CALL_NOT_YOURS"),
        ("dept:gongan", "JOINT_CALL_NOT_YOURS"),
    ):
        with pytest.raises(Refusal) as no:
            whistle(by=by)
        assert no.value.code == code


def test_the_call_goes_to_every_unit_named_once() -> None:
    """Each is told straight, with the term of the pack; the promises of answering and of ending are made."""
    event = an_event(state="handling", holder=None, place=HERE)
    decided = joint.call(
        "whistle",
        [event],
        by=STREET,
        departments=["gongan", "chengguan", "gongan"],
        why="x",
        at=AT,
        way=WAY,
        rules=RULES,
    )
    (said,) = decided.said
    assert isinstance(said.payload, OperationCalled) and said.to == ("gongan", "chengguan")
    assert said.payload.answer_due_at == AT + timedelta(hours=2)
    assert [one.kind for one in decided.promises] == ["joint.answer", "joint.conclude"]


@pytest.mark.parametrize(
    "grades",
    [
        (),
        (("chengguan", 5),),
        (("chengguan", 5), ("gongan", 4), ("shichang", 3)),
        (("chengguan", 5), ("gongan", 4), ("gongan", 1)),
    ],
)
def test_a_whistle_ends_with_one_grade_for_each_unit(grades: tuple[tuple[str, int], ...]) -> None:
    """None, one short, a stranger, one twice: refused."""
    with pytest.raises(Refusal) as no:
        rated(whistle(), *grades)
    assert no.value.code == "JOINT_RATE_EACH" and no.value.field == "ratings"


def test_the_grades_are_kept_and_said() -> None:
    """Of the units; the message carries them, the ledger counts them."""
    decided = rated(whistle(), ("chengguan", 5), ("gongan", 2))
    assert decided.operation is not None and not decided.operation.open
    payload = decided.said[0].payload
    assert isinstance(payload, OperationConcluded) and payload.ratings == {"chengguan": 5, "gongan": 2}
    units = joint.counted([decided.operation, decided.operation.model_copy(update={"state": "cancelled"})])
    assert units["gongan"].mean == 2 and units["gongan"].silent == 1 and units["gongan"].called == 1
    assert joint.counted([whistle()])["gongan"].mean is None


def test_nobody_else_ends_it() -> None:
    """Another street, the desk: not theirs."""
    for by in ("street:340881104", "desk:triage"):
        with pytest.raises(Refusal) as no:
            rated(whistle(), ("chengguan", 5), ("gongan", 2), by=by)
        assert no.value.code == "JOINT_END_NOT_YOURS"


def test_each_order_to_a_silent_unit_stands_a_rung_higher() -> None:
    """The pack's ladder, rung by rung, and its last rung makes no further promise."""
    operation, kinds = whistle(), []
    for _ in range(len(WAY.rules.ladder)):
        decided = joint.woken("joint.answer", operation, event=None, task=None, at=AT, way=WAY, rules=RULES)
        assert decided.operation is not None
        operation = decided.operation
        orders = [said.payload for said in decided.said if isinstance(said.payload, OrderIssued)]
        assert {one.dept for one in orders} == {"chengguan", "gongan"}
        kinds.append(orders[0].kind)
    assert kinds == [rung.kind for rung in WAY.rules.ladder] and decided.promises == ()


def test_a_consultation_whose_task_moved_on_ends_by_itself() -> None:
    """Withdrawn or held by somebody: nothing is left to decide when its term is over."""
    back = a_handoff(state="returned", tried=("chengguan", "gongan"), proposed="gongan", returns=3)
    event = an_event(state="assigned", holder=None)
    decided = joint.forced(event, back, at=AT, way=WAY, rules=RULES)
    assert decided.operation is not None and decided.operation.departments == ("chengguan", "gongan")
    assert joint.must_consult(back, [], way=WAY)
    assert not joint.must_consult(back, [decided.operation], way=WAY)
    gone = back.model_copy(update={"state": "withdrawn", "holder": None})
    moot = joint.woken("joint.conclude", decided.operation, event=event, task=gone, at=AT, way=WAY, rules=RULES)
    assert moot.operation is not None and (moot.operation.state, moot.operation.outcome) == ("cancelled", "JOINT_MOOT")


ACTS = st.lists(
    st.tuples(st.sampled_from(["come", "decline", "arrive", "lapse"]), st.sampled_from(["chengguan", "gongan", "x"])),
    max_size=12,
)


@given(acts=ACTS)
def test_whatever_comes_late_or_twice_a_part_moves_only_along_its_table(acts: list[tuple[str, str]]) -> None:
    """Each act moves one part along a line of the table, one version on, or is refused and moves nothing."""
    operation = whistle()
    for act, dept in acts:
        part = operation.part(dept)
        try:
            if act == "lapse":
                after = joint.woken(
                    "joint.answer", operation, event=None, task=None, at=AT, way=WAY, rules=RULES
                ).operation
                operation = after or operation
                continue
            if act == "arrive":
                decided = joint.arrive(operation, by=dept, where="东门", point=None, at=AT)
            else:
                decided = joint.answer(operation, by=dept, coming=act == "come", reason="x", at=AT)
        except Refusal as no:
            expected = "JOINT_NOT_YOURS" if part is None else "JOINT_ALREADY_ANSWERED"
            assert no.code == expected and (part is None or not PART.allows(part.state, act))
            continue
        assert part is not None and decided.operation is not None
        now = decided.operation.part(dept)
        assert now is not None and now.state == PART.step(part.state, act)
        assert decided.operation.version == operation.version + 1
        operation = decided.operation
    assert all(part.state in PART.states for part in operation.parts)


def test_every_state_is_reached_and_every_role_is_somebodys() -> None:
    """Both tables: no state nobody comes to, no role that nobody holds."""
    for table in (OPERATION, PART):
        reached, before = {""}, set[str]()
        while reached != before:
            before = set(reached)
            reached |= {line.next for line in table.transitions if line.state in reached}
        assert reached - {""} == table.states
        assert {role for line in table.transitions for role in line.roles} <= set(ROLES)
