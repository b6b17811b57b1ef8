"""A matter ends: done after the join rule, verified or put right, closed, and sometimes opened again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from govcore.errors import Refusal
from govcore.events import answers
from govcore.events._moves import change, find, move, note, reasoned, release, together, told, with_new
from govcore.events.again import again
from govcore.events.decision import Changed, Promise, Said, Step
from govcore.events.event import Event
from govcore.events.handoff import HandOff, dept_of
from govcore.events.join import joined
from govcore.events.offers import withdraw as withdrawn
from govcore.events.rectify import rectified
from govcore.events.saying import closing
from govcore.events.verify import Check, check_of, roles_at, sampled, verifier
from govcore.events.way import Way
from govcore.messages.closing import EventClosed
from govcore.messages.event import EventHandled
from govcore.workflow import Workflows, roles_of


def finish(
    event: Event,
    handoffs: Sequence[HandOff],
    *,
    handoff_id: str,
    by: str,
    generation: int,
    result: str,
    at: datetime,
    way: Way,
    evidence: tuple[str, ...] = (),
    answered_at: datetime | None = None,
) -> Changed:
    """A department is done; if the join rule is met with it, the matter is handled: verified, or closed at once.  What
    was put right after a bad grade or a broken agreement brings a return call.

    ``handoffs``: all tasks of the event.  Siblings nobody has accepted are withdrawn then, each told; accepted ones
    live on and are counted in the closing.  Refusals: those of :func:`govcore.events.answers.finish`, and
    ``HANDOFF_UNKNOWN``.
    """
    step = answers.finish(
        find(handoffs, handoff_id),
        by=by,
        generation=generation,
        result=result,
        at=at,
        evidence=evidence,
        answered_at=answered_at,
        workflows=way.workflows,
        lead=event.lead,
    )
    result = result if step.handoff.role == "lead" else event.result
    after = change(event, handoffs_open=event.handoffs_open - 1, handoffs_done=event.handoffs_done + 1, result=result)
    changed = _joined_or_not(after, with_new(handoffs, step.handoff), [step], at=at, way=way)
    return rectified(changed, event, at=at, way=way) if event.rectifying == handoff_id else changed


def withdraw(
    event: Event, handoffs: Sequence[HandOff], *, handoff_id: str, by: str, at: datetime, reason: str, way: Way
) -> Changed:
    """An assisting task is no longer asked for; the lead's stays with the matter (``HANDOFF_LEAD_STAYS``).

    Other refusals: ``HANDOFF_UNKNOWN``, ``HANDOFF_NOT_ALLOWED`` (ended already), ``LIFECYCLE_NOT_YOURS``,
    ``EVENT_NO_REASON``.
    """
    task = find(handoffs, handoff_id)
    if task.role == "lead":
        raise Refusal("HANDOFF_LEAD_STAYS", field="handoff_id", value=task.id)
    roles = roles_of(by, desk="triage", offerer=task.offerer)
    way.workflows.task(task).guard(task.state, "withdraw", by=by, roles=roles)
    step = withdrawn(task, by=by, at=at, reason=reasoned(reason), workflows=way.workflows, lead=event.lead)
    after = change(event, handoffs_open=event.handoffs_open - 1)
    return _joined_or_not(after, with_new(handoffs, step.handoff), [step], at=at, way=way)


def verify(
    event: Event, handoffs: Sequence[HandOff], *, ok: bool, by: str, at: datetime, way: Way, reason: str = ""
) -> Changed:
    """Whoever has to verify it (核查: a desk, department, street or post) says whether it is handled.  If not, the lead
    has to put it right; ``reason`` is required then (``EVENT_NO_REASON``).  Raises ``EVENT_NOT_ALLOWED`` unless it is
    being verified, ``LIFECYCLE_NOT_YOURS``."""
    action = "approve" if ok else "rework"
    way.workflows.event(event).guard(event.state, action, by=by, roles=roles_at(by, event.holder))
    if ok:
        after, said = _closed(event, "approve", at=at, workflows=way.workflows)
        return together(after, said=[said], notes=[note(after, "approve", event.state, by, reason)])
    reasoned(reason)
    return again(event, handoffs, action="rework", by=by, at=at, reason=reason, way=way)


def reopen(event: Event, handoffs: Sequence[HandOff], *, by: str, at: datetime, reason: str, way: Way) -> Changed:
    """The reporter objects within the pack's window, whose clock starts at closing and nothing else moves it.

    The lead is asked again; where no task of a lead is known, the triage desk has it.  Raises
    ``EVENT_REOPEN_TOO_LATE``, ``EVENT_NO_REASON``, ``EVENT_NOT_ALLOWED``, ``LIFECYCLE_NOT_YOURS``.
    """
    way.workflows.event(event).guard(event.state, "reopen", by=by, roles=roles_of(by, desk="triage"))
    reasoned(reason)
    if event.closed_at is None or at > event.closed_at + way.rules.reopen:
        raise Refusal("EVENT_REOPEN_TOO_LATE", field="event_id", value=event.id)
    return again(event, handoffs, action="reopen", by=by, at=at, reason=reason, way=way)


def _joined_or_not(event: Event, handoffs: Sequence[HandOff], steps: list[Step], *, at: datetime, way: Way) -> Changed:
    """``event`` handled if its join rule is met now; else the planned tasks whose time has come are offered."""
    workflows = way.workflows
    table = workflows.event(event)
    if not table.allows(event.state, "finish") or not joined(event.join, handoffs, event.plans):
        event, offers = release(event, handoffs, at=at, way=way)
        return together(event, steps + offers, workflows=workflows)
    idle = [one for one in handoffs if one.open and one.phase not in ("held", "paused")]
    steps = steps + [
        withdrawn(one, by="rule", at=at, reason="EVENT_JOIN_MET", workflows=workflows, lead=event.lead) for one in idle
    ]
    left = event.handoffs_open - len(idle)
    handled = move(event, "finish", at=at, workflows=workflows, handled_at=at, handoffs_open=left, plans=())
    notes = [note(handled, "finish", event.state, "rule", event.join)]
    notes += [note(handled, "drop_plan", event.state, "rule", "EVENT_JOIN_MET") for _ in event.plans]
    rules = way.rules
    check = check_of(handled, rules.checks, Check(rules.verify_share, rules.verify_by))
    if not _looked_at(handled, check.share, way):
        after, said = _closed(handled, "close", at=at, workflows=workflows)
        notes.append(note(after, "close", handled.state, "rule", "EVENT_NOT_SAMPLED"))
        return together(after, steps, said=[said], notes=notes)
    by = verifier(handled, handoffs, check.by, leader=way.leader, at=at)
    after = move(handled, "check", at=at, workflows=workflows, holder=by)
    notes.append(note(after, "check", handled.state, "rule"))
    promise = Promise("verify", after.id, way.due(at, rules.verify, after.place), after.id)
    said = told(handled.state, "check", after, EventHandled, workflows, handled_at=at)
    if (dept := dept_of(after.holder)) is not None:
        said = said._replace(to=tuple(dict.fromkeys((*said.to, dept))))
    return together(after, steps, said=[said], notes=notes, promises=[promise], workflows=workflows)


def _looked_at(event: Event, share: float, way: Way) -> bool:
    """Whether it is verified: drawn, where the table leaves the choice."""
    table = way.workflows.event(event)
    if not table.allows(event.state, "close"):
        return True
    return table.allows(event.state, "check") and sampled(event.id, share)


def _closed(event: Event, action: str, *, at: datetime, workflows: Workflows) -> tuple[Event, Said]:
    on_time = None if event.due_at is None else at <= event.due_at
    after = move(event, action, at=at, workflows=workflows, closed_at=at, outcome="handled", on_time=on_time)
    still = after.handoffs_open
    return after, told(event.state, action, after, EventClosed, workflows, still_open=still, **closing(after))
