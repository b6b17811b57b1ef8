"""A person takes a suggestion: two matters become one 并案, or what had been attached its own again 撤销并案.

Each answers what changes in both matters: first the one that is attached or detached, then the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from govcore.errors import Refusal
from govcore.events._moves import change, move, note, reasoned, together
from govcore.events.decision import Changed
from govcore.events.event import INTAKE, Event, Report
from govcore.events.filing import go_on
from govcore.events.handoff import HandOff
from govcore.events.offers import withdraw
from govcore.events.opening import attached, file
from govcore.events.saying import about_event
from govcore.events.way import Way
from govcore.i18n import reason as words
from govcore.messages.event import EventDetached
from govcore.workflow import ONLY_SHIPPED, Workflows, roles_of


def merge(
    event: Event,
    report: Report,
    handoffs: Sequence[HandOff],
    into: Event,
    *,
    by: str,
    at: datetime,
    reason: str,
    score: float | None = None,
    workflows: Workflows = ONLY_SHIPPED,
) -> tuple[Changed, Changed]:
    """The whole of ``event`` is the same matter as ``into`` and ends there; its open tasks are withdrawn.

    ``report`` is the event's own first one, ``handoffs`` are its tasks, ``score`` that of the suggestion taken.
    Raises ``EVENT_INTO_ITSELF``, ``EVENT_NOT_OPEN`` (``into`` has ended), ``EVENT_NO_REASON``, ``EVENT_NOT_ALLOWED``,
    ``LIFECYCLE_NOT_YOURS``.
    """
    if into.id == event.id:
        raise Refusal("EVENT_INTO_ITSELF", field="into", value=into.id)
    if not into.open:
        raise Refusal("EVENT_NOT_OPEN", field="into", value=into.id, state=into.state)
    workflows.event(event).guard(event.state, "attach", by=by, roles=roles_of(by, desk="triage"))
    reasoned(reason)
    steps = [
        withdraw(one, by=by, at=at, reason=reason, workflows=workflows, lead=event.lead) for one in handoffs if one.open
    ]
    left = event.handoffs_open - len(steps)
    after = move(
        event, "attach", at=at, workflows=workflows, closed_at=at, part_of=into.id, handoffs_open=left, plans=()
    )
    now = change(into, reports=into.reports + event.reports)
    return (
        together(
            after,
            steps,
            said=[attached(after, report, "EVENT_SAME_MATTER", score)],
            notes=[note(after, "attach", event.state, by, reason)],
        ),
        together(
            now,
            said=[attached(now, report, "EVENT_SAME_MATTER", score)],
            notes=[note(now, "attach_event", into.state, by, event.id)],
        ),
    )


def unmerge(
    event: Event, report: Report, original: Event, *, by: str, at: datetime, reason: str, way: Way
) -> tuple[Changed, Changed]:
    """A matter that had become part of ``original`` goes its own way again, from where it is known to be.

    Raises ``EVENT_NOT_ATTACHED``, ``EVENT_NO_REASON``.
    """
    if event.part_of != original.id:
        raise Refusal("EVENT_NOT_ATTACHED", field="event_id", value=event.id)
    way.workflows.event(event).guard(event.state, "detach", by=by, roles=roles_of(by, desk="triage"))
    reasoned(reason)
    back = move(event, "detach", at=at, workflows=way.workflows, holder=INTAKE, closed_at=None, part_of=None)
    left = change(original, reports=max(1, original.reports - event.reports))
    said = about_event(
        back,
        EventDetached,
        report_id=report.id,
        was_part_of=original.id,
        reports_left=left.reports,
        reason=reason,
        detached_at=at,
    )
    on = go_on(back, at=at, way=way, reason="EVENT_DETACHED")
    first = note(back, "detach", event.state, by, reason)
    return on._replace(said=(said, *on.said), notes=(first, *on.notes)), _without(original, left, event.id, by)


def part(
    original: Event, report: Report, *, id: str, by: str, at: datetime, reason: str, way: Way, trace: str
) -> tuple[Changed, Changed]:
    """A report that had been attached to ``original`` becomes the new event ``id``, as if it had just come in.

    Raises ``EVENT_NOT_ATTACHED`` where it is the event's own first report or another's, ``EVENT_NO_REASON``.
    """
    if report.event_id != original.id or original.reports < 2:
        raise Refusal("EVENT_NOT_ATTACHED", field="report_id", value=report.id)
    reasoned(reason)
    filed = file(report.model_copy(update={"event_id": id}), at=at, way=way, trace=trace)
    assert filed.event is not None
    left = change(original, reports=original.reports - 1)
    said = about_event(
        filed.event,
        EventDetached,
        report_id=report.id,
        was_part_of=original.id,
        reports_left=left.reports,
        reason=reason,
        detached_at=at,
    )
    first = note(filed.event, "detach", "", by, reason)
    return filed._replace(said=(*filed.said, said), notes=(*filed.notes, first)), _without(original, left, id, by)


class Progress(NamedTuple):
    """How far a matter is: ``code`` says it in words, the rest in facts.  What a repeat is answered with (告知进展)."""

    code: str
    event_id: str
    state: str
    lead: str | None
    due_at: datetime | None

    def text(self, lang: str) -> str:
        """In ``zh_CN`` or ``en``."""
        return words(self.code, lang, value=self.event_id)


_STAGES = {
    "departments": "EVENT_PROGRESS_HANDLING",
    "handled": "EVENT_PROGRESS_HANDLED",
    "verify": "EVENT_PROGRESS_HANDLED",
    "ended": "EVENT_PROGRESS_CLOSED",
}


def progress(event: Event) -> Progress:
    """How far the matter is; of one that is part of another ask for that."""
    code = _STAGES.get(event.phase, "EVENT_PROGRESS_REPORTED")
    if event.outcome == "void":
        code = "EVENT_PROGRESS_VOID"
    elif event.state == "assigned":
        code = "EVENT_PROGRESS_ASSIGNED"
    return Progress(code, event.id, event.state, event.lead, event.due_at)


def _without(original: Event, left: Event, gone: str, by: str) -> Changed:
    return together(left, notes=[note(left, "detach_event", original.state, by, gone)])
