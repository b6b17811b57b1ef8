"""A locality's rules at hand: file, locate, route and score with no broker, no database and no service.

Values in, values out: nothing is kept here but the pack.  The answers are the mesh's own, for both ask the same rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from govcore.errors import Refusal
from govcore.events import matter as decide
from govcore.events.decision import Changed
from govcore.events.event import Event, Report
from govcore.events.fingerprint import telling
from govcore.events.handoff import HandOff
from govcore.events.redact import without_identity
from govcore.events.report_in import ReportIn, check_report, codes_of, read_report
from govcore.memory import SequentialIds
from govcore.messages import EventLocated, Message, Payload
from govcore.packs import Found, Known, Pack, Places, Routed, explain, load_pack, report_of, way_of
from govcore.points import Entry, Ledger, Rulebook
from govcore.ports import Ids


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter with its reports and tasks, and all that was said about it, first to last."""

    event: Event
    reports: tuple[Report, ...] = ()
    handoffs: tuple[HandOff, ...] = ()
    messages: tuple[Message[Payload], ...] = ()

    def task(self, dept: str) -> HandOff:
        """The task of a department.  Raises ``HANDOFF_UNKNOWN``."""
        for one in self.handoffs:
            if one.dept == dept:
                return one
        raise Refusal("HANDOFF_UNKNOWN", field="dept", value=dept[:80])


class Embedded:
    """The rules of one pack.  Times (``at``) are handed in and carry their zone; ids come from ``ids``."""

    def __init__(self, pack: Pack | str | Path, *, ids: Ids | None = None) -> None:
        """``pack``: loaded, or its name or folder.  Raises ``PACK_…`` where it is broken, ``POINTS_…`` its rulebook."""
        self.pack = pack if isinstance(pack, Pack) else load_pack(pack)
        self.places = Places(self.pack)
        self._ids = ids or SequentialIds()
        self.way = way_of(self.pack, self._ids)
        self._known, self._repeats = Known(self.pack), self.pack.header.repeats
        rules = self.pack.points
        self.rulebook = Rulebook.load(rules, self.pack.id, self.pack.zone) if rules else None

    def check(self, said: ReportIn | Mapping[str, Any], *, at: datetime) -> ReportIn:
        """The report, if the pack, the map and the clock say nothing against it.  Raises the first ``REPORT_…``."""
        report = said if isinstance(said, ReportIn) else read_report(said)
        for wrong in check_report(report, self._known, at):
            raise wrong
        return report

    def file(self, said: ReportIn | Mapping[str, Any], *, at: datetime) -> Matter:
        """A new matter, held by the intake desk.  Raises as :meth:`check` does."""
        said = self.check(said, at=at)
        report = self._report(said, self._ids.new("E"), at)
        words = telling(said.text, self._repeats.characters)
        changed = decide.file(report, at=at, way=self.way, trace="", fingerprint=words)
        assert changed.event is not None
        return self.after(Matter(changed.event, (report,)), changed, at=at)

    def repeats(self, matter: Matter, said: ReportIn, *, at: datetime) -> bool:
        """Whether a report says the same as the matter's first did, and the matter had not ended by then."""
        words = telling(said.text, self._repeats.characters)
        report = report_of(self.pack, said, codes_of(said, self._known), id="-", event_id=matter.event.id, now=at)
        return decide.same(matter.event, report, words, at=report.reported_at, rules=self._repeats)

    def attach(self, matter: Matter, said: ReportIn | Mapping[str, Any], *, at: datetime) -> Matter:
        """A further report of the same matter.  Raises as :meth:`check` does, and ``EVENT_NOT_OPEN``."""
        report = self._report(self.check(said, at=at), matter.event.id, at)
        changed = decide.attach(matter.event, report, at=at, reason="EVENT_REPEAT_SAME_TEXT", score=1.0)
        return self.after(replace(matter, reports=(*matter.reports, report)), changed, at=at)

    def locate(self, matter: Matter) -> Found:
        """Where it is and who was on duty there when it was opened.  Raises ``GRID_…``."""
        event = matter.event
        texts = (without_identity(event.address), without_identity(event.title))
        return self.places.find(
            grid=event.grid, point=event.point, division=event.division, texts=texts, at=event.opened_at
        )

    def route(
        self, matter: Matter, where: Found | None, *, at: datetime, reason: str = "EVENT_NO_GRID_SERVICE"
    ) -> Matter:
        """To the departments, or to the triage desk where no rule names one.

        ``where`` None: it goes on with the division that came with the report, ``reason`` (a code) says why.
        """
        event = matter.event
        if where is None:
            return self.after(matter, decide.go_on(event, at=at, way=self.way, reason=reason), at=at)
        place = EventLocated(event_id=event.id, located_at=at, **where.facts())
        return self.after(matter, decide.located(event, place, at=at, way=self.way, handoffs=matter.handoffs), at=at)

    def take(self, said: ReportIn | Mapping[str, Any], *, at: datetime) -> Matter:
        """Filed, located and routed at one moment.  Raises as :meth:`check` does."""
        matter = self.file(said, at=at)
        try:
            where = self.locate(matter)
        except Refusal as no:
            return self.route(matter, None, at=at, reason=no.code)
        return self.route(matter, where, at=at)

    def seen(self, said: ReportIn | Mapping[str, Any], *, at: datetime) -> Event:
        """The matter as the routing rules see it: filed, at the place that was found, else at the report's own.

        Raises as :meth:`check` does.
        """
        matter = self.file(said, at=at)
        try:
            where = self.locate(matter)
        except Refusal:
            return matter.event
        return matter.event.model_copy(update={"place": where.located.place})

    def explain(self, said: ReportIn | Mapping[str, Any], *, at: datetime) -> Routed:
        """Which rules speak for a report made ``at``, what the others lack.  Raises as :meth:`check` does."""
        return explain(self.pack, self.seen(said, at=at))

    def accept(self, matter: Matter, dept: str, *, at: datetime) -> Matter:
        """The department accepts its task.  Raises ``HANDOFF_…``."""
        task = matter.task(dept)
        known = self.way.workflows
        changed = decide.accept(matter.event, task, by=dept, generation=task.generation, at=at, workflows=known)
        return self.after(matter, changed, at=at)

    def finish(self, matter: Matter, dept: str, *, result: str, at: datetime) -> Matter:
        """The department is done; with the last of them the matter is closed, or verified first.

        Raises ``HANDOFF_…``."""
        task = matter.task(dept)
        changed = decide.finish(
            matter.event,
            matter.handoffs,
            handoff_id=task.id,
            by=dept,
            generation=task.generation,
            result=result,
            at=at,
            way=self.way,
        )
        return self.after(matter, changed, at=at)

    def after(self, matter: Matter, changed: Changed, *, at: datetime) -> Matter:
        """The matter after any decision of :mod:`govcore.events.matter`."""
        tasks = {one.id: one for one in (*matter.handoffs, *changed.handoffs)}
        said = [
            Message(self._ids.new("m"), "/embedded", one.subject, one.version, one.place, at, "", one.payload, one.dept)
            for one in changed.said
        ]
        return replace(
            matter,
            event=changed.event or matter.event,
            handoffs=tuple(tasks.values()),
            messages=(*matter.messages, *said),
        )

    def score(self, matter: Matter, ledger: Ledger) -> list[Entry]:
        """What the matter's messages earn, written into ``ledger``; the new entries.  Asked again: none.

        A :class:`govcore.points.MemoryLedger` will do; caps count what stands in it.
        """
        if self.rulebook is None:
            return []
        return [entry for message in matter.messages for entry in self.rulebook.settle(message, ledger, message.time)]

    def _report(self, said: ReportIn, event_id: str, at: datetime) -> Report:
        codes = codes_of(said, self._known)
        return report_of(self.pack, said, codes, id=self._ids.new("R"), event_id=event_id, now=at)
