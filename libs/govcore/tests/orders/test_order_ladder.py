"""The ladder: warnings before the due, orders at shares of the term after it, a rung higher where nobody answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from govcore.events import Changed, Event, HandOff, Way, matter
from govcore.events.way import Rung
from govcore.messages import OrderIssued
from govcore.orders import Order, answer, take_in, unanswered
from govcore.testing import AT, a_matter, a_way

HOUR = timedelta(hours=1)
LADDER = (
    Rung("reminder", at=0.5),
    Rung("reminder", at=0.75),
    Rung("task", at=1.0, answer="1wh"),
    Rung("directive", at=1.5, to="leader", answer="1wh"),
    Rung("supervision", at=2.0, to="duty", level="county"),
)


def leader(dept: str | None, _place: str, level: str | None, _at: datetime) -> str:
    return f"lead-{dept or level}"


class Case:
    """One accepted task of four hours from nine on; its promises fire when they are due, oldest first."""

    def __init__(self, ladder: tuple[Rung, ...] = LADDER, lead: str | None = "chengguan", **rules: Any) -> None:
        way = a_way(lead, term="4wh", ladder=ladder, **rules)
        self.way = Way(way.rules, way.reckon, way.route, way.ids, leader=leader)
        self.promised: dict[tuple[str, str, int], datetime] = {}
        self.orders: dict[str, Order] = {}
        self.fired: list[tuple[str, timedelta]] = []
        self.tasks: dict[str, HandOff] = {}
        self.event: Event
        self.keep(a_matter(self.way))
        if lead is not None:
            self.keep(matter.accept(self.event, self.task, by="chengguan", generation=1, at=AT))

    @property
    def task(self) -> HandOff:
        return next(iter(self.tasks.values()))

    def keep(self, changed: Changed) -> None:
        self.event = changed.event or getattr(self, "event", None)  # type: ignore[assignment]
        self.tasks.update({one.id: one for one in changed.handoffs})
        self.promised.update({(one.kind, one.subject, one.generation): one.at for one in changed.promises})
        for said in changed.said:
            if isinstance(said.payload, OrderIssued):
                self.put(take_in(said.payload))

    def put(self, moved: Any) -> None:
        self.orders[moved.order.id] = moved.order
        self.promised.update({(one.kind, one.subject, one.generation): one.at for one in moved.promises})

    def run(self, until: datetime, twice: bool = False) -> None:
        """Whatever is due until then, in order; ``twice``: each promise again a moment later."""
        while due := sorted((at, key) for key, at in self.promised.items() if at <= until):
            at, (kind, subject, number) = due[0]
            del self.promised[kind, subject, number]
            for _ in range(1 + twice):
                self.wake(kind, subject, number, at)

    def wake(self, kind: str, subject: str, number: int, at: datetime) -> None:
        if kind == "order_answer":
            several, changed = unanswered(
                self.orders[subject],
                self.event,
                next(iter(self.tasks.values()), None),
                round=number,
                at=at,
                way=self.way,
            )
            for one in several:
                self.put(one)
            self.keep(changed)
        elif kind != "order_receipt":
            task = self.tasks.get(subject)
            self.keep(matter.woken(kind, self.event, task, generation=number, at=at, way=self.way))

    def issued(self) -> list[tuple[str, str, float]]:
        """Kind, addressee and hours after nine of every order."""
        return [(one.kind, one.to, (one.issued_at - AT) / HOUR) for one in self.orders.values()]


def test_unanswered_orders_go_up_early_and_the_rest_come_at_their_shares() -> None:
    """Warned at half and three quarters, ordered at the due; nobody answers: each next one an hour on."""
    case = Case()
    case.run(AT + 24 * HOUR)
    assert case.issued() == [
        ("reminder", "dept:chengguan", 2.0),
        ("reminder", "dept:chengguan", 3.0),
        ("task", "dept:chengguan", 4.0),
        ("directive", "post:lead-chengguan", 5.0),
        ("supervision", "post:lead-county", 6.0),
    ]
    states = [one.state for one in case.orders.values()]
    assert states == ["issued", "issued", "unanswered", "unanswered", "issued"]
    assert (case.task.orders, case.task.warned, case.task.order_at) == (5, 2, None)


def test_answered_orders_do_not_stop_the_clock_of_what_is_not_done() -> None:
    """Answered at once, the next ones come by their shares of the term: at half over and at twice the term."""
    case = Case()
    for hour in range(1, 25):
        case.run(AT + hour * HOUR - timedelta(minutes=1))
        for order in list(case.orders.values()):
            if order.waits and order.dept:
                case.put(answer(order, by=f"dept:{order.dept}", round=1, words="正在办理", at=AT + hour * HOUR))
    assert [(kind, hours) for kind, _, hours in case.issued()][2:] == [
        ("task", 4.0),
        ("directive", 6.0),
        ("supervision", 8.0),
    ]


def test_what_is_done_in_time_gets_no_more_orders() -> None:
    """The last warning's task ends before its due; the promises that are left change nothing."""
    case = Case()
    case.run(AT + 3.5 * HOUR)
    done = matter.finish(
        case.event,
        [case.task],
        handoff_id=case.task.id,
        by="chengguan",
        generation=1,
        result="已清运",
        at=AT + 3.5 * HOUR,
        way=case.way,
    )
    case.keep(done)
    case.run(AT + 30 * HOUR)
    assert [kind for kind, _, _ in case.issued()] == ["reminder", "reminder"]


def test_an_order_about_what_is_done_is_closed_by_its_own_time() -> None:
    """The task ends while the order waits for its answer: nobody owes it any more."""
    case = Case()
    case.run(AT + 4 * HOUR)
    about = [case.task.model_copy(update={"state": "done", "holder": None})]
    order = next(one for one in case.orders.values() if one.kind == "task")
    (moved,), changed = unanswered(order, case.event, about[0], round=1, at=AT + 5 * HOUR, way=case.way)
    assert (moved.order.state, moved.order.closing, moved.order.closed_by) == ("closed", "ORDER_SUBJECT_ENDED", "clock")
    assert not changed


def test_a_suspended_task_is_warned_by_the_time_that_is_left() -> None:
    """The clock stands for two hours: the first warning and everything after come two hours later."""
    case = Case()
    said: dict[str, Any] = {"by": "chengguan", "generation": 1, "way": case.way}
    case.keep(matter.suspend(case.event, case.task, reason="awaiting_reporter", at=AT + HOUR, **said))
    case.keep(matter.resume(case.event, case.task, at=AT + 3 * HOUR, **said))
    case.promised = {key: at for key, at in case.promised.items() if key[0] != "resume"}
    case.run(AT + 6 * HOUR)
    assert case.issued()[:3] == [
        ("reminder", "dept:chengguan", 4.0),
        ("reminder", "dept:chengguan", 5.0),
        ("task", "dept:chengguan", 6.0),
    ]


@pytest.mark.parametrize("triage", ["2wh", "4wh", "8wh"])
def test_a_desk_gets_one_order_at_a_moment(triage: str) -> None:
    """Whatever falls together: its own term, the task's, and an order of its own that it has not answered in time."""
    case = Case(triage=triage, max_returns=1)
    said: dict[str, Any] = {"reason": "not_ours", "proposed": "gongan", "words": "", "at": AT, "way": case.way}
    case.keep(matter.return_(case.event, case.task, by="chengguan", generation=1, **said))
    assert case.task.phase == "back"
    case.run(AT + 60 * HOUR)
    moments = [(order.issued_at, order.kind) for order in case.orders.values() if order.to.startswith("desk:")]
    assert moments, case.orders
    late = [at for at, kind in moments if kind != "reminder"]
    assert len(set(late)) == len(late), moments


@pytest.mark.parametrize("answer", ["2wh", "1wh"])
def test_a_matter_at_a_desk_climbs_by_its_own_term_alone(answer: str) -> None:
    """The order to the desk is due for its answer when the next rung comes: one order, not two."""
    ladder = (
        Rung("task", at=1.0, answer=answer),
        Rung("directive", at=1.5, answer=answer),
        Rung("supervision", at=2.0),
    )
    case = Case(ladder, lead=None)
    assert case.event.phase == "triage"
    case.run(AT + 60 * HOUR)
    assert [order.kind for order in case.orders.values()] == ["task", "directive", "supervision"]
    assert len({order.issued_at for order in case.orders.values()}) == 3
    assert [order.state for order in case.orders.values()] == ["unanswered", "unanswered", "issued"]


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(st.sampled_from(["催问", "批注", "已联系", "13912345678"]), max_size=12),
    receipts=st.integers(0, 3),
    twice=st.booleans(),
)
def test_no_comment_receipt_or_repeat_moves_a_clock(words: list[str], receipts: int, twice: bool) -> None:
    """Whatever is said about the matter or arrives again, every order is what it would have been, at the same time."""
    plain, talked = Case(), Case()
    plain.run(AT + 24 * HOUR)
    for hour in range(25):
        talked.run(AT + hour * HOUR, twice=twice)
        for word in words:
            talked.keep(matter.comment(talked.event, by="desk:triage", words=word))
        for _ in range(receipts):
            talked.keep(matter.receipt(talked.task, generation=1, at=AT + hour * HOUR))
    assert talked.issued() == plain.issued()
