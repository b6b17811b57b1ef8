"""A task's clock stands for a while (缓办), or runs longer (延期): the department asks, the triage desk decides.

Where the reason lies with the reporter no approval is needed: the clock stands at once.  ``by``, ``generation``,
``at``, ``answered_at`` and the refusals are those of :mod:`govcore.events.answers`.
"""

from __future__ import annotations

from datetime import datetime

from govcore.errors import Refusal
from govcore.events._clockwork import changed, denied, extended, paused, requested, running
from govcore.events._moves import reasoned
from govcore.events.answers import held
from govcore.events.decision import Changed
from govcore.events.event import Event
from govcore.events.handoff import HandOff, Request
from govcore.events.way import Way
from govcore.workflow import roles_of


def suspend(
    event: Event,
    handoff: HandOff,
    *,
    by: str,
    generation: int,
    reason: str,
    at: datetime,
    way: Way,
    term: str | None = None,
    words: str = "",
    answered_at: datetime | None = None,
) -> Changed:
    """The holder cannot go on: ``reason`` is a code of the pack, ``term`` how long (None: the pack's longest).

    Other refusals: ``HANDOFF_NO_SUSPENSION``, ``HANDOFF_SUSPEND_REASON``, ``HANDOFF_TOO_LONG``, ``HANDOFF_TERM_OVER``,
    ``HANDOFF_ALREADY_REQUESTED``, ``CALENDAR_BAD_TERM``.
    """
    _may_ask(handoff, by, generation, at, way)
    rule = way.rules.suspend
    if rule is None:
        raise Refusal("HANDOFF_NO_SUSPENSION", field="handoff_id", value=handoff.id)
    if reason not in rule.reasons:
        known = ", ".join(sorted(rule.reasons))
        raise Refusal("HANDOFF_SUSPEND_REASON", field="reason", value=reason[:80], known=known)
    term = _short_enough(term or rule.longest, rule.longest, at, event.place, way)
    request = Request(kind="suspend", term=term, reason=reason, note=words, requested_at=at)
    if rule.reasons[reason]:
        return requested(event, handoff, request, by=by, at=at, answered_at=answered_at, way=way)
    way.workflows.task(handoff).guard(
        handoff.state, "suspend", by="dept:" + by, roles=roles_of("dept:" + by, desk="triage")
    )
    return changed(event, handoff, paused(event, handoff, request, by="dept:" + by, at=at, way=way), "suspend", at, way)


def resume(
    event: Event, handoff: HandOff, *, by: str, generation: int, at: datetime, way: Way, words: str = ""
) -> Changed:
    """The department goes on.  Besides the refusals of an answer ``HANDOFF_NOT_SUSPENDED``."""
    held(handoff, by, generation, way.workflows, phase="paused")
    return end_pause(event, handoff, by="dept:" + by, at=at, way=way, reason=words or "HANDOFF_GOES_ON")


def end_pause(event: Event, handoff: HandOff, *, by: str, at: datetime, way: Way, reason: str) -> Changed:
    """The clock runs again, the pause left out: ``by`` the holder, ``desk:triage``, or the ``clock`` when it is over.

    Raises ``HANDOFF_NOT_SUSPENDED``, ``LIFECYCLE_NOT_YOURS``, ``HANDOFF_NO_REASON``.
    """
    if handoff.phase != "paused":
        raise Refusal("HANDOFF_NOT_SUSPENDED", field="handoff_id", value=handoff.id)
    if not reason.strip():
        raise Refusal("HANDOFF_NO_REASON", field="reason")
    way.workflows.task(handoff).guard(handoff.state, "resume", by=by, roles=roles_of(by, desk="triage"))
    return changed(event, handoff, running(event, handoff, by=by, at=at, reason=reason, way=way), "resume", at, way)


def extend(
    event: Event,
    handoff: HandOff,
    *,
    by: str,
    generation: int,
    term: str,
    reason: str,
    at: datetime,
    way: Way,
    answered_at: datetime | None = None,
) -> Changed:
    """The holder asks for ``term`` more, before its own is over, and says why.

    Other refusals: ``HANDOFF_NO_EXTENSION``, ``HANDOFF_NO_TERM``, ``HANDOFF_TERM_OVER``, ``HANDOFF_EXTENDED_ENOUGH``,
    ``HANDOFF_TOO_LONG``, ``HANDOFF_NO_REASON``, ``HANDOFF_ALREADY_REQUESTED``, ``CALENDAR_BAD_TERM``.
    """
    _may_ask(handoff, by, generation, at, way)
    rule = way.rules.extend
    if rule is None:
        raise Refusal("HANDOFF_NO_EXTENSION", field="handoff_id", value=handoff.id)
    if handoff.due_at is None:
        raise Refusal("HANDOFF_NO_TERM", field="handoff_id", value=handoff.id)
    if handoff.extensions >= rule.times:
        raise Refusal("HANDOFF_EXTENDED_ENOUGH", field="handoff_id", value=handoff.id, times=rule.times)
    if not reason.strip():
        raise Refusal("HANDOFF_NO_REASON", field="reason")
    term = _short_enough(term, rule.longest, at, event.place, way)
    request = Request(kind="extend", term=term, reason=reason, requested_at=at)
    return requested(event, handoff, request, by=by, at=at, answered_at=answered_at, way=way)


def decide(event: Event, handoff: HandOff, *, ok: bool, by: str, at: datetime, way: Way, reason: str = "") -> Changed:
    """The triage desk grants what was asked for, or refuses it; then ``reason`` is required (``EVENT_NO_REASON``).

    Raises ``HANDOFF_NOTHING_REQUESTED``, ``LIFECYCLE_NOT_YOURS``.
    """
    request = handoff.request
    if request is None or handoff.phase != "held":
        raise Refusal("HANDOFF_NOTHING_REQUESTED", field="handoff_id", value=handoff.id)
    action = request.kind if ok else "deny"
    way.workflows.task(handoff).guard(handoff.state, action, by=by, roles=roles_of(by, desk="triage"))
    if not ok:
        return denied(event, handoff, by=by, at=at, reason=reasoned(reason), way=way)
    step = (paused if request.kind == "suspend" else extended)(event, handoff, request, by=by, at=at, way=way)
    return changed(event, handoff, step, action, at, way)


def _may_ask(handoff: HandOff, by: str, generation: int, at: datetime, way: Way) -> None:
    held(handoff, by, generation, way.workflows)
    if handoff.request is not None:
        raise Refusal("HANDOFF_ALREADY_REQUESTED", field="handoff_id", value=handoff.id)
    if handoff.due_at is not None and at > handoff.due_at:
        raise Refusal("HANDOFF_TERM_OVER", field="handoff_id", value=handoff.id)


def _short_enough(term: str, longest: str, at: datetime, place: str, way: Way) -> str:
    if way.due(at, term, place) > way.due(at, longest, place):
        raise Refusal("HANDOFF_TOO_LONG", field="term", value=term, longest=longest)
    return term
