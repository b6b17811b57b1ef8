"""Whether an alert is taken in, and what it becomes: a matter of its own, or one more of the matter that is open.

``at`` is when the mesh decides.  A repeat of an alert is recognised before any of this is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from govcore.alerts.watch import Watch, alert_id, watch_id
from govcore.errors import Refusal
from govcore.events._moves import change, note, together
from govcore.events.decision import NOTHING_CHANGED, Changed
from govcore.events.event import Event, Report
from govcore.events.handoff import HandOff
from govcore.events.repeats import RepeatRules, apart
from govcore.events.report_in import CLOCKS_APART, Point, ReportIn
from govcore.events.saying import about_event
from govcore.messages.alert import AlertFolded, AlertRaised

if TYPE_CHECKING:
    from govcore.packs.alerts import AlertKind, AlertRules, Gateway, Watcher

SENDER = "gateway."
"""How the names of gateways' users begin."""


class Taken(NamedTuple):
    """The run as it is with the alert, and what changed of its matter."""

    watch: Watch
    changed: Changed


class Known(NamedTuple):
    """What the pack says about an alert."""

    gateway: Gateway
    watcher: Watcher
    kind: AlertKind


def checked(said: AlertRaised, sender: str | None, rules: AlertRules, at: datetime) -> Known:
    """Everything that the pack and the clock say against an alert; the place is the report's matter.

    ``sender``: whom the broker names.  Raises ``ALERT_UNKNOWN_GATEWAY``, ``ALERT_NOT_YOURS``, ``ALERT_UNKNOWN_KIND``,
    ``ALERT_UNKNOWN_WATCHER``, ``ALERT_NO_PLACE``, ``ALERT_IN_FUTURE``, ``ALERT_STALE``.
    """
    gateway, watcher, kind = rules.gateway(said.gateway), rules.watcher(said.watcher), rules.kind(said.kind)
    if gateway is None:
        raise Refusal("ALERT_UNKNOWN_GATEWAY", field="gateway", value=said.gateway)
    if sender != SENDER + gateway.code:
        raise Refusal("ALERT_NOT_YOURS", field="gateway", value=said.gateway)
    if kind is None:
        raise Refusal("ALERT_UNKNOWN_KIND", field="kind", value=said.kind)
    if watcher is None or watcher.code not in kind.watchers:
        known = ", ".join(kind.watchers)
        raise Refusal("ALERT_UNKNOWN_WATCHER", field="watcher", value=said.watcher, kind=kind.code, known=known)
    if said.point is None and said.division is None:
        raise Refusal("ALERT_NO_PLACE", field="point")
    if said.observed_at > at + CLOCKS_APART:
        raise Refusal("ALERT_IN_FUTURE", field="observed_at", value=said.observed_at.isoformat())
    if said.observed_at < at - timedelta(minutes=kind.stale):
        raise Refusal("ALERT_STALE", field="observed_at", value=said.observed_at.isoformat(), minutes=kind.stale)
    return Known(gateway, watcher, kind)


def opening(said: AlertRaised, known: Known, channel: str) -> ReportIn:
    """The report that opens a matter: everything about it is made of the pack's own words, in both languages."""
    gateway, watcher, kind = known
    reading = ("", "")
    if said.reading is not None:
        units = (kind.unit.zh, kind.unit.en) if kind.unit else ("", "")
        reading = (f"，读数 {said.reading:g} {units[0]}".rstrip(), f", reading {said.reading:g} {units[1]}".rstrip())
    zh = f"{watcher.name.zh} {said.device} 报告{kind.name.zh}{reading[0]}"
    en = f"{watcher.name.en} {said.device} reports {kind.name.en}{reading[1]}"
    return ReportIn(
        source=SENDER + gateway.code,
        external_id=said.alert_id,
        channel=channel,
        title=f"{kind.name.zh} {kind.name.en}: {said.device}",
        text=f"{zh}。{en}.",
        class_code=kind.class_code,
        class_strict=True,
        division=said.division,
        point=Point(lon=said.point[0], lat=said.point[1], crs=gateway.crs) if said.point else None,
        severity=kind.severity_at(said.reading),
        reported_at=said.observed_at,
    )


def belongs(
    said: AlertRaised, report: Report, watch: Watch | None, event: Event | None, kind: AlertKind, rules: RepeatRules
) -> bool:
    """Whether an alert is one more of the run: its event is open, the fold window not over, the place not another.

    ``report``: what would open a matter of its own; ``rules`` say how far apart two places are.
    """
    if watch is None or event is None or not event.open or apart(event.point, report.point, rules):
        return False
    return watch.near(said.observed_at, timedelta(minutes=kind.fold))


def begun(said: AlertRaised, known: Known, event: Event) -> Watch:
    """The run that begins with the alert that opened ``event``."""
    return Watch(
        id=watch_id(said),
        event_id=event.id,
        kind=said.kind,
        watcher=said.watcher,
        device=said.device,
        place=event.place,
        severity=known.kind.severity_at(said.reading),
        first_at=said.observed_at,
        last_at=said.observed_at,
        peak=said.reading,
    )


def take(
    said: AlertRaised,
    known: Known,
    watch: Watch,
    event: Event,
    tasks: Sequence[HandOff],
    severities: Sequence[str],
) -> Taken:
    """One more alert of the run (:func:`belongs`).

    ``severities``: the locality's, the most urgent first.  A more severe one raises the event's severity, and the
    departments with open tasks are told straight; the terms of their tasks stay as they are.
    """
    now = known.kind.severity_at(said.reading)
    rose = severities.index(now) < severities.index(watch.severity)
    grown = watch.with_one(said, now if rose else watch.severity)
    if not (rose or grown.telling):
        return Taken(grown, NOTHING_CHANGED)
    higher = rose and (event.severity not in severities or severities.index(now) < severities.index(event.severity))
    after = change(event, severity=now if higher else event.severity)
    depts = tuple(dict.fromkeys(task.dept for task in tasks if task.open)) if rose else ()
    told = about_event(
        after,
        AlertFolded,
        to=depts,
        kind=said.kind,
        watcher=said.watcher,
        device=said.device,
        alerts=grown.count,
        reading=said.reading,
        peak=grown.peak,
        rose=rose,
        observed_at=said.observed_at,
    )
    line = note(after, "alert", event.state, SENDER + said.gateway, alert_id(said))
    return Taken(grown, together(after, said=[told], notes=[line]))
