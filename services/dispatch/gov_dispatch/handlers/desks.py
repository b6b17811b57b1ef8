"""What people at the desks and residents do through the API: assign, designate, verify, rate, void, reopen."""

from __future__ import annotations

from collections.abc import Sequence

from govcore.events import ending, filing, handling
from govcore.events.event import Event
from govcore.events.way import Way
from govcore.messages import Message
from govmesh.handlers import On
from govmesh.work import Work

from gov_dispatch.apply import apply
from gov_dispatch.contracts import AssignEvent, DesignateHandOff, RateEvent, ReopenEvent, VerifyEvent, VoidEvent
from gov_dispatch.handlers.needs import event, task, tasks, the_event, the_matter
from gov_dispatch.store import EVENTS


class Desks:
    """Local commands; each answers with the event as it is after."""

    def __init__(self, way: Way) -> None:
        self._way = way

    def handlers(self) -> Sequence[On]:
        return (
            On(AssignEvent, self.assign, the_event),
            On(DesignateHandOff, self.designate, the_matter),
            On(VerifyEvent, self.verify, the_matter),
            On(RateEvent, self.rate, the_event),
            On(VoidEvent, self.void, the_matter),
            On(ReopenEvent, self.reopen, the_matter),
        )

    def assign(self, message: Message[AssignEvent], work: Work) -> None:
        said, matter = message.data, event(work, message.data.event_id)
        changed = filing.triage(
            matter,
            lead=said.lead,
            assists=said.assists,
            reason=said.reason,
            by=said.by,
            at=work.now,
            way=self._way,
            term=said.term,
            severity=said.severity,
        )
        apply(work, matter, changed)
        _told(work, matter)

    def designate(self, message: Message[DesignateHandOff], work: Work) -> None:
        said = message.data
        matter, handoff = task(work, said.handoff_id)
        changed = handling.designate(
            matter, handoff, dept=said.dept, by=said.by, at=work.now, reason=said.reason, way=self._way
        )
        apply(work, matter, changed)
        _told(work, matter)

    def verify(self, message: Message[VerifyEvent], work: Work) -> None:
        said, matter = message.data, event(work, message.data.event_id)
        changed = ending.verify(
            matter, tasks(work, matter), ok=said.ok, by=said.by, at=work.now, way=self._way, reason=said.reason
        )
        apply(work, matter, changed)
        _told(work, matter)

    def rate(self, message: Message[RateEvent], work: Work) -> None:
        matter = event(work, message.data.event_id)
        apply(work, matter, ending.rate(matter, grade=message.data.grade, at=work.now))
        _told(work, matter)

    def void(self, message: Message[VoidEvent], work: Work) -> None:
        said, matter = message.data, event(work, message.data.event_id)
        apply(work, matter, filing.void(matter, tasks(work, matter), by=said.by, at=work.now, reason=said.reason))
        _told(work, matter)

    def reopen(self, message: Message[ReopenEvent], work: Work) -> None:
        said, matter = message.data, event(work, message.data.event_id)
        changed = ending.reopen(
            matter, tasks(work, matter), by="reporter", at=work.now, reason=said.reason, way=self._way
        )
        apply(work, matter, changed)
        _told(work, matter)


def _told(work: Work, before: Event) -> None:
    work.result = work.get(EVENTS, before.id)
