"""From a decision of the domain to the unit of work: rows, messages, history, promises."""

from __future__ import annotations

from gov_dispatch.store import EVENTS, HANDOFFS, REVISITS
from govcore.events.decision import Changed
from govcore.events.event import Event
from govcore.events.visit import TIMERS
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
    for said in changed.said:
        work.say(
            said.payload,
            subject=said.subject,
            version=said.version,
            place=said.place,
            dept=said.dept,
            to=tuple(f"dept.{code}" for code in said.to),
            trace=now.trace,
        )
    for note in changed.notes:
        work.note(
            note.subject,
            note.kind,
            place=now.place,
            from_state=note.from_state or None,
            to_state=note.to_state,
            holder=note.holder,
            actor=note.actor,
            reason=note.reason or None,
            trace=now.trace,
        )
    for promise in changed.promises:
        key = f"{promise.kind}:{promise.subject}:{promise.generation}"
        work.promise(
            key,
            promise.at,
            promise.kind,
            subject=promise.subject,
            place=now.place,
            data=f"{promise.event_id}|{promise.generation}",
        )


_DESK = {"intake": "locate", "triage": "triage", "verify": "verify"}
"""The promise that goes with each phase in which a desk holds the matter."""


def _event_promises(work: Work, before: Event, after: Event) -> None:
    """Take back the desk's promise of a matter that has moved on."""
    if before.phase != after.phase and before.phase in _DESK:
        work.forget(f"{_DESK[before.phase]}:{after.id}:0")
