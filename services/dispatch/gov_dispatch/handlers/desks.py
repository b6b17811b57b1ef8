"""What people at the desks and residents do through the API: assign, designate, decide, verify, rate, void, reopen."""

from __future__ import annotations

from collections.abc import Sequence

from gov_dispatch.apply import apply
from gov_dispatch.contracts import (
    AssignEvent,
    DecideRequest,
    DesignateHandOff,
    EndPause,
    RateEvent,
    ReopenEvent,
    VerifyEvent,
    VoidEvent,
)
from gov_dispatch.handlers.joint import Joint
from gov_dispatch.handlers.needs import event, task, tasks, the_matter, the_matter_and_operations
from gov_dispatch.store import EVENTS
from govcore.events import matter
from govcore.events.event import VERIFY, Event
from govcore.events.way import Way
from govcore.messages import Message
from govmesh.handlers import On
from govmesh.work import Work


class Desks:
    """Local commands; each answers with the event as it is after."""

    def __init__(self, way: Way, joint: Joint) -> None:
        self._way, self._joint = way, joint

    def handlers(self) -> Sequence[On]:
        return (
            On(AssignEvent, self.assign, the_matter_and_operations),
            On(DesignateHandOff, self.designate, the_matter_and_operations),
            On(DecideRequest, self.decide, the_matter),
            On(EndPause, self.end_pause, the_matter),
            On(VerifyEvent, self.verify, the_matter),
            On(RateEvent, self.rate, the_matter),
            On(VoidEvent, self.void, the_matter),
            On(ReopenEvent, self.reopen, the_matter),
        )

    def assign(self, message: Message[AssignEvent], work: Work) -> None:
        said, found = message.data, event(work, message.data.event_id)
        changed = matter.triage(
            found,
            lead=said.lead,
            assists=said.assists,
            reason=said.reason,
            by=said.by,
            at=work.now,
            way=self._way,
            term=said.term,
            severity=said.severity,
            terms=said.terms,
            after=said.after,
            join=said.join,
        )
        apply(work, found, changed)
        self._joint.decided(work, found, dept=said.lead, by=said.by, reason=said.reason)
        _told(work, found)

    def designate(self, message: Message[DesignateHandOff], work: Work) -> None:
        said = message.data
        found, handoff = task(work, said.handoff_id)
        changed = matter.designate(
            found, handoff, dept=said.dept, by=said.by, at=work.now, reason=said.reason, way=self._way
        )
        apply(work, found, changed)
        self._joint.decided(work, found, dept=said.dept, by=said.by, reason=said.reason)
        _told(work, found)

    def decide(self, message: Message[DecideRequest], work: Work) -> None:
        said = message.data
        found, handoff = task(work, said.handoff_id)
        changed = matter.decide(found, handoff, ok=said.ok, by=said.by, at=work.now, reason=said.reason, way=self._way)
        apply(work, found, changed)
        _told(work, found)

    def end_pause(self, message: Message[EndPause], work: Work) -> None:
        said = message.data
        found, handoff = task(work, said.handoff_id)
        changed = matter.end_pause(found, handoff, by=said.by, at=work.now, reason=said.reason, way=self._way)
        apply(work, found, changed)
        _told(work, found)

    def verify(self, message: Message[VerifyEvent], work: Work) -> None:
        said, found = message.data, event(work, message.data.event_id)
        by = said.by or found.holder or VERIFY
        changed = matter.verify(
            found, tasks(work, found), ok=said.ok, by=by, at=work.now, way=self._way, reason=said.reason
        )
        apply(work, found, changed)
        _told(work, found)

    def rate(self, message: Message[RateEvent], work: Work) -> None:
        said, found = message.data, event(work, message.data.event_id)
        changed = matter.rate(found, tasks(work, found), grade=said.grade, by=said.by, at=work.now, way=self._way)
        apply(work, found, changed)
        _told(work, found)

    def void(self, message: Message[VoidEvent], work: Work) -> None:
        said, found = message.data, event(work, message.data.event_id)
        changed = matter.void(
            found,
            tasks(work, found),
            by=said.by,
            at=work.now,
            reason=said.reason,
            workflows=self._way.workflows,
        )
        apply(work, found, changed)
        _told(work, found)

    def reopen(self, message: Message[ReopenEvent], work: Work) -> None:
        said, found = message.data, event(work, message.data.event_id)
        changed = matter.reopen(
            found, tasks(work, found), by="reporter", at=work.now, reason=said.reason, way=self._way
        )
        apply(work, found, changed)
        _told(work, found)


def _told(work: Work, before: Event) -> None:
    work.result = work.get(EVENTS, before.id)
