"""What stands past its time: orders (三单一函) after the pack's ladder, and the findings that go with them."""

from __future__ import annotations

from datetime import datetime

from govcore.events._moves import change, together
from govcore.events.decision import NOTHING_CHANGED, Changed, Note, Promise, Said, Step
from govcore.events.event import TRIAGE, Event
from govcore.events.handoff import HandOff, dept_of
from govcore.events.offers import stalled
from govcore.events.way import Rung, Way
from govcore.messages.order import OrderIssued


def ordered(step: Step, *, to: str, reason: str, since: datetime, at: datetime, way: Way) -> tuple[Step, Said]:
    """An order about the step's task to holder ``to``; each further one stands a rung higher."""
    task = step.handoff
    rung, number = _rung(way, task.orders), task.orders + 1
    after = task.model_copy(update={"orders": number})
    dept = dept_of(to)
    order = OrderIssued(
        order_id=way.ids.new("O"),
        kind=rung.kind,
        number=number,
        to=to,
        dept=dept,
        event_id=task.event_id,
        handoff_id=task.id,
        generation=task.generation,
        reason=reason,
        class_code=task.class_code,
        place=task.place,
        late_since=since,
        issued_at=at,
    )
    told = Note(task.id, "order", task.state, task.state, task.holder, "clock", reason, task.event_id, task.generation)
    said = Said(order, order.order_id, 1, task.place, dept, () if dept is None else (dept,))
    return step._replace(handoff=after, notes=(*step.notes, told)), said


def overdue(handoff: HandOff, *, generation: int, at: datetime, way: Way) -> Changed:
    """The task's term is over and it is not done: a finding, an order to its holder, the next rung's promise.

    Changes nothing where it has ended or moved on to another offer, or has more time by now.
    """
    if handoff.generation != generation or not handoff.open or handoff.holder is None:
        return NOTHING_CHANGED
    if handoff.due_at is not None and at < handoff.due_at:
        return NOTHING_CHANGED
    since = handoff.due_at or at
    return _late(handoff, kind="finish", reason="HANDOFF_LATE", since=since, at=at, way=way)


def waiting(handoff: HandOff, *, generation: int, at: datetime, way: Way) -> Changed:
    """A task that came back has lain at the desk for longer than the desk's term."""
    if handoff.generation != generation or handoff.phase != "back":
        return NOTHING_CHANGED
    return _late(handoff, kind="triage", reason="EVENT_DESK_LATE", since=handoff.held_since, at=at, way=way)


def undecided(handoff: HandOff, *, generation: int, at: datetime, way: Way) -> Changed:
    """What the holder asked for has lain at the triage desk for longer than its term: an order to the desk.

    Changes nothing where it has been decided.  Where it is not that long, as of a matter (:func:`desk_late`), promises
    to look again.
    """
    request = handoff.request
    if handoff.generation != generation or request is None:
        return NOTHING_CHANGED
    since = way.due(request.requested_at, way.rules.triage, handoff.place)
    if since > at:
        return together(None, promises=[Promise("request", handoff.id, since, handoff.event_id, generation)])
    after = handoff.model_copy(update={"version": handoff.version + 1})
    rung = _rung(way, handoff.orders)
    step, order = ordered(Step(after, (), ()), to=TRIAGE, reason="EVENT_DESK_LATE", since=since, at=at, way=way)
    again = _next("request", after.id, after.event_id, generation, rung, at, after.place, way)
    return together(None, [step], said=[order], promises=again, workflows=way.workflows)


def desk_late(event: Event, *, kind: str, at: datetime, way: Way) -> Changed:
    """A desk, or who else verifies, has held the matter for longer than its term; ``kind`` is ``triage`` or ``verify``.

    Changes nothing where it is not held for that.  Where it is not that long, because the place was corrected or a
    notice has come out since, promises to look again.
    """
    term = way.rules.triage if kind == "triage" else way.rules.verify
    if event.phase != kind or event.holder is None or event.held_since is None:
        return NOTHING_CHANGED
    if (due := way.due(event.held_since, term, event.place)) > at:
        return together(None, promises=[Promise(kind, event.id, due, event.id)])
    rung, number, dept = _rung(way, event.orders), event.orders + 1, dept_of(event.holder)
    after = change(event, orders=number)
    order = OrderIssued(
        order_id=way.ids.new("O"),
        kind=rung.kind,
        number=number,
        to=event.holder,
        dept=dept,
        event_id=event.id,
        reason="EVENT_DESK_LATE",
        class_code=event.class_code,
        place=event.place,
        late_since=due,
        issued_at=at,
    )
    told = Note(event.id, "order", event.state, event.state, event.holder, "clock", "EVENT_DESK_LATE", event.id)
    said = Said(order, order.order_id, 1, event.place, dept, () if dept is None else (dept,))
    again = _next(kind, event.id, event.id, 0, rung, at, event.place, way)
    return together(after, said=[said], notes=[told], promises=again, workflows=way.workflows)


def _late(handoff: HandOff, *, kind: str, reason: str, since: datetime, at: datetime, way: Way) -> Changed:
    rung = _rung(way, handoff.orders)
    after = handoff.model_copy(update={"version": handoff.version + 1})
    step, order = ordered(Step(after, (), ()), to=after.holder or "", reason=reason, since=since, at=at, way=way)
    finding = stalled(step.handoff, finding="late", since=since)
    again = _next(kind, after.id, after.event_id, after.generation, rung, at, after.place, way)
    return together(None, [step], said=[finding, order], promises=again, workflows=way.workflows)


def _rung(way: Way, orders: int) -> Rung:
    ladder = way.rules.ladder
    return ladder[min(orders, len(ladder) - 1)]


def _next(
    kind: str, subject: str, event_id: str, generation: int, rung: Rung, at: datetime, place: str, way: Way
) -> tuple[Promise, ...]:
    if rung.wait is None:
        return ()
    return (Promise(kind, subject, way.due(at, rung.wait, place), event_id, generation),)
