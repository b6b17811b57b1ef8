"""A report comes in: by the API, or from petition with its cause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gov_dispatch.apply import apply
from gov_dispatch.contracts import FileReport
from gov_dispatch.handlers.repeats import shown
from gov_dispatch.handlers.surges import Surges
from gov_dispatch.handlers.words import told
from gov_dispatch.sealing import seal
from gov_dispatch.store import EVENTS, REPORTS, StoredReport
from govcore.events import matter
from govcore.events.event import Event, Report
from govcore.events.fingerprint import telling
from govcore.events.redact import without_identity
from govcore.events.report_in import Codes, ReportIn, check_report, codes_of
from govcore.events.way import Way
from govcore.messages import Message, PetitionReferred
from govcore.packs import Known, report_of
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Need, Work


class Intake:
    """Files reports.  ``(source, external_id)`` recognises a report that comes again."""

    def __init__(self, mesh: Mesh, way: Way, surges: Surges) -> None:
        self._mesh, self._pack, self._way, self._known = mesh, mesh.pack, way, Known(mesh.pack)
        self._surges, self._repeats = surges, mesh.pack.header.repeats

    def handlers(self) -> Sequence[On]:
        return (
            On(FileReport, self.report, self.report_needs),
            On(PetitionReferred, self.petition, self.petition_needs),
        )

    def report_needs(self, message: Message[FileReport], _found: Any) -> Iterable[Need]:
        yield REPORTS, "key", _key(message.data.report.source, message.data.report.external_id)
        yield EVENTS, "fingerprint", telling(message.data.report.text, self._repeats.characters)

    def petition_needs(self, message: Message[PetitionReferred], _found: Any) -> Iterable[Need]:
        yield REPORTS, "key", _key("petition", message.data.referral_id)

    def report(self, message: Message[FileReport], work: Work) -> None:
        """A report through the API.  Its result says what became of it; a repeat changes nothing."""
        said = message.data.report
        key = _key(said.source, said.external_id)
        if earlier := work.find(REPORTS, "key", key):
            work.result = _result(earlier[0], new=False)
            return
        wrong = check_report(said, self._known, self._mesh.clock.now())
        if wrong:
            raise wrong[0]
        codes = codes_of(said, self._known)
        words = telling(said.text, self._repeats.characters)
        at = said.reported_at or work.now
        report = report_of(self._pack, said, codes, id=work.new_id("R"), event_id=work.new_id("E"), now=work.now)
        like = work.find(EVENTS, "fingerprint", words)
        same = [event for event in like if matter.same(event, report, words, at=at, rules=self._repeats)]
        if not message.data.history:
            self._surges.arm(work)
        if same:
            report = report.model_copy(update={"event_id": same[0].id})
            self._attach(work, same[0], report, key)
        else:
            self._open(work, report, said, codes, words, message.data.history, key)
        seal(
            work,
            self._mesh.vault,
            said.reporter,
            id=report.id,
            matter=report.event_id,
            place=report.place,
            source=said.source,
            words=told(said, report),
        )

    def petition(self, message: Message[PetitionReferred], work: Work) -> None:
        """A petition that needs a department: a report with its cause."""
        said = message.data
        key = _key("petition", said.referral_id)
        if work.find(REPORTS, "key", key):
            return
        report = Report(
            id=work.new_id("R"),
            event_id=work.new_id("E"),
            source="petition",
            external_id=said.referral_id,
            channel="petition",
            reported_at=said.referred_at,
            title=said.title,
            text=said.text,
            address=said.address,
            class_code=said.class_code,
            class_name=said.class_name,
            severity=said.severity,
            place=said.place,
            division=said.division,
            grid=said.grid,
            point=said.point,
            cause=said.petition_id,
        )
        self.take_in(work, report, key)

    def take_in(self, work: Work, report: Report, key: str | None) -> StoredReport:
        """A report on its normal road, as an event of its own whatever it is like."""
        changed = matter.file(report, at=work.now, way=self._way, trace=work.message.trace)
        self._surges.arm(work)
        assert changed.event is not None
        stored = StoredReport(report=report, key=key, attached=False)
        work.put(REPORTS, stored)
        apply(work, changed.event, changed)
        return stored

    def _attach(self, work: Work, event: Event, report: Report, key: str | None) -> None:
        if event.open:
            apply(work, event, matter.attach(event, report, at=work.now, reason="EVENT_REPEAT_SAME_TEXT", score=1.0))
        stored = StoredReport(report=report, key=key, attached=True)
        work.put(REPORTS, stored)
        work.result = {**_result(stored, new=True), "progress": shown(matter.progress(event))}

    def _open(
        self,
        work: Work,
        report: Report,
        said: ReportIn,
        codes: Codes,
        words: str | None,
        history: bool,
        key: str | None,
    ) -> None:
        trace = work.message.trace
        if history:
            past = said.history
            changed = matter.take_over(
                report,
                at=work.now,
                trace=trace,
                closed_at=past.closed_at if past else None,
                due_at=past.target_at if past else None,
                lead=codes.department,
                result=without_identity(
                    (past.outcome if past else None) or "", said.reporter.names() if said.reporter else ()
                ),
                fingerprint=words,
                workflows=self._way.workflows,
            )
        else:
            changed = matter.file(report, at=work.now, way=self._way, trace=trace, fingerprint=words)
        assert changed.event is not None
        apply(work, changed.event, changed)
        stored = StoredReport(report=report, key=key, attached=False)
        work.put(REPORTS, stored)
        work.result = _result(stored, new=True)


def _key(source: str, external_id: str | None) -> str | None:
    return f"{source}|{external_id}" if external_id else None


def _result(stored: StoredReport, *, new: bool) -> dict[str, Any]:
    outcome = "attached" if stored.attached else "accepted"
    return {"outcome": outcome, "event": stored.event_id, "report": stored.id, "new": new}
