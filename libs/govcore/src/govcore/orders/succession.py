"""The department that owes an order's answer is no more: its successor 承继单位 owes it, or nobody does."""

from __future__ import annotations

from datetime import datetime

from govcore.events.decision import Promise
from govcore.events.handoff import dept_of
from govcore.events.succession import REASON, Successor
from govcore.events.way import Way
from govcore.messages.order import OrderSucceeded
from govcore.orders.life import Moved, about, close, note
from govcore.orders.lifecycle import LIFECYCLE
from govcore.orders.order import CLOCK, Order


def succeed(order: Order, *, at: datetime, way: Way, successor: Successor) -> Moved | None:
    """The order at its successor; None where it is with a department that is there, or closed.

    Its words, its time and its number stay.  What the ladder issued about a task is closed instead: the task is a new
    offer to the successor and climbs the ladder by itself.
    """
    dept, to = order.dept, dept_of(order.to)
    new = successor(dept) if dept is not None else None
    named = successor(to) if to is not None else None
    if not order.open or (new is None and named is None):
        return None
    if order.issuer == CLOCK and order.handoff_id is not None and LIFECYCLE.allows(order.state, "answer"):
        return close(order, by=CLOCK, reason=REASON, at=at)
    owes = new or dept
    after = order.model_copy(
        update={
            "state": LIFECYCLE.step(order.state, "succeed"),
            "version": order.version + 1,
            "to": f"dept:{named}" if named else _leader(order, new, at, way),
            "dept": owes,
        }
    )
    promises: tuple[Promise, ...] = ()
    if after.state == "issued":
        receipt = at + way.rules.receipt
        after = after.model_copy(update={"received_at": None, "receipt_due_at": receipt})
        promises = (Promise("order_receipt", order.id, receipt, order.event_id or "", 1),)
    was = dept or to or ""
    told = about(after, OrderSucceeded, was_dept=was, words=order.words, reason=REASON, succeeded_at=at)
    told = told._replace(to=tuple(dict.fromkeys((was, *told.to))))
    return Moved(after, (told,), (note(after, "succeed", order.state, "rule", REASON),), promises)


def _leader(order: Order, dept: str | None, at: datetime, way: Way) -> str:
    """Whom it is addressed to: the leader of a department that is no more is the successor's, other posts stay."""
    ladder = way.rules.ladder
    if dept is None or order.rung is None or order.rung >= len(ladder) or ladder[order.rung].to != "leader":
        return order.to
    post = way.leader(dept, order.place, None, at)
    return f"dept:{dept}" if post is None else f"post:{post}"
