"""Alerts come in: by the queue of the gateways, or by the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from gov_dispatch.apply import apply
from gov_dispatch.handlers.needs import tasks
from gov_dispatch.handlers.surges import Surges
from gov_dispatch.store import EVENTS, HANDOFFS, REPORTS, StoredReport
from gov_dispatch.store.alerts import ALERTS, GAUGES, WATCHES
from govcore import alerts
from govcore.alerts import Alert, Known, Watch
from govcore.errors import Refusal
from govcore.events import matter
from govcore.events.event import Event, Report
from govcore.events.report_in import check_report, codes_of
from govcore.events.way import Way
from govcore.messages import AlertRaised, Message
from govcore.packs import Known as Names
from govcore.packs import report_of
from govmesh.handlers import On, Via
from govmesh.mesh import Mesh
from govmesh.work import Need, Work

_RUN = Via(WATCHES, "event_id", lambda message: alerts.watch_id(message.data))
"""The event that a device's alerts are now; where it has another by then, that one is loaded too."""


class Alerts:
    """``(gateway, alert_id)`` recognises an alert that comes again."""

    def __init__(self, mesh: Mesh, way: Way, surges: Surges) -> None:
        self._pack, self._way, self._names, self._surges = mesh.pack, way, Names(mesh.pack), surges
        self._rules, self._clock, self._repeats = mesh.pack.alerts, mesh.clock, mesh.pack.header.repeats
        self._severities = tuple(one.code for one in mesh.pack.terms.severities)

    def handlers(self) -> Sequence[On]:
        return (On(AlertRaised, self.raised, self.needs, _RUN),)

    def needs(self, message: Message[AlertRaised], event_id: str | None) -> Iterable[Need]:
        said = message.data
        yield EVENTS, "id", event_id
        yield HANDOFFS, "event_id", event_id
        yield ALERTS, "id", alerts.alert_id(said)
        yield WATCHES, "id", alerts.watch_id(said)
        for gauge in alerts.gauge_ids(said):
            yield GAUGES, "id", gauge

    def raised(self, message: Message[AlertRaised], work: Work) -> None:
        """Its result says what became of it; a repeat changes nothing."""
        said = message.data
        if earlier := work.get(ALERTS, alerts.alert_id(said)):
            work.result = _result("repeat", earlier)
            return
        known = alerts.checked(said, work.user, self._rules, self._clock.now())
        report = self._report(said, known, work)
        watch = work.get(WATCHES, alerts.watch_id(said))
        event = work.get(EVENTS, watch.event_id) if watch else None
        folds = alerts.belongs(said, report, watch, event, known.kind, self._repeats)
        self._count(said, known, work, patient=folds and not message.source.endswith("/local"))
        if folds and watch is not None and event is not None:
            self._fold(said, known, watch, event, work)
        else:
            self._open(said, known, report, work)

    def _report(self, said: AlertRaised, known: Known, work: Work) -> Report:
        """What it would be as a report.  Raises what is wrong with its place."""
        told = alerts.opening(said, known, self._rules.channel)
        wrong = check_report(told, self._names, self._clock.now())
        if wrong:
            raise wrong[0]
        codes = codes_of(told, self._names)
        return report_of(self._pack, told, codes, id=work.new_id("R"), event_id=work.new_id("E"), now=work.now)

    def _count(self, said: AlertRaised, known: Known, work: Work, *, patient: bool) -> None:
        """Raises ``ALERT_RATE_LIMIT`` unless ``patient``: what a queue brings and folds need not be refused."""
        limit = known.watcher.limit
        span = timedelta(minutes=limit.minutes)
        try:
            for id, most in zip(alerts.gauge_ids(said), (limit.each, limit.all), strict=True):
                work.put(GAUGES, alerts.counted(work.get(GAUGES, id), id, most=most, span=span, at=work.now))
        except Refusal:
            if not patient:
                raise

    def _fold(self, said: AlertRaised, known: Known, watch: Watch, event: Event, work: Work) -> None:
        taken = alerts.take(said, known, watch, event, tasks(work, event), self._severities)
        work.put(WATCHES, taken.watch)
        apply(work, event, taken.changed)
        self._keep(said, event, "folded", work)

    def _open(self, said: AlertRaised, known: Known, report: Report, work: Work) -> None:
        changed = matter.file(report, at=work.now, way=self._way, trace=work.new_trace())
        assert changed.event is not None
        self._surges.arm(work)
        work.put(REPORTS, StoredReport(report=report, key=f"{report.source}|{report.external_id}", attached=False))
        work.put(WATCHES, alerts.begun(said, known, changed.event))
        apply(work, changed.event, changed)
        self._keep(said, changed.event, "opened", work)

    def _keep(self, said: AlertRaised, event: Event, outcome: str, work: Work) -> None:
        kept = Alert(
            id=alerts.alert_id(said),
            event_id=event.id,
            watch=alerts.watch_id(said),
            place=event.place,
            reading=said.reading,
            observed_at=said.observed_at,
        )
        work.put(ALERTS, kept)
        work.result = _result(outcome, kept)


def _result(outcome: str, kept: Alert) -> dict[str, Any]:
    return {"outcome": outcome, "event": kept.event_id, "alert": kept.id, "new": outcome != "repeat"}
