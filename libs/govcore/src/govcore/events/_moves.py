"""What the decisions about a matter share: moving the event, offering tasks, adding up what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from govcore.errors import Refusal
from govcore.events.decision import Changed, Note, Promise, Said, Step
from govcore.events.event import Event
from govcore.events.handoff import HandOff
from govcore.events.offers import offer
from govcore.events.plan import After, Plan, ready
from govcore.events.saying import about_event
from govcore.events.way import Times, Way
from govcore.messages.event import EventFacts
from govcore.messages.words import Role
from govcore.workflow import ONLY_SHIPPED, Workflows


def move(
    event: Event, action: str, *, at: datetime, workflows: Workflows, holder: str | None = None, **changes: Any
) -> Event:
    """``event`` after ``action``, one version on.  Raises ``EVENT_NOT_ALLOWED`` where its table has no such line."""
    since = None if holder is None else at
    after = workflows.event(event).after(event.state, action)
    return change(event, **after, holder=holder, held_since=since, **changes)


def told(before: str, action: str, after: Event, payload: type[EventFacts], workflows: Workflows, **more: Any) -> Said:
    """What is said of ``after``, an event that was in state ``before``; the line of ``action`` says to whom besides."""
    line = workflows.event(after).line(before, action)
    to = (after.lead,) if "lead" in line.tell and after.lead is not None else ()
    return about_event(after, payload, to=to, **more)


def change(event: Event, **changes: Any) -> Event:
    """``event`` with ``changes``, one version on."""
    return event.model_copy(update={**changes, "version": event.version + 1})


def note(after: Event, kind: str, before: str, actor: str, reason: str = "") -> Note:
    """A line of the event's own history."""
    return Note(after.id, kind, before, after.state, after.holder, actor, reason, after.id)


def offer_all(
    event: Event,
    *,
    lead: str,
    assists: Iterable[str],
    term: str | None,
    offerer: str,
    actor: str,
    reason: str,
    at: datetime,
    way: Way,
    terms: Mapping[str, str] = MappingProxyType({}),
    after: After = MappingProxyType({}),
) -> tuple[list[Step], tuple[Plan, ...]]:
    """First offers to the lead and each assisting department; ``terms``: of those that have one of their own.

    Those that wait for others (``after``) are planned.
    """
    times = way.times(at, term, event.place)
    own = {dept: way.times(at, its, event.place) for dept, its in terms.items()}
    roles: list[tuple[str, Role]] = [(lead, "lead")]
    roles += [(dept, "assist") for dept in dict.fromkeys(assists) if dept != lead]
    ids = {dept: way.ids.new("H") for dept, _ in roles}
    plans = tuple(
        Plan(
            id=ids[dept],
            dept=dept,
            after=tuple(ids[one] for one in after[dept]),
            term=terms.get(dept, term),
            offerer=offerer,
        )
        for dept, _ in roles
        if after.get(dept)
    )
    steps = [
        with_receipt(
            offer(
                event,
                id=ids[dept],
                dept=dept,
                role=role,
                offerer=offerer,
                at=at,
                term=terms.get(dept, term),
                times=own.get(dept, times),
                actor=actor,
                reason=reason,
                workflows=way.workflows,
            ),
            at,
            way,
        )
        for dept, role in roles
        if not after.get(dept)
    ]
    return steps, plans


def release(event: Event, handoffs: Sequence[HandOff], *, at: datetime, way: Way) -> tuple[Event, list[Step]]:
    """First offers of the planned tasks whose time has come; the clock of each begins ``at``."""
    now, rest = ready(event.plans, handoffs)
    if not now:
        return event, []
    after = change(
        event,
        plans=rest,
        handoffs_open=event.handoffs_open + len(now),
        handoffs_total=event.handoffs_total + len(now),
    )
    return after, [
        with_receipt(
            offer(
                after,
                id=plan.id,
                dept=plan.dept,
                role="assist",
                offerer=plan.offerer,
                at=at,
                term=plan.term,
                times=way.times(at, plan.term, event.place),
                actor="rule",
                reason="EVENT_PLAN_READY",
                workflows=way.workflows,
            ),
            at,
            way,
        )
        for plan in now
    ]


def due_of(of: HandOff | Times) -> dict[str, Any]:
    """What a matter takes over from its lead's task: when it is due, and what was reckoned."""
    return {name: getattr(of, name) for name in ("due_term", "due_from", "due_at", "provisional", "pauses")}


def with_receipt(step: Step, at: datetime, way: Way) -> Step:
    """``step`` with the promise to see whether its offer arrived."""
    task = step.handoff
    promise = Promise("receipt", task.id, at + way.rules.receipt, task.event_id, task.generation)
    return step._replace(promises=(*step.promises, promise))


def together(
    event: Event | None,
    steps: Iterable[Step] = (),
    *,
    said: Iterable[Said] = (),
    notes: Iterable[Note] = (),
    promises: Iterable[Promise] = (),
    event_first: bool = False,
    workflows: Workflows = ONLY_SHIPPED,
) -> Changed:
    """Everything as one change, told in order: the steps, then what became of the event (or ``event_first``).

    Of several steps of one hand-off the last form is written, and only its promises are made; of all promises
    those that the tables run in the state that follows.
    """
    tasks: dict[str, HandOff] = {}
    all_said: list[Said] = []
    all_notes: list[Note] = []
    all_promises: list[Promise] = []
    of_event = [(said, notes, promises)]
    of_steps: list[Any] = []
    for step in steps:
        tasks[step.handoff.id] = step.handoff
        of_steps.append((step.said, step.notes, step.promises))
    for more_said, more_notes, more_promises in of_event + of_steps if event_first else of_steps + of_event:
        all_said += more_said
        all_notes += more_notes
        all_promises += more_promises
    kept = tuple(one for one in all_promises if _runs(one, event, tasks.get(one.subject), workflows))
    return Changed(event, tuple(tasks.values()), tuple(all_said), tuple(all_notes), kept)


def _runs(promise: Promise, event: Event | None, task: HandOff | None, workflows: Workflows) -> bool:
    if task is not None:
        return task.generation == promise.generation and workflows.task(task).runs(task.state, promise.kind)
    return event is None or event.id != promise.subject or workflows.event(event).runs(event.state, promise.kind)


def find(handoffs: Sequence[HandOff], id: str) -> HandOff:
    """The task with that id.  Raises ``HANDOFF_UNKNOWN``."""
    for one in handoffs:
        if one.id == id:
            return one
    raise Refusal("HANDOFF_UNKNOWN", field="handoff_id", value=id[:80])


def with_new(handoffs: Sequence[HandOff], changed: HandOff) -> tuple[HandOff, ...]:
    """The tasks with ``changed`` in its place."""
    return tuple(changed if one.id == changed.id else one for one in handoffs)


def reasoned(reason: str) -> str:
    """``reason``, if it says anything.  Raises ``EVENT_NO_REASON``."""
    if not reason.strip():
        raise Refusal("EVENT_NO_REASON", field="reason")
    return reason
