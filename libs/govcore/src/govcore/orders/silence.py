"""An order that was not answered in its term: the next one follows, a rung higher, up to the leader on the last."""

from __future__ import annotations

from datetime import datetime

from govcore.events.decision import NOTHING_CHANGED, Changed
from govcore.events.event import Event
from govcore.events.handoff import HandOff, dept_of
from govcore.events.late import escalated
from govcore.events.rungs import addressed, standing
from govcore.events.way import Way
from govcore.messages.order import OrderIssued, OrderUnanswered
from govcore.orders.life import Moved, about, close, give, note
from govcore.orders.lifecycle import LIFECYCLE
from govcore.orders.order import CLOCK, Order


def unanswered(
    order: Order, event: Event | None, task: HandOff | None, *, round: int, at: datetime, way: Way
) -> tuple[list[Moved], Changed]:
    """The order's term is over: every order that is new or changed, and what changes of the matter.

    Nothing where it has been answered, closed or asked for again.  What was about a task or a desk's matter that has
    ended or moved on is closed: nobody owes that answer any more.  On the last rung it stays with whoever has it.
    """
    if order.round != round or not LIFECYCLE.allows(order.state, "expire"):
        return [], NOTHING_CHANGED
    if _outlived(order, event, task):
        return [close(order, by=CLOCK, reason="ORDER_SUBJECT_ENDED", at=at)], NOTHING_CHANGED
    silent = order.model_copy(
        update={"state": LIFECYCLE.step(order.state, "expire"), "version": order.version + 1, "in_time": False}
    )
    since = order.answer_due_at or at
    rung = _above(order, way)
    if rung is None:
        return [_told(order, silent, since)], NOTHING_CHANGED
    if order.issuer != CLOCK:
        following = _given_again(order, rung, at, way)
        silent = silent.model_copy(update={"next_order": following.order.id})
        return [_told(order, silent, since), following], NOTHING_CHANGED
    changed = _climbed(order, task, rung, since, at, way)
    issued = next((said.payload for said in changed.said if isinstance(said.payload, OrderIssued)), None)
    if issued is not None:
        silent = silent.model_copy(update={"next_order": issued.order_id})
    return [_told(order, silent, since)], changed


def _told(before: Order, silent: Order, since: datetime) -> Moved:
    said = about(silent, OrderUnanswered, since=since, next_order=silent.next_order)
    return Moved(silent, (said,), (note(silent, "expire", before.state, CLOCK, "ORDER_NOT_ANSWERED"),))


def _outlived(order: Order, event: Event | None, task: HandOff | None) -> bool:
    if order.event_id is None or order.reason == "VISIT_LATE":  # a visit comes after the end of its matter
        return False
    if order.handoff_id is not None:
        if task is None or not task.open:
            return True
        decided = order.dept is None and dept_of(task.holder) is not None and task.request is None
        return order.issuer == CLOCK and (task.generation != order.generation or decided)
    if order.issuer == CLOCK:
        return event is None or event.held_since is None or event.held_since > order.issued_at
    return event is None or not event.open


def _above(order: Order, way: Way) -> int | None:
    """The rung above the order's; None on the last.  One given by hand stands where its kind first stands."""
    ladder = way.rules.ladder
    own = order.rung
    if own is None:
        own = next((number for number, rung in enumerate(ladder) if rung.kind == order.kind), standing(way, 0) - 1)
    return own + 1 if own + 1 < len(ladder) else None


def _climbed(order: Order, task: HandOff | None, rung: int, since: datetime, at: datetime, way: Way) -> Changed:
    """The next order to the department that holds the task.

    Nothing where the ladder has gone on by itself meanwhile, or is about to at this very moment; nothing for a desk,
    nor for whoever is late with a visit: their own clock brings every rung in its time, and one source is enough.
    """
    if task is None or order.dept is None or task.orders != order.number:
        return NOTHING_CHANGED
    if task.order_at is not None and task.order_at <= at:
        return NOTHING_CHANGED
    to = task.holder or f"dept:{task.dept}"
    return escalated(task, to=to, rung=rung, follows=order.id, since=since, at=at, way=way)


def _given_again(order: Order, rung: int, at: datetime, way: Way) -> Moved:
    """The words of an order given by hand once more, on the next rung, in the name of whoever gave it."""
    to, dept = addressed(rung, order.to if order.dept is None else f"dept:{order.dept}", order.place, at, way)
    one = way.rules.ladder[rung]
    given = give(
        kind=one.kind,
        to=to,
        by=order.issuer,
        words=order.words,
        term=one.answer or order.term or way.rules.accept,
        place=order.place,
        at=at,
        way=way,
        event_id=order.event_id,
        handoff_id=order.handoff_id,
        class_code=order.class_code,
        before=order.model_copy(update={"dept": dept}),
        rung=rung,
    )
    return given
