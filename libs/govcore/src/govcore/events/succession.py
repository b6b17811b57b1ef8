"""Departments are renamed, merged or closed with tasks in hand: the successor 承继单位 gets them.

No table of a workflow speaks of it, for it befalls matters of every workflow: what is asked of or held by a department
that is no more is a new offer to its successor, and what it had passed on to others its successor answers for.  What it
verifies, visits or was to be asked later its successor does, by the same times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from govcore.events._moves import change, note, together, with_receipt
from govcore.events.decision import NOTHING_CHANGED, Changed, Note, Said, Step
from govcore.events.event import TRIAGE, Event
from govcore.events.handoff import HandOff, dept_of
from govcore.events.offers import promises, said_offered
from govcore.events.pausing import end_pause
from govcore.events.plan import Plan
from govcore.events.saying import about_event, about_task
from govcore.events.visit import Visit
from govcore.events.visits import noted
from govcore.events.visits import said as visit_said
from govcore.events.way import Way
from govcore.messages.event import EventSucceeded
from govcore.messages.handoff import HandOffSucceeded
from govcore.messages.visit import VisitSucceeded

REASON = "HANDOFF_DEPARTMENT_GONE"
Successor = Callable[[str], str | None]
"""Who took over from a department; None of one that is still there."""


def succeed(
    event: Event,
    handoffs: Sequence[HandOff],
    visits: Sequence[Visit] = (),
    *,
    at: datetime,
    way: Way,
    successor: Successor,
) -> Changed:
    """Every open task of a department that is no more goes to its successor; nothing where there is none.

    So do its planned tasks, its verifying and its ``visits``.  A suspended task's clock runs again first.  All clocks
    run on: a reorganisation gives no more time.
    """
    gone = [one for one in handoffs if one.open and _concerns(one, successor)]
    made = [_visited(one, at, successor) for one in visits if one.open and _moved(one.holder, successor) != one.holder]
    now, said, notes = _of_event(event, at, successor)
    if not gone and not made and now is event:
        return NOTHING_CHANGED
    steps: list[Step] = []
    for task in gone:
        if task.phase == "paused":
            resumed = end_pause(now, task, by="clock", at=at, way=way, reason=REASON)
            now, (task,) = resumed.event or now, resumed.handoffs
            said += resumed.said
            notes += resumed.notes
        to = successor(task.dept)
        if to is not None and task.role == "lead" and now.lead != to:
            now = change(now, lead=to)
        steps.append(_taken_over(task, now, successor, at, way))
    for one in made:
        said += one.said
        notes += one.notes
    after = None if now is event else now
    changed = together(after, steps, said=said, notes=notes, event_first=True, workflows=way.workflows)
    return changed._replace(visits=tuple(visit for one in made for visit in one.visits))


def _of_event(event: Event, at: datetime, successor: Successor) -> tuple[Event, list[Said], list[Note]]:
    """The event with its lead, whoever verifies it and its planned tasks at departments that are there."""
    changes: dict[str, Any] = {}
    if event.open and event.lead is not None and (lead := successor(event.lead)) is not None:
        changes["lead"] = lead
    plans = tuple(_planned(one, successor) for one in event.plans)
    if plans != event.plans:
        changes["plans"] = plans
    holder = _moved(event.holder, successor)
    if holder == event.holder:
        return (change(event, **changes) if changes else event), [], []
    now = change(event, **changes, holder=holder)
    both = tuple(filter(None, (dept_of(event.holder), dept_of(holder))))
    told = about_event(now, EventSucceeded, to=both, was_holder=event.holder, reason=REASON, succeeded_at=at)
    return now, [told], [note(now, "succeed", event.state, "rule", REASON)]


def _planned(plan: Plan, successor: Successor) -> Plan:
    offerer = _moved(plan.offerer, successor) or plan.offerer
    return plan.model_copy(update={"dept": successor(plan.dept) or plan.dept, "offerer": offerer})


def _visited(visit: Visit, at: datetime, successor: Successor) -> Changed:
    holder = _moved(visit.holder, successor)
    after = visit.model_copy(update={"holder": holder, "version": visit.version + 1})
    both = tuple(filter(None, (dept_of(visit.holder), dept_of(holder))))
    told = visit_said(after, VisitSucceeded, to=both, was_holder=visit.holder, reason=REASON, succeeded_at=at)
    return Changed(visits=(after,), said=(told,), notes=(noted(after, "succeed", visit.state, "rule", REASON),))


def _concerns(task: HandOff, successor: Successor) -> bool:
    return successor(task.dept) is not None or any(_moved(one, successor) != one for one in (task.holder, task.offerer))


def _taken_over(task: HandOff, event: Event, successor: Successor, at: datetime, way: Way) -> Step:
    """A new offer where the task was the department's, else only who answers for what it had passed on."""
    to = successor(task.dept) if task.phase in ("asked", "held") else None
    offerer = _moved(task.offerer, successor) or task.offerer
    if task.phase == "held" and to and dept_of(offerer):
        offerer = TRIAGE  # whoever had passed it on answered for it no more
    holder = offerer if to else _moved(task.holder, successor)
    changes = {
        "version": task.version + 1,
        "dept": successor(task.dept) or task.dept,
        "offerer": offerer,
        "holder": holder,
        "held_since": task.held_since if holder == task.holder else at,
    }
    if to is not None:
        times = way.times(at, task.clock_term, event.place, task.clock_from, task.pauses)
        changes |= {
            **way.workflows.task(task).after("", "offer"),
            **times._asdict(),
            "generation": task.generation + 1,
            "designated": False,
            "request": None,
            "expiries": 0,
            "reason": REASON,
            "offered_at": at,
            "received_at": None,
            "answered_at": None,
            "answer_received_at": None,
            "accepted_at": None,
        }
    after = task.model_copy(update=changes)
    line = Note(after.id, "succeed", task.state, after.state, holder, "rule", REASON, event.id, after.generation)
    told = _told(task, after, successor, at)
    if to is None:
        return Step(after, (told,), (line,))
    offer = Step(after, (told, said_offered(after, event)), (line,), promises(after))
    return with_receipt(offer, at, way)


def _told(before: HandOff, after: HandOff, successor: Successor, at: datetime) -> Said:
    """To both sides: the department that is no more, as long as somebody reads its queue, and its successor."""
    held = (before.dept, *filter(None, (dept_of(before.holder), dept_of(before.offerer))))
    was = tuple(dict.fromkeys(code for code in held if successor(code) is not None))
    to = tuple(dict.fromkeys((*was, *(new for code in was if (new := successor(code)) is not None))))
    return about_task(
        after,
        HandOffSucceeded,
        to=to,
        was_dept=before.dept,
        was_holder=before.holder,
        was_generation=before.generation,
        reason=REASON,
        succeeded_at=at,
    )


def _moved(holder: str | None, successor: Successor) -> str | None:
    """A holder with the successor in the place of a department that is no more."""
    dept = dept_of(holder)
    to = successor(dept) if dept is not None else None
    return holder if to is None else f"dept:{to}"
