"""Promises that came due.  Each asks the domain again; what has moved on changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from govcore.events import filing, handling, late
from govcore.events.way import Way
from govcore.messages import Message
from govmesh.handlers import On, TimerFired
from govmesh.work import Need, Work

from gov_dispatch.apply import apply
from gov_dispatch.store import EVENTS, HANDOFFS


class Clock:
    """Locate, triage and verify terms of events; accept, finish and receipt terms of hand-offs."""

    def __init__(self, way: Way) -> None:
        self._way = way

    def handlers(self) -> Sequence[On]:
        return (On(TimerFired, self.fired, self.needs),)

    def needs(self, message: Message[TimerFired], _found: Any) -> Iterable[Need]:
        event_id, _ = _parts(message.data)
        yield EVENTS, "id", event_id
        yield HANDOFFS, "event_id", event_id

    def fired(self, message: Message[TimerFired], work: Work) -> None:
        said, at, way = message.data, work.now, self._way
        event_id, generation = _parts(said)
        matter = work.get(EVENTS, event_id)
        if matter is None:
            return
        if said.subject == matter.id:
            if said.kind == "locate":
                apply(work, matter, filing.go_on(matter, at=at, way=way, reason="EVENT_LOCATE_LATE"))
            else:
                apply(work, matter, late.desk_late(matter, kind=said.kind, at=at, way=way))
            return
        handoff = work.get(HANDOFFS, said.subject)
        if handoff is None:
            return
        if said.kind == "accept":
            changed = handling.expire(matter, handoff, generation=generation, at=at, way=way)
        elif said.kind == "finish":
            changed = late.overdue(handoff, generation=generation, at=at, way=way)
        elif said.kind == "triage":
            changed = late.waiting(handoff, generation=generation, at=at, way=way)
        elif work.receipted(handoff.id, f"dept.{handoff.dept}"):
            changed = handling.receipt(handoff, generation=generation, at=at)
        else:
            changed = handling.undelivered(handoff, generation=generation, at=at)
        apply(work, matter, changed)


def _parts(said: TimerFired) -> tuple[str, int]:
    event_id, _, generation = said.data.partition("|")
    return event_id, int(generation or 0)
