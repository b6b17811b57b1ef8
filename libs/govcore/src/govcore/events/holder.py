"""Who holds what, and the rule of the house: every open task has exactly one holder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from govcore.errors import Refusal
from govcore.events.event import Event
from govcore.events.handoff import HandOff, dept_of


class Held(NamedTuple):
    """``holder`` answers for ``task`` (an event's or a hand-off's id) since ``since``."""

    task: str
    holder: str
    since: datetime


def who_holds(event: Event, handoffs: Sequence[HandOff]) -> list[Held]:
    """Every open task of the matter with its one holder: the event itself while a desk has it, and each hand-off."""
    held: list[Held] = []
    if event.open and event.holder is not None and event.held_since is not None:
        held.append(Held(event.id, event.holder, event.held_since))
    held += [Held(one.id, one.holder, one.held_since) for one in handoffs if one.open and one.holder is not None]
    return held


def assert_one_holder(event: Event, handoffs: Sequence[HandOff]) -> None:
    """Raises ``EVENT_HOLDER_BROKEN`` (``value`` says what) where a task has no holder, or more than one claim.

    ``handoffs``: all tasks of the event.
    """
    for wrong in (_matter(event, handoffs), *(_task(one) for one in handoffs)):
        if wrong is not None:
            raise Refusal("EVENT_HOLDER_BROKEN", field="holder", value=wrong, event=event.id)


def _matter(event: Event, handoffs: Sequence[HandOff]) -> str | None:
    live = [one for one in handoffs if one.open]
    counted, are = (event.handoffs_open, event.handoffs_total), (len(live), len(handoffs))
    if counted != are:
        return f"{event.id}: (open, total) tasks counted {counted}, are {are}"
    if event.plans and event.phase != "departments":
        return f"{event.id}: {event.state}, yet {len(event.plans)} tasks wait to be offered"
    if not event.open:
        return f"{event.id}: {event.state}, yet held by {event.holder}" if event.holder else None
    if event.phase == "departments":
        if event.holder is not None:
            return f"{event.id}: {event.state}, yet held by {event.holder}"
        return None if live else f"{event.id}: {event.state} with no open task"
    return None if event.holder and event.held_since else f"{event.id}: {event.state} with no holder"


def _task(task: HandOff) -> str | None:
    if not task.open:
        return f"{task.id}: {task.state}, yet held by {task.holder}" if task.holder else None
    if task.holder is None:
        return f"{task.id}: {task.state} with no holder"
    if task.phase in ("held", "paused") and dept_of(task.holder) != task.dept:
        return f"{task.id}: accepted by {task.dept}, held by {task.holder}"
    if task.phase == "asked" and task.holder != task.offerer:
        return f"{task.id}: offered by {task.offerer}, held by {task.holder}"
    return None
