"""Departments answer, or do not: the matter's side of every command and every lateness of a hand-off.

``by``, ``generation``, ``at``, ``answered_at`` and the refusals are those of :mod:`govcore.events.answers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from govcore.errors import Refusal
from govcore.events import answers
from govcore.events._moves import change, move, note, reasoned, together, with_receipt
from govcore.events.decision import NOTHING_CHANGED, Changed, Promise, Said, Step
from govcore.events.event import TRIAGE, Event
from govcore.events.handoff import HandOff, dept_of
from govcore.events.late import ordered
from govcore.events.offers import expire as expired
from govcore.events.offers import fall_back, offer_again, promises, said_offered, stalled
from govcore.events.offers import undelivered as not_delivered
from govcore.events.way import Way
from govcore.workflow import ONLY_SHIPPED, Workflows, roles_of


def accept(
    event: Event,
    handoff: HandOff,
    *,
    by: str,
    generation: int,
    at: datetime,
    answered_at: datetime | None = None,
    workflows: Workflows = ONLY_SHIPPED,
) -> Changed:
    """The department takes the task; with the first one the matter is being handled."""
    step = answers.accept(
        handoff,
        by=by,
        generation=generation,
        at=at,
        answered_at=answered_at,
        workflows=workflows,
        lead=event.lead,
    )
    if not workflows.event(event).allows(event.state, "handle"):
        return Changed(None, (step.handoff,), step.said, step.notes)
    after = move(event, "handle", at=at, workflows=workflows)
    told = note(after, "handle", event.state, "dept:" + by)
    return Changed(after, (step.handoff,), step.said, (*step.notes, told))


def return_(
    event: Event,
    handoff: HandOff,
    *,
    by: str,
    generation: int,
    reason: str,
    proposed: str,
    at: datetime,
    way: Way,
    words: str = "",
    answered_at: datetime | None = None,
) -> Changed:
    """Not responsible.  The proposed owner is asked, unless it has returned it too: then whoever passed it on has
    it again, or the triage desk.  After the pack's number of returns the triage desk has it in any case, to consult
    (会商) and designate, and the supervising department is told that it goes round (推诿).

    Besides the refusals of the answer: ``HANDOFF_UNKNOWN_DEPARTMENT``, ``HANDOFF_BAD_REASON``.
    """
    going_round = handoff.returns + 1 >= way.rules.max_returns
    ask = not going_round and proposed not in handoff.tried
    to_desk = going_round or (not ask and not _passed_on(handoff))
    step = answers.return_(
        handoff,
        by=by,
        generation=generation,
        reason=reason,
        proposed=proposed,
        at=at,
        note=words,
        answered_at=answered_at,
        back_to=TRIAGE if to_desk else None,
        workflows=way.workflows,
        lead=event.lead,
    )
    way.known(proposed, field="proposed")
    way.reasoned(reason)
    if to_desk:
        told = (way.rules.supervisor,)
        said = [stalled(step.handoff, finding="passed_round", since=at, to=told)] if going_round else []
        promises = [_desk(step.handoff, at, way)]
        return together(None, [step], said=said, promises=promises, workflows=way.workflows)
    if not ask:
        return _back(event, [step], at=at, reason=reason, workflows=way.workflows)
    after = _led_by(event, handoff, proposed)
    again = offer_again(
        step.handoff,
        after,
        action="offer_again",
        dept=proposed,
        at=at,
        times=way.times(at, handoff.term, event.place),
        actor="rule",
        reason=reason,
        workflows=way.workflows,
    )
    return together(_if_changed(event, after), [step, with_receipt(again, at, way)], workflows=way.workflows)


def transfer(
    event: Event,
    handoff: HandOff,
    *,
    by: str,
    generation: int,
    to: str,
    reason: str,
    at: datetime,
    way: Way,
    answered_at: datetime | None = None,
) -> Changed:
    """Passed on.  Besides the refusals of the answer: ``HANDOFF_UNKNOWN_DEPARTMENT``; ``HANDOFF_PASSED_ROUND`` to one
    that has returned it or passed it on already: that is a return, with its reason, and counts as one."""
    accept = way.reckon(at, way.rules.accept, event.place)
    step = answers.transfer(
        handoff,
        by=by,
        generation=generation,
        to=to,
        reason=reason,
        at=at,
        accept_due_at=accept.at,
        provisional=handoff.provisional or accept.provisional,
        answered_at=answered_at,
        workflows=way.workflows,
        lead=event.lead,
    )
    way.known(to, field="to")
    if to in handoff.tried:
        raise Refusal("HANDOFF_PASSED_ROUND", field="to", value=to, handoff=handoff.id, state=handoff.state)
    after = _led_by(event, handoff, to)
    offer = Step(step.handoff, (said_offered(step.handoff, after),), (), promises(step.handoff))
    return together(_if_changed(event, after), [step, with_receipt(offer, at, way)], workflows=way.workflows)


def receipt(handoff: HandOff, *, generation: int, at: datetime) -> Changed:
    """The offer has arrived; a repeated or late receipt changes nothing."""
    step = answers.receipt(handoff, generation=generation, at=at)
    return NOTHING_CHANGED if step is None else together(None, [step])


def undelivered(handoff: HandOff, *, generation: int, at: datetime) -> Changed:
    """The receipt's wait is over: a finding, unless the offer arrived or has moved on."""
    step = not_delivered(handoff, generation=generation, at=at)
    return NOTHING_CHANGED if step is None else Changed(None, (), step.said, step.notes)


def expire(event: Event, handoff: HandOff, *, generation: int, at: datetime, way: Way) -> Changed:
    """The acceptance term is over.  Asked again with an order as often as the pack says; then back to whoever
    passed it on, or to the triage desk.  Changes nothing where the offer was answered or has moved on.
    """
    if handoff.phase != "asked" or handoff.generation != generation:
        return NOTHING_CHANGED
    again = handoff.expiries < way.rules.reoffers
    to_desk = not again and not _passed_on(handoff)
    back_to = TRIAGE if to_desk else None
    step = expired(handoff, at=at, back_to=back_to, workflows=way.workflows, lead=event.lead)
    step, order = ordered(
        step,
        to="dept:" + handoff.dept,
        reason="HANDOFF_ACCEPT_LATE",
        since=handoff.accept_due_at or at,
        at=at,
        way=way,
    )
    if to_desk:
        promises = [_desk(step.handoff, at, way)]
        return together(None, [step], said=[order], promises=promises, workflows=way.workflows)
    if not again:
        return _back(event, [step], at=at, reason="HANDOFF_ACCEPT_LATE", said=[order], workflows=way.workflows)
    offer = offer_again(
        step.handoff,
        event,
        action="offer_again",
        dept=handoff.dept,
        at=at,
        times=way.times(at, handoff.clock_term, event.place, handoff.clock_from, handoff.pauses),
        actor="clock",
        reason="HANDOFF_ACCEPT_LATE",
        workflows=way.workflows,
    )
    return together(None, [step, with_receipt(offer, at, way)], said=[order], workflows=way.workflows)


def designate(event: Event, handoff: HandOff, *, dept: str, by: str, at: datetime, reason: str, way: Way) -> Changed:
    """The triage desk decides whose the task is; that department cannot return it.

    Raises ``HANDOFF_UNKNOWN_DEPARTMENT``, ``HANDOFF_NOT_ALLOWED`` (accepted, done or withdrawn),
    ``LIFECYCLE_NOT_YOURS``.
    """
    roles = roles_of(by, desk="triage", offerer=handoff.offerer)
    way.workflows.task(handoff).guard(handoff.state, "designate", by=by, roles=roles)
    way.known(dept, field="dept")
    reasoned(reason)
    after = _led_by(event, handoff, dept)
    step = offer_again(
        handoff,
        after,
        action="designate",
        dept=dept,
        at=at,
        times=way.times(at, handoff.term, event.place),
        actor=by,
        reason=reason,
        offerer=TRIAGE,
        designated=True,
        workflows=way.workflows,
    )
    return together(_if_changed(event, after), [with_receipt(step, at, way)], workflows=way.workflows)


def _back(
    event: Event,
    steps: list[Step],
    *,
    at: datetime,
    reason: str,
    workflows: Workflows,
    said: Sequence[Said] = (),
) -> Changed:
    """The last step's task is again with the department that had passed it on."""
    step = fall_back(steps[-1].handoff, at=at, reason=reason, workflows=workflows, lead=event.lead)
    after = _led_by(event, step.handoff, step.handoff.dept)
    return together(_if_changed(event, after), [*steps, step], said=said, workflows=workflows)


def _led_by(event: Event, task: HandOff, dept: str) -> Event:
    """The matter is led by whoever the lead's task is addressed to."""
    return event if task.role != "lead" or event.lead == dept else change(event, lead=dept)


def _if_changed(before: Event, after: Event) -> Event | None:
    return None if after is before else after


def _passed_on(handoff: HandOff) -> bool:
    """Whether a department offered it: that one never stopped answering for it."""
    return dept_of(handoff.offerer) is not None


def _desk(handoff: HandOff, at: datetime, way: Way) -> Promise:
    due = way.due(at, way.rules.triage, handoff.place)
    return Promise("triage", handoff.id, due, handoff.event_id, handoff.generation)
