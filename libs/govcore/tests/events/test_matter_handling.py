"""Departments answer, or do not: who holds the task after each turn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from govcore.errors import Refusal
from govcore.events import Changed, Event, HandOff, Way, assert_one_holder, matter
from govcore.messages import HandOffOffered, OrderIssued
from govcore.testing import AT, a_matter, a_way

LATER = AT + timedelta(minutes=10)


class Case:
    """A matter with its tasks, kept up to date; every turn is checked for one holder."""

    def __init__(self, way: Way | None = None) -> None:
        self.way = way or a_way()
        routed = a_matter(self.way)
        assert routed.event is not None
        self.event: Event = routed.event
        self.tasks = {one.id: one for one in routed.handoffs}

    @property
    def task(self) -> HandOff:
        return next(iter(self.tasks.values()))

    def keep(self, changed: Changed) -> Changed:
        self.event = changed.event or self.event
        self.tasks.update({one.id: one for one in changed.handoffs})
        assert_one_holder(self.event, list(self.tasks.values()))
        return changed

    def accept(self, by: str) -> Changed:
        return self.keep(matter.accept(self.event, self.task, by=by, generation=self.task.generation, at=LATER))

    def give_back(self, by: str, proposed: str) -> Changed:
        said: dict[str, Any] = {"by": by, "reason": "not_ours", "proposed": proposed, **self.now(LATER)}
        return self.keep(matter.return_(self.event, self.task, **said))

    def pass_on(self, by: str, to: str) -> Changed:
        said: dict[str, Any] = {"by": by, "to": to, "reason": "现场核实", **self.now(LATER)}
        return self.keep(matter.transfer(self.event, self.task, **said))

    def expire(self) -> Changed:
        return self.wake("accept", self.task.accept_due_at or AT)

    def designate(self, dept: str) -> Changed:
        said: dict[str, Any] = {"dept": dept, "by": "desk:triage", "reason": "会商", "at": LATER, "way": self.way}
        return self.keep(matter.designate(self.event, self.task, **said))

    def wake(self, kind: str, at: datetime, generation: int | None = None) -> Changed:
        return self.keep(matter.woken(kind, self.event, self.task, **self.now(at, generation)))

    def now(self, at: datetime, generation: int | None = None) -> dict[str, Any]:
        return {"generation": generation or self.task.generation, "at": at, "way": self.way}

    def seen(self) -> tuple[str, str, str | None, int]:
        return self.task.state, self.task.dept, self.task.holder, self.task.generation


def _types(changed: Changed) -> list[str]:
    return [said.payload.type for said in changed.said]


def test_with_the_first_acceptance_the_matter_is_being_handled() -> None:
    """The second acceptance changes only its own task."""
    case = Case(a_way("chengguan", ("gongan",)))
    first, second = case.tasks.values()
    changed = case.accept("chengguan")
    assert case.event.state == "handling" and changed.event is not None
    assert _types(changed) == ["handoff.accepted.v1"]
    assert changed.said[0].to == ("chengguan",)
    again = case.keep(matter.accept(case.event, second, by="gongan", generation=1, at=LATER))
    assert again.event is None and [one.id for one in again.handoffs] == [second.id]
    assert first.id != second.id


def test_a_returned_task_is_offered_to_the_proposed_owner() -> None:
    """A new generation, with the reason; meanwhile the offerer holds it, and the lead of the matter is who is asked."""
    case = Case()
    changed = case.give_back("chengguan", "shichang")
    assert case.seen() == ("offered", "shichang", "desk:intake", 2)
    assert case.event.lead == "shichang"
    assert _types(changed) == ["handoff.returned.v1", "handoff.offered.v1"]
    offer = changed.said[1]
    assert isinstance(offer.payload, HandOffOffered)
    assert (offer.to, offer.payload.reason, offer.payload.lead) == (("shichang",), "not_ours", "shichang")
    assert [said.version for said in changed.said] == [2, 3] and case.task.version == 3
    assert {one.generation for one in changed.promises} == {2}


def test_a_task_returned_to_one_that_returned_it_goes_to_the_triage_desk() -> None:
    """Nobody is asked twice by a rule: the desk decides, with its own term."""
    case = Case()
    case.give_back("chengguan", "shichang")
    changed = case.give_back("shichang", "chengguan")
    assert case.seen() == ("returned", "shichang", "desk:triage", 2)
    assert [one.kind for one in changed.promises] == ["triage"]


def test_an_unknown_department_in_a_return_or_transfer_is_refused() -> None:
    """The pack has no such department: a code with the field, and nothing has changed."""
    case = Case()
    with pytest.raises(Refusal) as refused:
        case.give_back("chengguan", "nobody")
    assert (refused.value.code, refused.value.field) == ("HANDOFF_UNKNOWN_DEPARTMENT", "proposed")
    case.accept("chengguan")
    with pytest.raises(Refusal) as refused:
        case.pass_on("chengguan", "nobody")
    assert (refused.value.code, refused.value.field) == ("HANDOFF_UNKNOWN_DEPARTMENT", "to")
    assert case.seen() == ("accepted", "chengguan", "dept:chengguan", 1)


def test_a_transfer_is_said_to_both() -> None:
    """Who passes on hears that it still holds it, who is asked gets the offer; the term runs on."""
    case = Case()
    due = case.task.due_at
    case.accept("chengguan")
    changed = case.pass_on("chengguan", "shichang")
    assert case.seen() == ("offered", "shichang", "dept:chengguan", 2)
    assert [(said.payload.type, said.to) for said in changed.said] == [
        ("handoff.transferred.v1", ("chengguan",)),
        ("handoff.offered.v1", ("shichang",)),
    ]
    assert case.task.due_at == due
    case.accept("shichang")
    assert case.seen() == ("accepted", "shichang", "dept:shichang", 2)


def test_what_a_department_passed_on_and_gets_back_it_holds_again() -> None:
    """The one asked returns it to whoever passed it on: a new generation, nobody asked in between."""
    case = Case()
    case.accept("chengguan")
    case.pass_on("chengguan", "shichang")
    case.tasks[case.task.id] = case.task.model_copy(update={"tried": ("gongan",)})
    changed = case.give_back("shichang", "gongan")
    assert case.seen() == ("accepted", "chengguan", "dept:chengguan", 3)
    assert _types(changed) == ["handoff.returned.v1", "handoff.regained.v1"]
    assert changed.said[1].to == ("chengguan",)
    assert case.event.lead == "chengguan"
    case.way = a_way(max_returns=9)
    case.give_back("chengguan", "zhujian")
    assert case.seen() == ("offered", "zhujian", "desk:triage", 4)


def test_silence_is_asked_again_once_and_then_falls_to_the_triage_desk() -> None:
    """Two orders on two rungs go to the silent department; the second time the desk has the task."""
    case = Case()
    first = case.expire()
    assert case.seen() == ("offered", "chengguan", "desk:intake", 2)
    assert _types(first) == ["handoff.expired.v1", "handoff.offered.v1", "order.issued.v1"]
    second = case.expire()
    assert case.seen() == ("expired", "chengguan", "desk:triage", 2)
    orders = [said.payload for said in (*first.said, *second.said) if isinstance(said.payload, OrderIssued)]
    assert [(one.kind, one.number, one.to) for one in orders] == [
        ("reminder", 1, "dept:chengguan"),
        ("supervision", 2, "dept:chengguan"),
    ]
    assert [one.kind for one in second.promises] == ["triage"]


def test_silence_after_a_transfer_falls_back_to_who_passed_it_on() -> None:
    """It never stopped answering for it."""
    case = Case(a_way(reoffers=0))
    case.accept("chengguan")
    case.pass_on("chengguan", "shichang")
    case.expire()
    assert case.seen() == ("accepted", "chengguan", "dept:chengguan", 3)


def test_an_answered_offer_does_not_expire() -> None:
    """The timer of an accepted or newer offer changes nothing."""
    case = Case()
    case.accept("chengguan")
    assert not case.wake("accept", LATER)
    case.pass_on("chengguan", "shichang")
    assert not case.wake("accept", LATER, generation=1)


def test_a_designated_department_has_to_take_it() -> None:
    """From the desk, from a return or over an open offer; it is told, and cannot return it."""
    case = Case()
    case.give_back("chengguan", "shichang")
    case.give_back("shichang", "chengguan")
    changed = case.designate("chengguan")
    assert case.seen() == ("offered", "chengguan", "desk:triage", 3)
    assert _types(changed) == ["handoff.designated.v1", "handoff.offered.v1"]
    with pytest.raises(Refusal) as refused:
        case.give_back("chengguan", "gongan")
    assert refused.value.code == "HANDOFF_CANNOT_RETURN"
    case.accept("chengguan")
    with pytest.raises(Refusal) as refused:
        case.designate("gongan")
    assert refused.value.code == "HANDOFF_NOT_ALLOWED"


def test_a_receipt_quiets_the_finding() -> None:
    """Without a receipt the offer counts as undelivered; with one, or once answered, it does not."""
    case = Case()
    found = case.wake("receipt", LATER)
    assert _types(found) == ["handoff.undelivered.v1"] and not found.handoffs
    case.keep(matter.receipt(case.task, generation=1, at=LATER))
    assert not case.wake("receipt", LATER)
    assert not matter.receipt(case.task, generation=1, at=LATER)


def test_what_stands_past_its_term_gets_an_order_rung_by_rung() -> None:
    """Finding and order go to the holder, the holder stays, the next rung is promised until the last."""
    case = Case()
    case.accept("chengguan")
    at = case.task.due_at or AT
    first = case.wake("finish", at)
    assert _types(first) == ["handoff.stalled.v1", "order.issued.v1"]
    assert [(one.kind, one.at) for one in first.promises] == [("finish", at + timedelta(hours=2))]
    second = case.wake("finish", first.promises[0].at)
    assert second.promises == ()
    assert case.seen() == ("accepted", "chengguan", "dept:chengguan", 1) and case.task.orders == 2
    assert not case.wake("finish", at, generation=7)


def test_a_desk_has_a_term_like_anybody_else() -> None:
    """The triage desk too gets its order, for a matter and for a task that came back; before its term a new promise."""
    laid = a_matter(a_way(None))
    assert laid.event is not None
    promise = laid.promises[0]
    early = matter.woken("triage", laid.event, None, generation=0, at=promise.at - timedelta(minutes=1), way=a_way())
    assert early.event is None and early.said == () and early.promises == (promise,)
    late = matter.woken("triage", laid.event, None, generation=0, at=promise.at, way=a_way())
    assert late.event is not None and late.event.orders == 1
    order = late.said[0].payload
    assert isinstance(order, OrderIssued) and (order.to, order.dept) == ("desk:triage", None)
    case = Case(a_way(max_returns=1))
    back = case.give_back("chengguan", "shichang")
    waiting = case.wake("triage", back.promises[0].at)
    assert _types(waiting) == ["handoff.stalled.v1", "order.issued.v1"]


@pytest.mark.parametrize(
    ("kind", "with_task"), [("nonsense", False), ("nonsense", True), ("accept", False), ("locate", True)]
)
def test_a_timer_nobody_serves_is_refused(kind: str, with_task: bool) -> None:
    """A kind of promise no rule knows does not pass silently."""
    case = Case()
    with pytest.raises(Refusal) as refused:
        matter.woken(kind, case.event, case.task if with_task else None, generation=1, at=AT, way=case.way)
    assert refused.value.code == "EVENT_UNKNOWN_TIMER"
