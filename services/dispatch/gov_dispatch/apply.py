"""From a decision of the domain to the unit of work: rows, messages, history, promises."""

from __future__ import annotations

from collections.abc import Sequence

from gov_dispatch.store import EVENTS, HANDOFFS, OPERATIONS, ORDERS, REVISITS
from govcore import orders
from govcore.events.decision import Changed, Note, Promise, Said
from govcore.events.event import Event
from govcore.events.visit import TIMERS
from govcore.joint import TIMERS as OPERATION_TIMERS
from govcore.joint import Decided
from govcore.messages import OrderIssued
from govmesh.work import Work


def apply(work: Work, event: Event, changed: Changed) -> None:
    """Write ``changed`` down; ``event`` is the matter it is about, for its trace and place."""
    now = changed.event or event
    if changed.event is not None:
        work.put(EVENTS, changed.event)
        _event_promises(work, event, changed.event)
    for task in changed.handoffs:
        work.put(HANDOFFS, task)
        if task.phase != "asked":
            work.forget(f"accept:{task.id}:{task.generation}")
            work.forget(f"receipt:{task.id}:{task.generation}")
        if not task.open or task.phase == "paused":
            work.forget(f"finish:{task.id}:{task.generation}")
    for visit in changed.visits:
        work.put(REVISITS, visit)
        if not visit.open:
            for kind in TIMERS:
                work.forget(f"{kind}:{visit.id}:0")
    _write(work, changed.said, changed.notes, changed.promises, place=now.place, trace=now.trace)
    _orders(work, changed.said, now)


def _orders(work: Work, said: Sequence[Said], event: Event | None) -> None:
    for one in said:
        if isinstance(one.payload, OrderIssued):
            apply_order(work, orders.take_in(one.payload), event)


def apply_order(work: Work, moved: orders.Moved, event: Event | None) -> None:
    """Write down what became of an order; ``event`` is the matter it is about, for its trace; it may stand alone."""
    order = moved.order
    work.put(ORDERS, order)
    if not order.waits:
        work.forget(f"order_answer:{order.id}:{order.round}")
    if order.state != "issued":
        work.forget(f"order_receipt:{order.id}:1")
    trace = event.trace if event is not None else None
    _write(work, moved.said, moved.notes, moved.promises, place=order.place, trace=trace)


def _write(
    work: Work,
    said: Sequence[Said],
    notes: Sequence[Note],
    promises: Sequence[Promise],
    *,
    place: str,
    trace: str | None,
) -> None:
    for one in said:
        work.say(
            one.payload,
            subject=one.subject,
            version=one.version,
            place=one.place,
            dept=one.dept,
            to=tuple(f"dept.{code}" for code in one.to),
            trace=trace,
        )
    for note in notes:
        work.note(
            note.subject,
            note.kind,
            place=place,
            from_state=note.from_state or None,
            to_state=note.to_state,
            holder=note.holder,
            actor=note.actor,
            reason=note.reason or None,
            trace=trace,
        )
    for promise in promises:
        work.promise(
            f"{promise.kind}:{promise.subject}:{promise.generation}",
            promise.at,
            promise.kind,
            subject=promise.subject,
            place=place,
            data=f"{promise.event_id}|{promise.generation}",
        )


def apply_joint(work: Work, event: Event | None, decided: Decided) -> None:
    """Write an operation's decision down, and what became of ``event``, the matter it is about."""
    if event is not None:
        apply(work, event, decided.matter)
    operation = decided.operation
    if operation is None:
        return
    work.put(OPERATIONS, operation)
    _write(work, decided.said, decided.notes, decided.promises, place=operation.place, trace=operation.trace)
    _orders(work, decided.said, event)
    for timer in () if operation.open else OPERATION_TIMERS:
        work.forget(f"{timer}:{operation.id}:0")


_DESK = {"intake": "locate", "triage": "triage", "verify": "verify"}
"""The promise that goes with each phase in which a desk holds the matter."""


def _event_promises(work: Work, before: Event, after: Event) -> None:
    """Take back the desk's promise of a matter that has moved on."""
    if before.phase != after.phase and before.phase in _DESK:
        work.forget(f"{_DESK[before.phase]}:{after.id}:0")
