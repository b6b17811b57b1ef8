"""Promises that came due.  Each asks the domain again; what has moved on changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from gov_dispatch.apply import apply
from gov_dispatch.handlers import orders
from gov_dispatch.handlers.surges import Surges
from gov_dispatch.store import EVENTS, HANDOFFS, OPERATIONS, REVISITS
from govcore.events import matter, visits
from govcore.events.visit import TIMERS
from govcore.events.way import Way
from govcore.joint import TIMERS as OPERATION_TIMERS
from govcore.messages import Message
from govmesh.handlers import On, TimerFired
from govmesh.work import Need, Work


class Clock:
    """Locate, triage and verify terms of events; accept, finish and receipt terms of hand-offs; days and terms of
    visits; the surges of a day.

    ``others`` look at subjects of their own kind of promise.
    """

    def __init__(self, way: Way, surges: Surges, others: Mapping[str, Callable[[str, Work], None]]) -> None:
        self._way, self._surges, self._others = way, surges, others

    def handlers(self) -> Sequence[On]:
        return (On(TimerFired, self.fired, self.needs),)

    def needs(self, message: Message[TimerFired], _found: Any) -> Iterable[Need]:
        if message.data.kind in orders.TIMERS:
            yield from orders.timer_needs(message.data)
        of_matters = message.data.kind not in self._others or message.data.kind in OPERATION_TIMERS
        if message.data.kind == "surge" or not of_matters:
            return
        event_id, _ = _parts(message.data)
        yield EVENTS, "id", event_id
        if message.data.kind in TIMERS:
            yield REVISITS, "id", message.data.subject
        else:
            yield HANDOFFS, "event_id", event_id
        if message.data.kind in OPERATION_TIMERS:
            yield OPERATIONS, "id", message.data.subject

    def fired(self, message: Message[TimerFired], work: Work) -> None:
        said = message.data
        if said.kind == "surge":
            self._surges.check(date.fromisoformat(said.data), work)
            return
        if (look := self._others.get(said.kind)) is not None:
            look(said.subject, work)
            return
        event_id, generation = _parts(said)
        event = work.get(EVENTS, event_id)
        if event is None:
            return
        visit = work.get(REVISITS, said.subject) if said.kind in TIMERS else None
        if visit is not None:
            apply(work, event, visits.woken(said.kind, event, visit, at=work.now, way=self._way))
            return
        task = work.get(HANDOFFS, said.subject) if said.subject != event_id else None
        if task is not None and said.kind == "receipt" and work.receipted(task.id, f"dept.{task.dept}"):
            changed = matter.receipt(task, generation=generation, at=work.now)
        else:
            changed = matter.woken(said.kind, event, task, generation=generation, at=work.now, way=self._way)
        apply(work, event, changed)


def _parts(said: TimerFired) -> tuple[str, int]:
    event_id, _, generation = said.data.partition("|")
    return event_id, int(generation or 0)
