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
from govcore.events.lifecycle import EVENT
from govcore.events.offers import offer
from govcore.events.way import Times, Way
from govcore.messages.words import Role


def move(event: Event, action: str, *, at: datetime, holder: str | None = None, **changes: Any) -> Event:
    """``event`` after ``action``, one version on.  Raises ``EVENT_NOT_ALLOWED`` where the table has no such line."""
    since = None if holder is None else at
    state = EVENT.step(event.state, action)
    return change(event, state=state, holder=holder, held_since=since, **changes)


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
) -> list[Step]:
    """First offers to the lead and each assisting department; ``terms``: of those that have one of their own."""
    times = way.times(at, term, event.place)
    own = {dept: way.times(at, its, event.place) for dept, its in terms.items()}
    roles: list[tuple[str, Role]] = [(lead, "lead")]
    roles += [(dept, "assist") for dept in dict.fromkeys(assists) if dept != lead]
    return [
        with_receipt(
            offer(
                event,
                id=way.ids.new("H"),
                dept=dept,
                role=role,
                offerer=offerer,
                at=at,
                term=terms.get(dept, term),
                times=own.get(dept, times),
                actor=actor,
                reason=reason,
            ),
            at,
            way,
        )
        for dept, role in roles
    ]


def due_of(of: HandOff | Times) -> dict[str, Any]:
    """What a matter takes over from its lead's task: when it is due, and what was reckoned."""
    return {name: getattr(of, name) for name in ("due_term", "due_from", "due_at", "provisional")}


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
) -> Changed:
    """Everything as one change, told in order: the steps, then what became of the event (or ``event_first``).

    Of several steps of one hand-off the last form is written, and only its promises are made.
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
    kept = tuple(
        one for one in all_promises if one.subject not in tasks or tasks[one.subject].generation == one.generation
    )
    return Changed(event, tuple(tasks.values()), tuple(all_said), tuple(all_notes), kept)


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
