"""A report becomes a matter, joins an earlier one, or is taken over from the past.

Every decision answers a :class:`govcore.events.decision.Changed`; ``at`` is when the mesh decides.
"""

from __future__ import annotations

from datetime import datetime

from govcore.errors import Refusal
from govcore.events._moves import change, note, together
from govcore.events.decision import Changed, Promise, Said
from govcore.events.event import INTAKE, TRIAGE, Event, Report
from govcore.events.fingerprint import bare
from govcore.events.redact import without_identity
from govcore.events.repeats import RepeatRules, apart
from govcore.events.saying import about_event
from govcore.events.way import Way
from govcore.messages.closing import EventImported
from govcore.messages.event import EventAttached, EventReported
from govcore.workflow import ONLY_SHIPPED, Workflow, Workflows


def file(report: Report, *, at: datetime, way: Way, trace: str, fingerprint: str | None = None) -> Changed:
    """A report opens an event; from this moment the intake desk holds it."""
    workflow = way.workflows.current
    event = _event_of(report, workflow, "file", opened_at=at, trace=trace, fingerprint=fingerprint)
    join = workflow.join or way.rules.join
    event = event.model_copy(update={"holder": INTAKE, "held_since": at, "join": join})
    said = about_event(
        event,
        EventReported,
        report_id=report.id,
        source=report.source,
        external_id=report.external_id,
        reported_at=report.reported_at,
        title=without_identity(event.title),
        address=without_identity(event.address),
        point=event.point,
    )
    promise = Promise("locate", event.id, at + way.rules.locate, event.id)
    notes = [note(event, "file", "", "channel:" + report.channel)]
    return together(event, said=[said], notes=notes, promises=[promise], workflows=way.workflows)


def take_over(
    report: Report,
    *,
    at: datetime,
    trace: str,
    closed_at: datetime | None = None,
    due_at: datetime | None = None,
    lead: str | None = None,
    outcome: str = "handled",
    result: str = "",
    fingerprint: str | None = None,
    workflows: Workflows = ONLY_SHIPPED,
) -> Changed:
    """A matter of the past with its own times; starts no offer, timer or order.  An unended one stands at triage.

    ``outcome`` is a code, ``result`` the past's own words for it; they stay in the event's row.
    Raises ``EVENT_CLOSED_BEFORE_OPENED``.
    """
    opened_at = report.reported_at
    if closed_at is not None and closed_at < opened_at:
        raise Refusal("EVENT_CLOSED_BEFORE_OPENED", field="closed_at", value=closed_at.isoformat())
    action = "import_open" if closed_at is None else "import_closed"
    event = _event_of(report, workflows.current, action, opened_at=opened_at, trace=trace, fingerprint=fingerprint)
    ended = closed_at is not None
    event = event.model_copy(
        update={
            "holder": None if ended else TRIAGE,
            "held_since": None if ended else at,
            "due_at": due_at,
            "lead": lead,
            "closed_at": closed_at,
            "outcome": outcome if ended else None,
            "result": result,
            "on_time": closed_at <= due_at if closed_at is not None and due_at is not None else None,
        }
    )
    said = about_event(
        event,
        EventImported,
        report_id=report.id,
        source=report.source,
        external_id=report.external_id,
        outcome=event.outcome,
        on_time=event.on_time,
        closed_at=closed_at,
    )
    return together(event, said=[said], notes=[note(event, action, "", "importer")])


def same(event: Event, report: Report, words: str | None, *, at: datetime, rules: RepeatRules) -> bool:
    """Whether a report of these ``words`` (:func:`govcore.events.fingerprint.telling`), made ``at``, belongs to it.

    They are the event's own, it had not ended by then, and the places, where both are told, do not contradict.
    """
    if words is None or event.fingerprint != words or event.part_of is not None:
        return False
    if apart(event.point, report.point, rules):
        return False
    if event.address and report.address and bare(event.address) != bare(report.address):
        return False
    return event.closed_at is None or event.closed_at > at


def attach(event: Event, report: Report, *, at: datetime, reason: str, score: float | None = None) -> Changed:
    """A further report of the same, still open matter.  Raises ``EVENT_NOT_OPEN``."""
    if not event.open:
        raise Refusal("EVENT_NOT_OPEN", field="event_id", value=event.id, state=event.state)
    after = change(event, reports=event.reports + 1)
    return together(
        after,
        said=[attached(after, report, reason, score)],
        notes=[note(after, "attach_report", event.state, "channel:" + report.channel, reason)],
    )


def _event_of(
    report: Report, workflow: Workflow, action: str, *, opened_at: datetime, trace: str, fingerprint: str | None
) -> Event:
    return Event(
        id=report.event_id,
        workflow=workflow.key,
        **workflow.event.after("", action),
        trace=trace,
        title=report.title,
        text=report.text,
        address=report.address,
        class_code=report.class_code,
        class_name=report.class_name,
        severity=report.severity,
        channel=report.channel,
        source=report.source,
        cause=report.cause,
        fingerprint=fingerprint,
        place=report.place,
        division=report.division,
        grid=report.grid,
        point=report.point,
        opened_at=opened_at,
    )


def attached(after: Event, report: Report, reason: str, score: float | None) -> Said:
    """That ``report`` belongs to ``after``, or that the whole of it became part of another."""
    return about_event(
        after,
        EventAttached,
        report_id=report.id,
        source=report.source,
        external_id=report.external_id,
        reported_at=report.reported_at,
        reason=reason,
        score=score,
        reports=after.reports,
        into=after.part_of,
    )
