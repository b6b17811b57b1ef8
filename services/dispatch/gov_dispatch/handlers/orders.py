"""Orders 三单一函: given, answered by command or by hand, sent back, closed; and what their promises wake."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gov_dispatch.apply import apply, apply_order
from gov_dispatch.handlers.departments import department
from gov_dispatch.handlers.needs import event, the_event
from gov_dispatch.order_commands import AnswerByHand, CloseOrder, CommentEvent, GiveOrder, RejectAnswer
from gov_dispatch.store import EVENTS, HANDOFFS, ORDERS
from govcore import orders
from govcore.errors import Refusal
from govcore.events import matter
from govcore.events.event import Event
from govcore.events.handoff import HandOff
from govcore.events.way import Way
from govcore.messages import AnswerOrder, Message
from govcore.orders import Order
from govcore.storage import check_keys
from govmesh.common import answered_by_hand
from govmesh.handlers import On, TimerFired, Via
from govmesh.mesh import Mesh
from govmesh.work import Need, Work

BY_ORDER = Via(ORDERS, "event_id", lambda message: str(message.data.order_id))
"""For commands that name an order only: its event is locked first, as everybody does."""
TIMERS = RECEIPT, ANSWER = "order_receipt", "order_answer"
"""Its promises: the receipt is waited for, the answer is."""


class Orders:
    """Load, ask, save."""

    def __init__(self, mesh: Mesh, way: Way) -> None:
        self._pack, self._way, self._storage = mesh.pack, way, mesh.storage

    def handlers(self) -> Sequence[On]:
        return (
            On(GiveOrder, self.give, _given),
            On(AnswerOrder, self.answer, _the_order, BY_ORDER),
            On(AnswerByHand, self.answer_by_hand, _the_order, BY_ORDER),
            On(RejectAnswer, self.reject, _the_order, BY_ORDER),
            On(CloseOrder, self.close, _the_order, BY_ORDER),
            On(CommentEvent, self.comment, the_event),
        )

    def give(self, message: Message[GiveOrder], work: Work) -> None:
        """A new order; the same key again answers with the order there is."""
        said = message.data
        if said.key is not None and (there := work.find(ORDERS, "key", said.key)):
            work.result = there[0]
            return
        about = None if said.event_id is None else event(work, said.event_id)
        task = _task_of(work, said.handoff_id, about)
        given = orders.give(
            kind=said.kind,
            to=said.to,
            by=said.by,
            words=said.words,
            term=said.term,
            place=self._place(said.division) if about is None else about.place,
            at=work.now,
            way=self._way,
            key=said.key,
            event_id=said.event_id,
            handoff_id=None if task is None else task.id,
            class_code=None if about is None else about.class_code,
        )
        apply_order(work, given, about)
        work.result = given.order

    def answer(self, message: Message[AnswerOrder], work: Work) -> None:
        """By the department the broker names."""
        said, by = message.data, department(work)
        order, about = _order(work, said.order_id)
        check_keys(said.evidence, self._storage)
        moved = orders.answer(
            order,
            by="dept:" + by,
            round=said.round,
            words=said.words,
            evidence=said.evidence,
            answered_at=said.answered_at or message.time,
            at=work.now,
        )
        if work.message.source.endswith("/local"):
            answered_by_hand(work, order.id, f"dept.{by}")
        apply_order(work, moved, about)

    def answer_by_hand(self, message: Message[AnswerByHand], work: Work) -> None:
        said = message.data
        order, about = _order(work, said.order_id)
        check_keys(said.evidence, self._storage)
        moved = orders.answer(
            order, by=said.by, round=said.round, words=said.words, evidence=said.evidence, at=work.now
        )
        apply_order(work, moved, about)

    def reject(self, message: Message[RejectAnswer], work: Work) -> None:
        said = message.data
        order, about = _order(work, said.order_id)
        moved = orders.reject(order, by=said.by, reason=said.reason, term=said.term, at=work.now, way=self._way)
        apply_order(work, moved, about)

    def close(self, message: Message[CloseOrder], work: Work) -> None:
        said = message.data
        order, about = _order(work, said.order_id)
        apply_order(work, orders.close(order, by=said.by, reason=said.reason, at=work.now), about)

    def comment(self, message: Message[CommentEvent], work: Work) -> None:
        said, found = message.data, event(work, message.data.event_id)
        apply(work, found, matter.comment(found, by=said.by, words=said.words))
        work.result = work.get(EVENTS, found.id)

    def woken(self, subject: str, work: Work) -> None:
        """Its receipt was waited for, or its answer."""
        said: TimerFired = work.message.data
        order = work.get(ORDERS, subject)
        if order is None:
            return
        event_id, round = order.event_id, int(said.data.partition("|")[2] or 1)
        about, task = work.get(EVENTS, event_id), work.get(HANDOFFS, order.handoff_id)
        if said.kind == RECEIPT:
            if work.receipted(order.id, f"dept.{order.dept}") and (moved := orders.received(order, at=work.now)):
                apply_order(work, moved, about)
            return
        several, changed = orders.unanswered(order, about, task, round=round, at=work.now, way=self._way)
        for one in several:
            apply_order(work, one, about)
        if about is not None:
            apply(work, about, changed)

    def _place(self, division: str | None) -> str:
        code = division or self._pack.header.areas[0]
        if code not in self._pack.divisions:
            raise Refusal("ORDER_UNKNOWN_DIVISION", field="division", value=code[:40])
        return self._pack.place_of(code)


def timer_needs(said: TimerFired) -> Iterable[Need]:
    """The event, its hand-offs and the order of a promise."""
    event_id = said.data.partition("|")[0] or None
    yield EVENTS, "id", event_id
    yield HANDOFFS, "event_id", event_id
    yield ORDERS, "id", said.subject


def _given(message: Message[GiveOrder], _found: Any) -> Iterable[Need]:
    yield EVENTS, "id", message.data.event_id
    yield HANDOFFS, "id", message.data.handoff_id
    yield ORDERS, "key", message.data.key


def _the_order(message: Message[Any], event_id: str | None) -> Iterable[Need]:
    yield EVENTS, "id", event_id
    yield ORDERS, "id", message.data.order_id


def _order(work: Work, ident: str) -> tuple[Order, Event | None]:
    """The order and the event it is about.  Raises ``ORDER_UNKNOWN``."""
    found = work.get(ORDERS, ident)
    if found is None:
        raise Refusal("ORDER_UNKNOWN", field="order_id", value=ident[:80])
    return found, work.get(EVENTS, found.event_id)


def _task_of(work: Work, ident: str | None, about: Event | None) -> HandOff | None:
    """The hand-off of that event.  Raises ``HANDOFF_UNKNOWN``."""
    if ident is None:
        return None
    task = work.get(HANDOFFS, ident)
    if task is None or about is None or task.event_id != about.id:
        raise Refusal("HANDOFF_UNKNOWN", field="handoff_id", value=ident[:80])
    return task
