"""A matter ends: join rules, verification, rework, rating, reopening."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from govcore.errors import Refusal
from govcore.events import Changed, Event, HandOff, Way, assert_one_holder, matter
from govcore.messages import EventClosed, EventRated, HandOffWithdrawn
from govcore.testing import AT, a_matter, a_way

LATER = AT + timedelta(hours=1)
THREE = ("gongan", "shichang")


class Joint:
    """A joint operation: lead chengguan, assisted by gongan and shichang."""

    def __init__(self, assists: tuple[str, ...] = THREE, **rules: object) -> None:
        self.way: Way = a_way("chengguan", assists, **rules)
        routed = a_matter(self.way, join=rules.get("join", "all"))
        assert routed.event is not None
        self.event: Event = routed.event
        self.tasks: dict[str, HandOff] = {one.dept: one for one in routed.handoffs}

    def keep(self, changed: Changed) -> Changed:
        self.event = changed.event or self.event
        self.tasks.update({one.dept: one for one in changed.handoffs})
        assert_one_holder(self.event, list(self.tasks.values()))
        return changed

    def accept(self, *depts: str) -> None:
        for dept in depts:
            task = self.tasks[dept]
            self.keep(matter.accept(self.event, task, by=dept, generation=task.generation, at=LATER))

    def finish(self, dept: str, at: datetime = LATER) -> Changed:
        task = self.tasks[dept]
        return self.keep(
            matter.finish(
                self.event,
                list(self.tasks.values()),
                handoff_id=task.id,
                by=dept,
                generation=task.generation,
                result=f"{dept} done",
                at=at,
                way=self.way,
            )
        )

    def withdraw(self, dept: str) -> Changed:
        tasks, id = list(self.tasks.values()), self.tasks[dept].id
        return self.keep(
            matter.withdraw(
                self.event, tasks, handoff_id=id, by="desk:triage", at=LATER, reason="不再需要", way=self.way
            )
        )

    def verify(self, ok: bool, reason: str = "") -> Changed:
        tasks = list(self.tasks.values())
        return self.keep(
            matter.verify(self.event, tasks, ok=ok, by="desk:verify", at=LATER, way=self.way, reason=reason)
        )

    def reopen(self, at: datetime = LATER, reason: str = "又堆上了") -> Changed:
        tasks = list(self.tasks.values())
        return self.keep(matter.reopen(self.event, tasks, by="reporter", at=at, reason=reason, way=self.way))

    @property
    def every(self) -> list[HandOff]:
        return list(self.tasks.values())

    def states(self) -> dict[str, str]:
        return {dept: task.state for dept, task in self.tasks.items()}


def _closed(changed: Changed) -> EventClosed:
    (said,) = [said.payload for said in changed.said if isinstance(said.payload, EventClosed)]
    return said


def test_all_means_all() -> None:
    """The event is handled when the last of the departments is done, and not before."""
    joint = Joint()
    joint.accept("chengguan", *THREE)
    for dept in ("chengguan", "gongan"):
        joint.finish(dept)
        assert joint.event.state == "handling"
    closed = _closed(joint.finish("shichang"))
    assert joint.event.state == "closed" and joint.event.result == "chengguan done"
    assert (closed.on_time, closed.handoffs, closed.still_open, closed.lead) == (True, 3, 0, "chengguan")
    assert (closed.grid, closed.duty_post, closed.duty_person) == ("340881103004001", "post-340881103004001", "W-0001")


def test_the_lead_alone_ends_it_but_never_a_live_sibling() -> None:
    """Tasks nobody accepted are withdrawn, each told; an accepted one lives on, held, counted, and can be finished."""
    joint = Joint(join="lead")
    joint.accept("chengguan", "gongan")
    changed = joint.finish("chengguan")
    assert joint.event.state == "closed"
    assert joint.states() == {"chengguan": "done", "gongan": "accepted", "shichang": "withdrawn"}
    assert [said.to for said in changed.said if isinstance(said.payload, HandOffWithdrawn)] == [("shichang",)]
    assert _closed(changed).still_open == 1
    after = joint.finish("gongan")
    assert joint.event.state == "closed" and joint.event.handoffs_open == 0
    assert [said.payload.type for said in after.said] == ["handoff.done.v1"]


def test_a_quorum_needs_its_number_and_the_lead() -> None:
    """Two of three, the lead among them."""
    joint = Joint(join="quorum:2")
    joint.accept("chengguan", *THREE)
    joint.finish("gongan")
    joint.finish("shichang")
    assert joint.event.state == "handling"
    joint.finish("chengguan")
    assert joint.event.state == "closed"


def test_a_withdrawn_assist_is_not_waited_for() -> None:
    """With the last open assist withdrawn the matter is handled; the lead's task cannot be withdrawn."""
    joint = Joint(("gongan",))
    joint.accept("chengguan")
    joint.finish("chengguan")
    with pytest.raises(Refusal) as refused:
        joint.withdraw("chengguan")
    assert refused.value.code == "HANDOFF_LEAD_STAYS"
    joint.withdraw("gongan")
    assert joint.event.state == "closed"


def test_an_unknown_task_is_refused() -> None:
    """Another event's task, or none."""
    joint = Joint()
    with pytest.raises(Refusal) as refused:
        matter.finish(joint.event, [], handoff_id="H-9", by="gongan", generation=1, result="x", at=LATER, way=joint.way)
    assert refused.value.code == "HANDOFF_UNKNOWN"


def test_a_sampled_event_is_verified_first() -> None:
    """The verifying desk holds it with a term, and its yes closes it; late closing is late though the work was not."""
    joint = Joint((), verify_share=1.0)
    joint.accept("chengguan")
    handled = joint.finish("chengguan")
    assert (joint.event.state, joint.event.holder) == ("verifying", "desk:verify")
    assert [(one.kind, one.at) for one in handled.promises] == [("verify", LATER + timedelta(days=1))]
    assert [note.to_state for note in handled.notes] == ["done", "handled", "verifying"]
    late = matter.woken("verify", joint.event, None, generation=0, at=handled.promises[0].at, way=joint.way)
    assert late.said[0].payload.type == "order.issued.v1"
    assert _closed(joint.verify(True)).on_time is True


def test_what_was_not_handled_is_put_right_by_the_lead() -> None:
    """A new generation for the same department, counted, the matter's own term unmoved, a reason required."""
    joint = Joint((), verify_share=1.0)
    due = joint.event.due_at
    joint.accept("chengguan")
    joint.finish("chengguan")
    with pytest.raises(Refusal) as refused:
        joint.verify(False)
    assert refused.value.code == "EVENT_NO_REASON"
    joint.verify(False, "现场仍有垃圾")
    task = joint.tasks["chengguan"]
    event = joint.event
    assert (event.state, event.reworks, event.due_at, event.holder) == ("assigned", 1, due, None)
    assert (task.state, task.generation, task.holder, task.done_at) == ("offered", 2, "desk:verify", None)
    assert task.due_at == LATER + timedelta(hours=2)
    joint.accept("chengguan")
    joint.finish("chengguan")
    assert _closed(joint.verify(True)).reworks == 1
    with pytest.raises(Refusal) as refused:
        joint.verify(True)
    assert refused.value.code == "EVENT_NOT_ALLOWED"


def test_a_resident_rates_once() -> None:
    """Five grades, after closing, with the facts of the closing; then never again."""
    joint = Joint(())
    with pytest.raises(Refusal) as refused:
        matter.rate(joint.event, joint.every, grade=5, at=LATER, way=joint.way)
    assert refused.value.code == "EVENT_NOT_ALLOWED"
    joint.accept("chengguan")
    joint.finish("chengguan")
    for grade in (0, 6, -1, True):
        with pytest.raises(Refusal) as refused:
            matter.rate(joint.event, joint.every, grade=grade, at=LATER, way=joint.way)
        assert refused.value.code == "EVENT_BAD_GRADE"
    rated = joint.keep(matter.rate(joint.event, joint.every, grade=4, at=LATER, way=joint.way)).said[0].payload
    assert isinstance(rated, EventRated) and (rated.grade, rated.on_time, rated.lead) == (4, True, "chengguan")
    with pytest.raises(Refusal) as refused:
        matter.rate(joint.event, joint.every, grade=5, at=LATER, way=joint.way)
    assert refused.value.code == "EVENT_ALREADY_RATED"


def test_an_objection_within_the_window_opens_it_again() -> None:
    """To the lead, with a fresh term; the second closing is counted as such; too late is too late."""
    joint = Joint(())
    joint.accept("chengguan")
    joint.finish("chengguan")
    joint.keep(matter.rate(joint.event, joint.every, grade=1, at=LATER, way=joint.way))
    joint.reopen()
    event = joint.event
    assert (event.state, event.grade, event.closed_at, event.reopens) == ("assigned", None, None, 1)
    joint.accept("chengguan")
    assert _closed(joint.finish("chengguan")).closing == 2
    with pytest.raises(Refusal) as refused:
        joint.reopen(at=LATER + timedelta(days=7, seconds=1))
    assert refused.value.code == "EVENT_REOPEN_TOO_LATE"
    with pytest.raises(Refusal) as refused:
        joint.reopen(reason="")
    assert refused.value.code == "EVENT_NO_REASON"


def test_a_past_matter_is_opened_again_at_the_triage_desk() -> None:
    """It has no tasks of ours, so a person must say whose it is."""
    joint = Joint(())
    past = joint.event.model_copy(update={"state": "closed", "closed_at": AT, "handoffs_open": 0, "handoffs_total": 0})
    changed = matter.reopen(past, [], by="reporter", at=LATER, reason="not fixed", way=joint.way)
    assert changed.event is not None and (changed.event.state, changed.event.holder) == ("triage", "desk:triage")
    assert [one.kind for one in changed.promises] == ["triage"]
    assert_one_holder(changed.event, [])


def test_a_task_finished_late_closes_late() -> None:
    """On time means closed by the matter's own term."""
    joint = Joint(())
    joint.accept("chengguan")
    assert _closed(joint.finish("chengguan", at=AT + timedelta(hours=4, seconds=1))).on_time is False
