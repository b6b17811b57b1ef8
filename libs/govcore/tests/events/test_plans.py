"""Tasks that wait for others: asked in order, whatever the order is, and never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govcore.errors import Refusal
from govcore.events import Event, HandOff, Way, assert_one_holder, matter
from govcore.events.join import joined
from govcore.events.plan import Plan, check_order, circle_in
from govcore.events.routing import Decision, Facts, RoutingTable
from govcore.events.routing_rules import Rule, When
from govcore.testing import AT, a_matter, a_way, an_event

LEAD, OTHERS = "chengguan", ("gongan", "shichang", "zhujian")


@st.composite
def orders(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """For each assisting department some of those before it in a drawn order, the lead among them or not."""
    found: dict[str, tuple[str, ...]] = {}
    earlier: list[str] = [LEAD]
    for dept in draw(st.permutations(OTHERS)):
        found[dept] = tuple(draw(st.lists(st.sampled_from(earlier), unique=True)))
        earlier.append(dept)
    return {dept: before for dept, before in found.items() if before}


def at_triage() -> Event:
    return an_event(state="triage", holder="desk:triage", held_since=AT)


@given(after=orders(), data=st.data(), join=st.sampled_from(["all", "lead", "quorum:2"]))
@settings(max_examples=60, deadline=None)
def test_nobody_is_asked_before_its_time_and_nobody_is_forgotten(
    after: dict[str, tuple[str, ...]], data: st.DataObject, join: str
) -> None:
    """Whatever the order: a task is offered in the hop in which the last one before it ends; one holder throughout."""
    way = a_way(LEAD)
    changed = matter.triage(
        at_triage(), lead=LEAD, assists=OTHERS, reason="x", by="desk:triage", at=AT, way=way, after=after, join=join
    )
    assert changed.event is not None
    event, tasks, ended = changed.event, {one.dept: one for one in changed.handoffs}, set[str]()
    assert {one.dept for one in event.plans} == set(after) and set(tasks) == {LEAD, *OTHERS} - set(after)
    at = AT
    while event.phase == "departments":
        at += timedelta(minutes=1)
        task = data.draw(st.sampled_from([one for one in tasks.values() if one.open]))
        if task.role == "assist" and data.draw(st.booleans()):
            known = list(tasks.values())
            step = matter.withdraw(event, known, handoff_id=task.id, by="desk:triage", at=at, reason="x", way=way)
        else:
            taken = matter.accept(event, task, by=task.dept, generation=1, at=at)
            event = taken.event or event
            tasks[task.dept] = taken.handoffs[0]
            known = list(tasks.values())
            step = matter.finish(
                event, known, handoff_id=task.id, by=task.dept, generation=1, result="done", at=at, way=way
            )
        ended.add(task.dept)
        event = step.event or event
        for one in step.handoffs:
            assert one.dept in tasks or ended.issuperset(after[one.dept])
            tasks[one.dept] = one
        assert_one_holder(event, list(tasks.values()))
        waiting = {dept for dept, before in after.items() if not ended.issuperset(before)} - ended
        assert event.phase != "departments" or {one.dept for one in event.plans} == waiting
    assert event.plans == () and tasks[LEAD].phase == "done"
    if join == "all":
        assert set(tasks) == {LEAD, *OTHERS}


@pytest.mark.parametrize(
    ("after", "circle"),
    [
        ({}, ()),
        ({"a": ["b"], "b": ["c"]}, ()),
        ({"a": ["a"]}, ("a", "a")),
        ({"x": ["a"], "a": ["b", "c"], "c": ["a"]}, ("a", "c", "a")),
    ],
)
def test_a_circle_is_found_with_its_way(after: dict[str, list[str]], circle: tuple[str, ...]) -> None:
    """Who waits for whom until it comes back."""
    assert circle_in(after) == circle


@pytest.mark.parametrize(
    ("after", "code"),
    [
        ({"gongan": ["mars"]}, "EVENT_PLAN_UNKNOWN"),
        ({"mars": ["gongan"]}, "EVENT_PLAN_UNKNOWN"),
        ({LEAD: ["gongan"]}, "EVENT_PLAN_LEAD"),
        ({"gongan": ["shichang"], "shichang": ["gongan"]}, "EVENT_PLAN_CIRCLE"),
    ],
)
def test_an_order_that_cannot_be_is_refused(after: dict[str, list[str]], code: str) -> None:
    """Strangers, a lead that waits, a circle."""
    with pytest.raises(Refusal) as no:
        check_order(LEAD, ["gongan", "shichang"], after)
    assert no.value.code == code and no.value.field == "after"


def test_a_planned_task_counts_in_the_join_rule() -> None:
    """All means the planned ones too; a quorum counts those that are done."""
    tasks = [HandOff.model_validate(one) for one in _done(LEAD)]
    plan = Plan(id="H-9", dept="gongan", after=("H-0",), offerer="desk:triage")
    assert joined("all", tasks) and not joined("all", tasks, [plan])
    assert joined("lead", tasks, [plan]) and joined("quorum:1", tasks, [plan])
    assert not joined("quorum:2", tasks, [plan])


def test_rules_say_who_waits_and_when_it_is_done() -> None:
    """The rule that names a department first says whom it waits for, of those who are asked; the first join counts."""
    table = RoutingTable(
        [
            Rule(id="one", lead=LEAD, assist=("gongan",), after=(LEAD, "weijian"), join="lead"),
            Rule(id="two", assist=("gongan", "zhujian"), after=("gongan",), join="all"),
            Rule(id="other", when=When(classes=("9",)), assist=("weijian",)),
        ]
    )
    decision = table.decide(Facts(class_code="1"))
    assert dict(decision.after) == {"gongan": (LEAD,), "zhujian": ("gongan",)} and decision.join == "lead"


def test_the_rules_of_routing_plan_too() -> None:
    """A routed matter has its plans and its own join rule; a circle of rules lays it on the triage desk."""
    way = a_way(LEAD, ("gongan",))
    ordered = Decision(LEAD, ("gongan",), None, "4wh", ("r",), after=(("gongan", (LEAD,)),), join="quorum:2")
    routed = a_matter(_routing(way, ordered))
    assert routed.event is not None and routed.event.join == "quorum:2"
    assert [one.dept for one in routed.event.plans] == ["gongan"] and len(routed.handoffs) == 1
    circle = (("gongan", ("shichang",)), ("shichang", ("gongan",)))
    lost = a_matter(_routing(way, Decision(LEAD, ("gongan", "shichang"), None, None, ("r",), after=circle)))
    assert lost.event is not None and lost.event.holder == "desk:triage"
    assert [one.reason for one in lost.notes if one.kind == "no_rule"] == ["EVENT_PLAN_CIRCLE"]


def _routing(way: Way, decision: Decision) -> Way:
    return replace(way, route=lambda _event: decision)


def _done(*depts: str) -> list[dict[str, object]]:
    return [
        {
            "id": f"H-{number}",
            "event_id": "E-1",
            "role": "lead" if number == 0 else "assist",
            "dept": dept,
            "state": "done",
            "holder": None,
            "held_since": AT,
            "offerer": "desk:triage",
            "offered_at": AT,
        }
        for number, dept in enumerate(depts)
    ]
