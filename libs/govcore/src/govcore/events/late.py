"""What stands past its time, or soon will: orders (三单一函) after the pack's ladder, and the findings with them.

Which order comes when, to whom and with which term for the answer is the ladder's (:mod:`govcore.events.rungs`); what
becomes of an order once it is out is :mod:`govcore.orders`.
"""

from __future__ import annotations

from datetime import datetime

from govcore.events._moves import change, together
from govcore.events.decision import NOTHING_CHANGED, Changed, Note, Promise, Said, Step
from govcore.events.event import TRIAGE, Event
from govcore.events.handoff import HandOff
from govcore.events.offers import stalled
from govcore.events.rungs import Clock, after, issued, standing
from govcore.events.way import Way


def ordered(
    step: Step,
    *,
    to: str,
    reason: str,
    since: datetime,
    at: datetime,
    way: Way,
    follows: str | None = None,
    rung: int | None = None,
) -> tuple[Step, Said]:
    """An order about the step's task to holder ``to``; each further one stands a rung higher.

    ``rung``: on another rung than that; ``follows``: the order that was not answered.
    """
    task = step.handoff
    place = standing(way, task.orders - task.warned) if rung is None else rung
    warns = way.rules.ladder[place].warns
    number = task.orders + 1
    now = task.model_copy(update={"orders": number, "warned": task.warned + warns})
    said = issued(
        place,
        to=to,
        place=task.place,
        at=at,
        way=way,
        number=number,
        event_id=task.event_id,
        handoff_id=task.id,
        generation=task.generation,
        reason=reason,
        class_code=task.class_code,
        late_since=since,
        follows=follows,
    )
    told = Note(task.id, "order", task.state, task.state, task.holder, "clock", reason, task.event_id, task.generation)
    return step._replace(handoff=now, notes=(*step.notes, told)), said


def overdue(handoff: HandOff, *, generation: int, at: datetime, way: Way) -> Changed:
    """The task's term is over and it is not done: a finding, an order to its holder, the next rung's promise.

    Before its term is over, a warning.  Changes nothing where it has ended or moved on to another offer, has more time
    by now, or the ladder comes later or has nothing more.
    """
    if handoff.generation != generation or not handoff.open or handoff.holder is None:
        return NOTHING_CHANGED
    climbed = handoff.order_at is None and handoff.due_at is not None and handoff.orders > 0
    if climbed or (handoff.order_at is not None and at < handoff.order_at):
        return NOTHING_CHANGED
    if handoff.due_at is not None and at < handoff.due_at:
        return NOTHING_CHANGED if handoff.order_at is None else _warned(handoff, at=at, way=way)
    since = handoff.due_at or at
    return _late(handoff, kind="finish", reason="HANDOFF_LATE", since=since, at=at, way=way)


def waiting(handoff: HandOff, *, generation: int, at: datetime, way: Way) -> Changed:
    """A task that came back has lain at the desk for longer than the desk's term.

    Nothing where the task's own term is over too: its ladder speaks to the desk then, and one order is enough.
    """
    if handoff.generation != generation or handoff.phase != "back":
        return NOTHING_CHANGED
    if (
        handoff.due_at is not None
        and handoff.due_at <= at
        and way.workflows.task(handoff).runs(handoff.state, "finish")
    ):
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
    looked = handoff.model_copy(update={"version": handoff.version + 1})
    place = standing(way, handoff.orders - handoff.warned)
    step, order = ordered(Step(looked, (), ()), to=TRIAGE, reason="EVENT_DESK_LATE", since=since, at=at, way=way)
    clock = Clock(request.requested_at, way.rules.triage, looked.place)
    again = _again("request", looked.id, looked.event_id, generation, after(place, clock, at, way))
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
    place, number = standing(way, event.orders), event.orders + 1
    said = issued(
        place,
        to=event.holder,
        place=event.place,
        at=at,
        way=way,
        number=number,
        event_id=event.id,
        reason="EVENT_DESK_LATE",
        class_code=event.class_code,
        late_since=due,
    )
    told = Note(event.id, "order", event.state, event.state, event.holder, "clock", "EVENT_DESK_LATE", event.id)
    again = _again(kind, event.id, event.id, 0, after(place, Clock(event.held_since, term, event.place), at, way))
    return together(change(event, orders=number), said=[said], notes=[told], promises=again, workflows=way.workflows)


def escalated(
    handoff: HandOff, *, to: str, rung: int, follows: str, since: datetime, at: datetime, way: Way
) -> Changed:
    """The order ``follows`` to the department that holds the task was not answered: the one on ``rung``.

    With the promise of the one after.
    """
    looked = handoff.model_copy(update={"version": handoff.version + 1})
    step, order = ordered(
        Step(looked, (), ()),
        to=to,
        reason="ORDER_NOT_ANSWERED",
        since=since,
        at=at,
        way=way,
        follows=follows,
        rung=rung,
    )
    step, promises = _next_rung(step, rung, at, way)
    return together(None, [step], said=[order], promises=promises, workflows=way.workflows)


def _warned(handoff: HandOff, *, at: datetime, way: Way) -> Changed:
    """A warning while there is still time: 提示函 before anything is late."""
    assert handoff.due_at is not None and handoff.clock_term is not None
    clock = Clock(handoff.clock_from, handoff.clock_term, handoff.place, handoff.pauses)
    come = [number for number, rung in enumerate(way.rules.warnings) if clock.moment(rung.at, way) <= at]
    place = come[-1] if come else 0
    looked = handoff.model_copy(update={"version": handoff.version + 1})
    step, order = ordered(
        Step(looked, (), ()),
        to=handoff.holder or "",
        reason="ORDER_TERM_SHORT",
        since=handoff.due_at,
        at=at,
        way=way,
        rung=place,
    )
    step, promises = _next_rung(step, place, at, way)
    return together(None, [step], said=[order], promises=promises, workflows=way.workflows)


def _late(handoff: HandOff, *, kind: str, reason: str, since: datetime, at: datetime, way: Way) -> Changed:
    place = standing(way, handoff.orders - handoff.warned)
    looked = handoff.model_copy(update={"version": handoff.version + 1})
    step, order = ordered(Step(looked, (), ()), to=looked.holder or "", reason=reason, since=since, at=at, way=way)
    if kind == "finish":
        step, again = _next_rung(step, place, at, way)
    else:
        clock = Clock(looked.held_since, way.rules.triage, looked.place)
        again = _again(kind, looked.id, looked.event_id, looked.generation, after(place, clock, at, way))
    finding = stalled(step.handoff, finding="late", since=since)
    return together(None, [step], said=[finding, order], promises=again, workflows=way.workflows)


def _next_rung(step: Step, place: int, at: datetime, way: Way) -> tuple[Step, tuple[Promise, ...]]:
    """The task with the time at which the ladder comes next, and its promise; a warning is followed by the due."""
    task = step.handoff
    clock = Clock(task.clock_from, task.clock_term, task.place, task.pauses)
    if task.due_at is not None and at < task.due_at:
        warned = way.warned_at(task.clock_from, task.clock_term, task.place, task.pauses, after=at)
        moment: datetime | None = warned or task.due_at
    else:
        moment = after(place, clock, at, way)
    step = step._replace(handoff=task.model_copy(update={"order_at": moment}))
    return step, _again("finish", task.id, task.event_id, task.generation, moment)


def _again(kind: str, subject: str, event_id: str, generation: int, moment: datetime | None) -> tuple[Promise, ...]:
    return () if moment is None else (Promise(kind, subject, moment, event_id, generation),)
