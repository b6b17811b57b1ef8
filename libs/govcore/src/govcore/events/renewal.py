"""A year's notice has come out: what was reckoned without it is reckoned again, and whoever has the task is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from govcore.events._moves import change, together
from govcore.events.decision import NOTHING_CHANGED, Changed, Note, Promise, Step
from govcore.events.event import TRIAGE, Event
from govcore.events.handoff import HandOff, dept_of
from govcore.events.saying import about_task
from govcore.events.way import Way
from govcore.messages.handoff import HandOffRenewed

REASON = "HANDOFF_NOTICE_OUT"


class Moved(NamedTuple):
    """One task's times before and after: to be accepted by, to be done by."""

    before: HandOff
    after: HandOff


def renew(event: Event, handoffs: Sequence[HandOff], *, at: datetime, way: Way) -> Changed:
    """Open tasks and the matter itself, where they are provisional; the desk that holds it looks again in time.

    A task that was late stays late only if it is by the new calendar too; orders given stand.  Changes nothing, or
    only promises, where no notice has settled anything.
    """
    if not event.open and not any(one.open for one in handoffs):
        return NOTHING_CHANGED
    steps = [_step(_watched(one, event.place, at, way), at) for one in moved(event, handoffs, way=way)]
    after, notes = event, []
    if event.provisional and event.due_from is not None and event.due_term is not None:
        due = way.reckon(event.due_from, event.due_term, event.place, event.pauses)
        if (due.at, due.provisional) != (event.due_at, event.provisional):
            after = change(event, due_at=due.at, provisional=due.provisional)
            notes = [Note(event.id, "renew", event.state, event.state, event.holder, "clock", REASON, event.id)]
    promises = list(_desks(event, handoffs, at, way))
    return together(None if after is event else after, steps, notes=notes, promises=promises, workflows=way.workflows)


def moved(event: Event, handoffs: Iterable[HandOff], *, way: Way) -> list[Moved]:
    """The open tasks whose times a notice has moved or settled.

    A task whose clock stands has no time to be done by; it gets one by the calendar of the day it goes on.
    """
    found = []
    for task in handoffs:
        if task.paused_at is not None:
            continue
        if task.open and task.provisional and (after := _reckoned(task, event.place, way)) != task:
            found.append(Moved(task, after.model_copy(update={"version": task.version + 1})))
    return found


def _reckoned(task: HandOff, place: str, way: Way) -> HandOff:
    changes: dict[str, object] = {"provisional": False}
    if (done := way.end_of(task, place)) is not None:
        changes = {"due_at": done.at, "provisional": done.provisional}
    if task.phase == "asked":
        accept = way.reckon(task.offered_at, way.rules.accept, place)
        changes |= {"accept_due_at": accept.at, "provisional": accept.provisional or changes["provisional"]}
    return task.model_copy(update=changes)


def _watched(one: Moved, place: str, at: datetime, way: Way) -> Moved:
    """With the time at which the ladder is looked at next; one that is late by both calendars keeps its own."""
    before, after = one
    if after.due_at is None or (before.due_at is not None and max(before.due_at, after.due_at) <= at):
        return one
    warned = way.warned_at(after.clock_from, after.clock_term, place, after.pauses, after=at)
    return Moved(before, after.model_copy(update={"order_at": warned or after.due_at}))


def _step(one: Moved, at: datetime) -> Step:
    before, after = one
    to = tuple(dict.fromkeys(filter(None, (after.dept, dept_of(after.holder)))))
    said = about_task(
        after,
        HandOffRenewed,
        to=to,
        reason=REASON,
        was_due_at=before.due_at,
        was_accept_due_at=before.accept_due_at,
        renewed_at=at,
    )
    who = (after.state, after.state, after.holder, "clock", REASON, after.event_id, after.generation)
    return Step(after, (said,), (Note(after.id, "renew", *who),), tuple(_promises(before, after, at)))


def _promises(before: HandOff, after: HandOff, at: datetime) -> Iterator[Promise]:
    """A task late by both calendars keeps the ladder's promise; every other is promised its new time."""
    times = [("finish", before.due_at, after.due_at, after.finish_at)]
    if after.phase == "asked":
        times.append(("accept", before.accept_due_at, after.accept_due_at, after.accept_due_at))
    for kind, was, due, look in times:
        if due is not None and look is not None and (was is None or max(was, due) > at):
            yield Promise(kind, after.id, look, after.event_id, after.generation)


def _desks(event: Event, handoffs: Iterable[HandOff], at: datetime, way: Way) -> Iterator[Promise]:
    """The promises of desks whose term is not over: made again they stand where the calendar of today puts them."""
    rules = way.rules
    for kind, term in (("triage", rules.triage), ("verify", rules.verify)):
        if event.phase == kind and event.held_since and (due := way.due(event.held_since, term, event.place)) > at:
            yield Promise(kind, event.id, due, event.id)
    for task in handoffs:
        waits = [("triage", task.held_since)] if task.phase == "back" and task.holder == TRIAGE else []
        if task.request is not None:
            waits.append(("request", task.request.requested_at))
        for kind, since in waits:
            if (due := way.due(since, rules.triage, event.place)) > at:
                yield Promise(kind, task.id, due, task.event_id, task.generation)
