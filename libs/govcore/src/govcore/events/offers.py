"""The mesh's side of a hand-off: offers it, offers it again, takes it back, sees it expire or stand still.

Pure decisions over one hand-off of one matter (``event``); times are handed in.  ``due_at`` is for being done,
``accept_due_at`` for being accepted.  Every new offer has a new generation.
"""

from __future__ import annotations

from datetime import datetime

from govcore.errors import Refusal
from govcore.events.decision import Note, Promise, Said, Step
from govcore.events.event import Event
from govcore.events.handoff import HandOff, dept_of
from govcore.events.redact import without_identity
from govcore.events.saying import about_task, hearers
from govcore.events.way import Times
from govcore.messages.handoff import (
    HandOffDesignated,
    HandOffExpired,
    HandOffOffered,
    HandOffRegained,
    HandOffStalled,
    HandOffUndelivered,
    HandOffWithdrawn,
)
from govcore.messages.words import Role
from govcore.workflow import ONLY_SHIPPED, Workflows


def offer(
    event: Event,
    *,
    id: str,
    dept: str,
    role: Role,
    offerer: str,
    at: datetime,
    term: str | None,
    times: Times,
    actor: str,
    reason: str = "",
    workflows: Workflows = ONLY_SHIPPED,
) -> Step:
    """A first offer: ``offerer`` holds the task until ``dept`` accepts it."""
    handoff = HandOff(
        id=id,
        event_id=event.id,
        role=role,
        dept=dept,
        workflow=event.workflow,
        **workflows.event_tasks(event).after("", "offer"),
        holder=offerer,
        held_since=at,
        offerer=offerer,
        reason=reason,
        term=term,
        offered_at=at,
        **times._asdict(),
        class_code=event.class_code,
        class_name=event.class_name,
        severity=event.severity,
        place=event.place,
        grid=event.grid,
        duty_post=event.duty_post,
    )
    return Step(
        handoff,
        (said_offered(handoff, event),),
        (_note(handoff, "offer", "", actor, reason),),
        promises(handoff),
    )


def offer_again(
    handoff: HandOff,
    event: Event,
    *,
    action: str,
    dept: str,
    at: datetime,
    times: Times,
    actor: str,
    reason: str,
    offerer: str | None = None,
    designated: bool | None = None,
    workflows: Workflows = ONLY_SHIPPED,
) -> Step:
    """A new offer of a task that came back: generation + 1.  ``action`` is the table's word for why.

    ``designate`` names a department that cannot return it; ``rework`` asks the same department to put it right;
    a designation stands through a rework and a reminder.  ``times``: of a clock that begins anew, or of the task's
    own, which then runs on with its pauses and extensions.
    """
    table = workflows.task(handoff)
    back = offerer or handoff.offerer
    if designated is None:
        designated = handoff.designated and dept == handoff.dept
    after = handoff.model_copy(
        update={
            **table.after(handoff.state, action),
            "request": None,
            "extensions": handoff.extensions if times.due_from == handoff.clock_from else 0,
            "version": handoff.version + 1,
            "generation": handoff.generation + 1,
            "dept": dept,
            "holder": back,
            "held_since": handoff.held_since if handoff.holder == back else at,
            "offerer": back,
            "designated": designated,
            "expiries": handoff.expiries if dept == handoff.dept and action == "offer_again" else 0,
            "reason": reason,
            "offered_at": at,
            **times._asdict(),
            "received_at": None,
            "answered_at": None,
            "answer_received_at": None,
            "accepted_at": None,
            "done_at": None,
            "on_time": None,
            "result": "",
            "evidence": (),
        }
    )
    said: tuple[Said, ...] = (said_offered(after, event),)
    if action == "designate":
        to = hearers(after, handoff, table.line(handoff.state, action), event.lead)
        said = (about_task(after, HandOffDesignated, to=to, designated_by=actor, reason=reason), *said)
    return Step(after, said, (_note(after, action, handoff.state, actor, reason),), promises(after))


def fall_back(
    handoff: HandOff, *, at: datetime, reason: str, workflows: Workflows = ONLY_SHIPPED, lead: str | None = None
) -> Step:
    """It is again with the department that had passed it on: that one never stopped answering for it.

    No new offer, but a new generation, so that answers to the failed offer are stale.  Where nobody passed it on
    (a desk offered it) raises ``HANDOFF_NOT_ALLOWED``.
    """
    dept = dept_of(handoff.offerer)
    if dept is None:
        raise Refusal("HANDOFF_NOT_ALLOWED", field="action", value="fall_back", state=handoff.state, subject="handoff")
    table = workflows.task(handoff)
    after = handoff.model_copy(
        update={
            **table.after(handoff.state, "fall_back"),
            "version": handoff.version + 1,
            "generation": handoff.generation + 1,
            "dept": dept,
            "holder": handoff.offerer,
            "offerer": "desk:triage",
            "expiries": 0,
            "reason": reason,
            "accept_due_at": None,
            "order_at": handoff.finish_at,
        }
    )
    to = hearers(after, handoff, table.line(handoff.state, "fall_back"), lead)
    said = about_task(after, HandOffRegained, to=to, reason=reason, regained_at=at)
    return Step(after, (said,), (_note(after, "fall_back", handoff.state, "rule", reason),), promises(after))


def expire(
    handoff: HandOff,
    *,
    at: datetime,
    back_to: str | None = None,
    workflows: Workflows = ONLY_SHIPPED,
    lead: str | None = None,
) -> Step:
    """Nobody accepted in time: it is with the offerer (or with ``back_to``, a desk)."""
    holder = back_to or handoff.offerer
    table = workflows.task(handoff)
    after = handoff.model_copy(
        update={
            **table.after(handoff.state, "expire"),
            "version": handoff.version + 1,
            "holder": holder,
            "held_since": handoff.held_since if holder == handoff.holder else at,
            "offerer": holder,
            "expiries": handoff.expiries + 1,
        }
    )
    said = about_task(
        after,
        HandOffExpired,
        to=hearers(after, handoff, table.line(handoff.state, "expire"), lead),
        expired_dept=handoff.dept,
        expired_generation=handoff.generation,
        expired_at=at,
        expiries=after.expiries,
    )
    return Step(after, (said,), (_note(after, "expire", handoff.state, "clock", "HANDOFF_ACCEPT_LATE"),))


def withdraw(
    handoff: HandOff,
    *,
    by: str,
    at: datetime,
    reason: str,
    workflows: Workflows = ONLY_SHIPPED,
    lead: str | None = None,
) -> Step:
    """No longer asked for; the department is told."""
    table = workflows.task(handoff)
    after = handoff.model_copy(
        update={
            **table.after(handoff.state, "withdraw"),
            "request": None,
            "paused_at": None,
            "paused_until": None,
            "version": handoff.version + 1,
            "holder": None,
            "held_since": at,
            "reason": reason,
        }
    )
    to = hearers(after, handoff, table.line(handoff.state, "withdraw"), lead)
    said = about_task(after, HandOffWithdrawn, to=to, reason=reason, withdrawn_at=at)
    return Step(after, (said,), (_note(after, "withdraw", handoff.state, by, reason),))


def undelivered(handoff: HandOff, *, generation: int, at: datetime) -> Step | None:
    """A finding where no receipt came back for the offer.  None where one did, or it has moved on."""
    if handoff.generation != generation or handoff.phase != "asked" or handoff.received_at is not None:
        return None
    said = about_task(handoff, HandOffUndelivered, found_at=at)
    return Step(handoff, (said,), (_note(handoff, "undelivered", handoff.state, "clock", "HANDOFF_UNDELIVERED"),))


def stalled(handoff: HandOff, *, finding: str, since: datetime, to: tuple[str, ...] = ()) -> Said:
    """That ``handoff`` stands still: ``late``, ``passed_round``, ``reworked``; straight to the departments ``to``."""
    return about_task(handoff, HandOffStalled, to=to, finding=finding, since=since, returns=handoff.returns)


def said_offered(handoff: HandOff, event: Event) -> Said:
    """The offer in words, to the addressed department; identity masked."""
    return about_task(
        handoff,
        HandOffOffered,
        to=(handoff.dept,),
        offerer=handoff.offerer,
        lead=event.lead or handoff.dept,
        title=without_identity(event.title),
        text=without_identity(event.text),
        address=without_identity(event.address),
        point=event.point,
        term=handoff.term,
        designated=handoff.designated,
        reason=handoff.reason or None,
        opened_at=event.opened_at,
    )


def promises(handoff: HandOff) -> tuple[Promise, ...]:
    """The promises of one generation, the receipt's excepted (its wait is the pack's)."""
    made: list[Promise] = []
    if handoff.accept_due_at is not None:
        made.append(Promise("accept", handoff.id, handoff.accept_due_at, handoff.event_id, handoff.generation))
    if handoff.finish_at is not None:
        made.append(Promise("finish", handoff.id, handoff.finish_at, handoff.event_id, handoff.generation))
    return tuple(made)


def _note(handoff: HandOff, kind: str, before: str, actor: str, reason: str) -> Note:
    return Note(
        handoff.id, kind, before, handoff.state, handoff.holder, actor, reason, handoff.event_id, handoff.generation
    )
