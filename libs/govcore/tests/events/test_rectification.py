"""Verified by whom the pack names, rated by the reporter, put right after a bad grade, and asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from govcore.events import matter
from govcore.events.verify import STREET, Check
from govcore.testing.ended import DAY, Ended, closed, refused


@pytest.mark.parametrize(
    ("checks", "holder"),
    [
        ((), None),
        ((Check(1.0, classes=("104*",)),), "desk:verify"),
        ((Check(1.0, "dept:zhujian", channels=("hotline",)),), "dept:zhujian"),
        ((Check(1.0, STREET, severities=("general",)),), "street:34.08.81.103"),
        ((Check(0.0, classes=("104*",)), Check(1.0)), None),
        ((Check(1.0, classes=("105*",)), Check(1.0, channels=("app",)), Check(1.0, severities=("urgent",))), None),
        ((Check(1.0, "dept:chengguan"),), "desk:verify"),
    ],
)
def test_the_first_rule_that_holds_says_who_verifies(checks: tuple[Check, ...], holder: str | None) -> None:
    """By class, severity and channel: a desk, a department, the street, nobody; never who did the work itself."""
    case = Ended(checks=checks)
    changed = case.work()
    assert (case.event.holder, case.event.state) == (holder, "verifying" if holder else "closed")
    if holder == "dept:zhujian":
        (told,) = [said for said in changed.said if said.payload.type == "event.handled.v1"]
        assert told.to == ("zhujian",)


@pytest.mark.parametrize("by", ["desk:verify", "desk:triage", "dept:gongan", "王核查", "reporter"])
def test_only_the_named_department_verifies(by: str) -> None:
    """A desk, another department, a person at a desk, the reporter: each refused; the department itself may."""
    case = Ended(verify_share=1.0, verify_by="dept:zhujian")
    case.work()
    refused("LIFECYCLE_NOT_YOURS", case.verify, by)
    case.verify("dept:zhujian")
    assert case.event.state == "closed"


def test_a_desk_named_by_the_pack_verifies_with_its_people() -> None:
    """The desk, and a person who sits there; not the desk that usually does it."""
    case = Ended(verify_share=1.0, verify_by="desk:street_office")
    case.work()
    refused("LIFECYCLE_NOT_YOURS", case.verify, "desk:verify")
    case.verify("王核查")
    assert case.event.state == "closed"


def test_the_street_verifies_what_lies_there() -> None:
    """The street named on the matter may; another one may not."""
    case = Ended(verify_share=1.0, verify_by=STREET)
    case.work()
    refused("LIFECYCLE_NOT_YOURS", case.verify, "street:34.08.81.104")
    case.verify("street:34.08.81.103", ok=False)
    assert (case.event.state, case.event.reworks) == ("assigned", 1)


@pytest.mark.parametrize(
    ("by", "holder"),
    [
        ("post", "post:post-1"),
        ("post:p-9", "post:p-9"),
        ("leader:village", "post:chief-village"),
        ("leader", "post:chief-near"),
        ("leader:city", "desk:verify"),
    ],
)
def test_a_post_verifies_whoever_fills_it(by: str, holder: str) -> None:
    """The post on duty in the grid, a named one, the village's chief; the desk where nobody is named."""
    case = Ended(verify_share=1.0, verify_by=by)

    def leader(_dept: str | None, _place: str, level: str | None, _at: Any) -> str | None:
        return {None: "chief-near", "village": "chief-village"}.get(level)

    case.way = replace(case.way, leader=leader)
    case.event = case.event.model_copy(update={"duty_post": "post-1"})
    case.work()
    assert case.event.holder == holder
    for other in ("post:other", "dept:gongan", "reporter"):
        refused("LIFECYCLE_NOT_YOURS", case.verify, other)
    case.verify(holder, ok=False)
    assert (case.event.state, case.event.reworks) == ("assigned", 1)


def test_the_desk_verifies_where_nobody_is_on_duty() -> None:
    """No grid, no post: the matter is not left with nobody."""
    case = Ended(verify_share=1.0, verify_by="post")
    case.event = case.event.model_copy(update={"duty_post": None})
    case.work()
    assert case.event.holder == "desk:verify"


def test_a_department_late_with_verifying_is_ordered() -> None:
    """The order reaches it; nothing is ordered before its term."""
    case = Ended(verify_share=1.0, verify_by="dept:zhujian")
    case.work()
    said: dict[str, Any] = {"generation": 0, "way": case.way}
    assert not matter.woken("verify", case.event, None, at=case.now, **said).said
    (order,) = matter.woken("verify", case.event, None, at=case.now + DAY, **said).said
    assert (order.payload.type, order.to, order.payload.to) == ("order.issued.v1", ("zhujian",), "dept:zhujian")  # type: ignore[attr-defined]


def test_too_many_reworks_are_told() -> None:
    """From the pack's number on the supervising department hears of each; counted on the matter."""
    case = Ended(verify_share=1.0, most_reworks=2)
    for number, told in ((1, []), (2, [("gongan",)]), (3, [("gongan",)])):
        case.work()
        changed = case.verify("desk:verify", ok=False)
        assert case.event.reworks == number
        assert [said.to for said in changed.said if said.payload.type == "handoff.stalled.v1"] == told


@pytest.mark.parametrize("grade", [1, 2])
def test_a_bad_grade_is_put_right_and_the_reporter_asked_again(grade: int) -> None:
    """The lead's task again, its own term; done, a call; the second grade stands beside the first."""
    case = closed()
    before = case.event
    case.rate(grade)
    task = case.tasks["chengguan"]
    assert (task.state, task.generation, task.reason) == ("offered", 2, "EVENT_RATED_BAD")
    assert task.due_at == case.now + timedelta(days=15)
    assert (case.event.state, case.event.rectifying, case.event.rectifications) == ("rated", task.id, 1)
    assert (case.event.closed_at, case.event.due_at, case.event.on_time) == (before.closed_at, before.due_at, True)
    assert not case.visits
    case.now += DAY
    case.work()
    visit = case.one()
    assert (case.event.rectifying, visit.kind, visit.state, visit.holder) == (None, "call", "open", "desk:visit")
    assert visit.due_at == case.now + 2 * DAY
    changed = case.make(visit, grade=4, found="已清运，回访电话13800000000")
    assert case.one().outcome == "satisfied" and "13800000000" not in case.one().found
    assert "13800000000" not in str(changed.said)
    assert (case.event.grade, case.event.final_grade) == (grade, 4)
    assert [(one.grade, one.how) for one in case.event.grades] == [(grade, "rating"), (4, "call")]


def test_a_second_bad_grade_is_the_supervisors() -> None:
    """No second round by itself: the supervising department is told, and the reporter may still object."""
    case = closed()
    case.rate(1)
    case.work()
    (done,) = case.make(case.one(), grade=2).said
    assert (case.one().outcome, done.to, case.event.rectifying) == ("dissatisfied", ("gongan",), None)
    case.reopen()
    assert (case.event.state, case.event.grade, case.event.final_grade) == ("assigned", None, None)
    assert [one.grade for one in case.event.grades] == [1, 2]


def test_a_good_grade_brings_nothing() -> None:
    """Neither a task nor a call; and where the pack has none, a bad one neither."""
    for grade, rules in ((3, {}), (1, {"rectify": None, "call": None})):
        case = closed(**rules)
        case.rate(grade)
        assert (case.event.handoffs_open, case.visits, case.event.rectifications) == (0, {}, 0)


def test_without_a_lead_the_reporter_is_called_at_once() -> None:
    """A matter of the past has nobody to put it right."""
    case = closed()
    case.tasks = {}
    case.event = case.event.model_copy(update={"handoffs_total": 0, "handoffs_done": 0})
    case.rate(2)
    assert case.one().state == "open" and case.event.rectifying is None


def test_only_the_reporter_rates_and_in_time() -> None:
    """A desk, a department: refused; after the pack's days too."""
    case = closed()
    for by in ("desk:triage", "dept:chengguan", "somebody"):
        refused("LIFECYCLE_NOT_YOURS", case.rate, 5, by=by)
    case.now += timedelta(days=8)
    refused("EVENT_RATE_TOO_LATE", case.rate, 5)


@pytest.mark.parametrize(("taken", "state"), [(False, "assigned"), (True, "handling")])
def test_an_objection_while_it_is_put_right_goes_on_with_that_task(taken: bool, state: str) -> None:
    """No second offer to the lead: the task is the matter's; done, it closes and nobody is called."""
    case = closed()
    case.rate(1)
    task = case.tasks["chengguan"]
    if taken:
        case.keep(matter.accept(case.event, task, by="chengguan", generation=2, at=case.now))
    case.reopen()
    assert (case.event.state, case.event.rectifying, case.event.due_at) == (state, None, task.due_at)
    assert case.tasks["chengguan"].generation == 2
    case.work()
    assert case.event.state == "closed" and not case.visits
