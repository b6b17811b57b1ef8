"""Repeats: a person takes a suggestion, or takes it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gov_dispatch.apply import apply
from gov_dispatch.contracts import AttachEvent, DetachEvent, DetachReport
from gov_dispatch.handlers.needs import event, tasks
from gov_dispatch.store import EVENTS, HANDOFFS, KEYS, PEOPLE, REPORTS, MatterKey, StoredReport
from govcore.errors import Refusal
from govcore.events import matter
from govcore.events.event import Event, Report
from govcore.events.repeats import likeness
from govcore.events.repeats_join import Progress
from govcore.events.way import Way
from govcore.messages import Message
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Need, Work


class Repeats:
    """Local commands; each answers with the event as it is after, and with the one it was or is part of."""

    def __init__(self, mesh: Mesh, way: Way) -> None:
        self._way, self._rules, self._vault = way, mesh.pack.header.repeats, mesh.vault

    def handlers(self) -> Sequence[On]:
        return (
            On(AttachEvent, self.attach, _two_events),
            On(DetachEvent, self.detach, _two_events),
            On(DetachReport, self.detach_report, _event_and_report),
        )

    def attach(self, message: Message[AttachEvent], work: Work) -> None:
        said = message.data
        found, into = event(work, said.event_id), event(work, said.into)
        score = likeness(found, into, same_reporter=False, rules=self._rules).score
        report, own = _first_report(work, found), tasks(work, found)
        ended, grown = matter.merge(
            found,
            report,
            own,
            into,
            by=said.by,
            at=work.now,
            reason=said.reason,
            score=score,
            workflows=self._way.workflows,
        )
        apply(work, found, ended)
        apply(work, into, grown)
        now = event(work, into.id)
        work.result = {"event": event(work, found.id), "original": now, "progress": shown(matter.progress(now))}

    def detach(self, message: Message[DetachEvent], work: Work) -> None:
        said = message.data
        found, original = event(work, said.event_id), event(work, said.original)
        report = _first_report(work, found)
        own, left = matter.unmerge(found, report, original, by=said.by, at=work.now, reason=said.reason, way=self._way)
        apply(work, found, own)
        apply(work, original, left)
        work.result = {"event": event(work, found.id), "original": event(work, original.id)}

    def detach_report(self, message: Message[DetachReport], work: Work) -> None:
        said = message.data
        original = event(work, said.event_id)
        stored = work.get(REPORTS, said.report_id)
        if stored is None or not stored.attached:
            raise Refusal("EVENT_NOT_ATTACHED", field="report_id", value=said.report_id[:80])
        new = work.new_id("E")
        own, left = matter.part(
            original,
            stored.report,
            id=new,
            by=said.by,
            at=work.now,
            reason=said.reason,
            way=self._way,
            trace=message.trace,
        )
        assert own.event is not None
        apply(work, own.event, own)
        apply(work, original, left)
        self._move(work, stored, original, new)
        work.result = {"event": event(work, new), "original": event(work, original.id)}

    def _move(self, work: Work, stored: StoredReport, original: Event, new: str) -> None:
        """The report and who made it belong to the new matter from now on: sealed under its key, not the old one's."""
        report = stored.report.model_copy(update={"event_id": new})
        work.put(REPORTS, StoredReport(report=report, key=stored.key, attached=False))
        person, old = work.get(PEOPLE, stored.id), work.get(KEYS, original.id)
        if person is None or old is None:
            return
        key = MatterKey(id=new, place=report.place, wrapped=self._vault.new_key(new))
        record = self._vault.open(old.wrapped, original.id, person.sealed)
        work.put(KEYS, key)
        work.put(
            PEOPLE,
            person.model_copy(update={"event_id": new, "sealed": self._vault.seal(key.wrapped, new, record)}),
        )


def shown(progress: Progress) -> dict[str, Any]:
    """How far a matter is, for whoever reported it again."""
    return {**progress._asdict(), "zh": progress.text("zh_CN"), "en": progress.text("en")}


def _two_events(message: Message[Any], _found: Any) -> Iterable[Need]:
    said = message.data
    yield EVENTS, "id", said.event_id
    yield EVENTS, "id", said.into if isinstance(said, AttachEvent) else said.original
    yield HANDOFFS, "event_id", said.event_id
    yield REPORTS, "event_id", said.event_id


def _event_and_report(message: Message[DetachReport], _found: Any) -> Iterable[Need]:
    yield EVENTS, "id", message.data.event_id
    yield REPORTS, "id", message.data.report_id
    yield KEYS, "id", message.data.event_id
    yield PEOPLE, "id", message.data.report_id


def _first_report(work: Work, of: Event) -> Report:
    """What opened the event."""
    found = work.find(REPORTS, "event_id", of.id)
    first = next((one for one in found if not one.attached), None)
    if first is None:
        raise Refusal("EVENT_UNKNOWN", field="event_id", value=of.id)
    return first.report
