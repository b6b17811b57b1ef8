"""A task that is late and then stands for a while: the ladder goes on from there, and climbs no rung for that."""

from __future__ import annotations

from datetime import timedelta

from govcore.events import TRIAGE, Event, HandOff, matter
from govcore.events.decision import Changed
from govcore.messages import OrderIssued
from govcore.testing import AT, a_way, an_event
from govcore.testing.builders import a_where

HOUR = timedelta(hours=1)


def test_a_late_task_that_stood_is_not_ordered_again_for_that() -> None:
    """Its order came at its due time; having stood, it waits for the next rung as if that order had come just now."""
    way = a_way()
    event: Event = an_event()
    task: HandOff

    def keep(changed: Changed) -> bool:
        """Whether an order was issued."""
        nonlocal event, task
        event = changed.event or event
        task = next(iter(changed.handoffs), None) or task
        return any(isinstance(said.payload, OrderIssued) for said in changed.said)

    keep(matter.located(event, a_where(), at=AT, way=way))
    keep(matter.accept(event, task, by=task.dept, generation=1, at=AT + HOUR / 6))
    due_at = task.due_at
    assert due_at is not None
    asked = {"reason": "awaiting_permit", "term": "1wd", "way": way}
    keep(matter.suspend(event, task, by=task.dept, generation=1, at=due_at - HOUR, **asked))  # type: ignore[arg-type]
    assert keep(matter.woken("finish", event, task, generation=1, at=due_at, way=way)) and task.orders == 1
    keep(matter.decide(event, task, ok=True, by=TRIAGE, at=due_at + HOUR, way=way))
    at = due_at + 2 * HOUR
    keep(matter.end_pause(event, task, by=TRIAGE, at=at, way=way, reason="已补"))
    assert task.due_at is not None and task.due_at <= at
    assert not keep(matter.woken("finish", event, task, generation=1, at=at, way=way)) and task.orders == 1
    climbs = task.order_at
    assert climbs is not None and climbs > at
    assert keep(matter.woken("finish", event, task, generation=1, at=climbs, way=way)) and task.orders == 2
