"""What a department answers: accepts, returns, passes on, finishes; and its receipt.

Pure decisions over one hand-off.  ``by`` is the department's code, ``generation`` the offer it answers, ``at`` when
the mesh got the answer, ``answered_at`` the department's own time (``at`` where it says none).  Each either gives
the next step or raises :class:`govcore.errors.Refusal`; the same command again is refused, never done twice:

``HANDOFF_STALE_GENERATION`` it answers an earlier offer · ``HANDOFF_UNKNOWN_GENERATION`` one that was never made ·
``HANDOFF_NOT_HOLDER`` neither addressed to nor held by that department · ``HANDOFF_PASSED_ON`` it passed it on
itself · ``HANDOFF_ALREADY_ACCEPTED`` · ``HANDOFF_ALREADY_DONE`` · ``HANDOFF_ALREADY_RETURNED`` ·
``HANDOFF_NOT_ACCEPTED`` accept it first · ``HANDOFF_NOT_OPEN`` withdrawn or expired · ``HANDOFF_CANNOT_RETURN`` it was
designated · ``HANDOFF_TO_ITSELF`` proposes or passes to itself · ``HANDOFF_NO_REASON``, ``HANDOFF_NO_RESULT``.
"""

from __future__ import annotations

from datetime import datetime

from govcore.errors import Refusal
from govcore.events.decision import Note, Step
from govcore.events.handoff import HandOff
from govcore.events.lifecycle import HANDOFF
from govcore.events.saying import about_task
from govcore.messages.handoff import HandOffAccepted, HandOffDone, HandOffReturned, HandOffTransferred


def accept(handoff: HandOff, *, by: str, generation: int, at: datetime, answered_at: datetime | None = None) -> Step:
    """The addressee takes it and holds it from ``at`` on."""
    _addressed(handoff, by, generation)
    if handoff.state != "offered":
        raise _no("HANDOFF_ALREADY_ACCEPTED", handoff)
    answered = answered_at or at
    holder = "dept:" + by
    after = handoff.model_copy(
        update={
            "state": HANDOFF.step("offered", "accept"),
            "version": handoff.version + 1,
            "holder": holder,
            "held_since": at,
            "accepted_at": at,
            "answered_at": answered,
            "answer_received_at": at,
        }
    )
    said = about_task(after, HandOffAccepted, to=(by,), answered_at=answered, answer_received_at=at)
    note = Note(after.id, "accept", "offered", after.state, holder, holder, "", after.event_id, generation)
    return Step(after, (said,), (note,))


def return_(
    handoff: HandOff,
    *,
    by: str,
    generation: int,
    reason: str,
    proposed: str,
    at: datetime,
    note: str = "",
    answered_at: datetime | None = None,
    back_to: str | None = None,
) -> Step:
    """Not responsible: it falls back to the offerer (or to ``back_to``, a desk, where the caller decides so)."""
    _addressed(handoff, by, generation)
    if handoff.designated:
        raise _no("HANDOFF_CANNOT_RETURN", handoff)
    if not reason.strip():
        raise _no("HANDOFF_NO_REASON", handoff, field="reason")
    if proposed == by:
        raise _no("HANDOFF_TO_ITSELF", handoff, field="proposed", value=proposed)
    answered = answered_at or at
    holder = back_to or handoff.offerer
    after = handoff.model_copy(
        update={
            "state": HANDOFF.step(handoff.state, "return"),
            "version": handoff.version + 1,
            "holder": holder,
            "held_since": handoff.held_since if holder == handoff.holder else at,
            "offerer": holder,
            "reason": reason,
            "proposed": proposed,
            "returns": handoff.returns + 1,
            "tried": (*handoff.tried, by),
            "answered_at": answered,
            "answer_received_at": at,
        }
    )
    said = about_task(
        after,
        HandOffReturned,
        to=(by,),
        returned_by=by,
        reason=reason,
        note=note,
        proposed=proposed,
        returns=after.returns,
        answered_at=answered,
        answer_received_at=at,
    )
    told = Note(
        after.id, "return", handoff.state, after.state, holder, "dept:" + by, reason, after.event_id, generation
    )
    return Step(after, (said,), (told,))


def transfer(
    handoff: HandOff,
    *,
    by: str,
    generation: int,
    to: str,
    reason: str,
    at: datetime,
    accept_due_at: datetime | None,
    answered_at: datetime | None = None,
) -> Step:
    """Passed on to ``to`` as a new offer; ``by`` holds it until ``to`` accepts.  The clock runs on: ``due_at`` stays.

    The offer itself is said by the caller (:func:`govcore.events.offers.said_offered`), which knows the matter.
    """
    _held(handoff, by, generation)
    if handoff.designated:
        raise _no("HANDOFF_CANNOT_RETURN", handoff)
    if not reason.strip():
        raise _no("HANDOFF_NO_REASON", handoff, field="reason")
    if to == by:
        raise _no("HANDOFF_TO_ITSELF", handoff, field="to", value=to)
    answered = answered_at or at
    after = handoff.model_copy(
        update={
            "state": HANDOFF.step(handoff.state, "transfer"),
            "version": handoff.version + 1,
            "generation": handoff.generation + 1,
            "dept": to,
            "offerer": "dept:" + by,
            "reason": reason,
            "tried": (*handoff.tried, by),
            "expiries": 0,
            "offered_at": at,
            "accept_due_at": accept_due_at,
            "received_at": None,
            "answered_at": answered,
            "answer_received_at": at,
        }
    )
    said = about_task(
        after,
        HandOffTransferred,
        to=(by,),
        transferred_by=by,
        reason=reason,
        answered_at=answered,
        answer_received_at=at,
    )
    note = Note(
        after.id,
        "transfer",
        handoff.state,
        after.state,
        after.holder,
        "dept:" + by,
        reason,
        after.event_id,
        after.generation,
    )
    return Step(after, (said,), (note,))


def finish(
    handoff: HandOff,
    *,
    by: str,
    generation: int,
    result: str,
    at: datetime,
    evidence: tuple[str, ...] = (),
    answered_at: datetime | None = None,
) -> Step:
    """Done, with the result; nobody holds it any more.  On time is judged by the mesh's clock, ``at``."""
    _held(handoff, by, generation)
    if not result.strip():
        raise _no("HANDOFF_NO_RESULT", handoff, field="result")
    answered = answered_at or at
    on_time = None if handoff.due_at is None else at <= handoff.due_at
    after = handoff.model_copy(
        update={
            "state": HANDOFF.step(handoff.state, "finish"),
            "version": handoff.version + 1,
            "holder": None,
            "held_since": at,
            "result": result,
            "evidence": evidence,
            "on_time": on_time,
            "done_at": at,
            "answered_at": answered,
            "answer_received_at": at,
        }
    )
    said = about_task(
        after,
        HandOffDone,
        to=(by,),
        result=result,
        evidence=evidence,
        on_time=on_time,
        done_at=at,
        answered_at=answered,
        answer_received_at=at,
    )
    note = Note(after.id, "finish", handoff.state, after.state, None, "dept:" + by, "", after.event_id, generation)
    return Step(after, (said,), (note,))


def receipt(handoff: HandOff, *, generation: int, at: datetime) -> Step | None:
    """The offer has arrived at the department.  None where that is known already or no longer matters."""
    if handoff.generation != generation or not handoff.open or handoff.received_at is not None:
        return None
    after = handoff.model_copy(update={"version": handoff.version + 1, "received_at": at})
    actor = "dept:" + handoff.dept
    note = Note(after.id, "receipt", after.state, after.state, after.holder, actor, "", after.event_id, generation)
    return Step(after, (), (note,))


def _addressed(handoff: HandOff, by: str, generation: int) -> None:
    """Lets through who may answer: the addressee of an open offer, or the department that accepted it."""
    if generation != handoff.generation:
        code = "HANDOFF_STALE_GENERATION" if generation < handoff.generation else "HANDOFF_UNKNOWN_GENERATION"
        raise _no(code, handoff, field="generation", value=generation)
    if by != handoff.dept:
        raise _no("HANDOFF_PASSED_ON" if handoff.holder == "dept:" + by else "HANDOFF_NOT_HOLDER", handoff)
    if handoff.state in ("offered", "accepted"):
        return
    code = {"done": "HANDOFF_ALREADY_DONE", "returned": "HANDOFF_ALREADY_RETURNED"}.get(
        handoff.state, "HANDOFF_NOT_OPEN"
    )
    raise _no(code, handoff)


def _held(handoff: HandOff, by: str, generation: int) -> None:
    _addressed(handoff, by, generation)
    if handoff.state != "accepted":
        raise _no("HANDOFF_NOT_ACCEPTED", handoff)


def _no(code: str, handoff: HandOff, *, field: str | None = None, value: object = None) -> Refusal:
    return Refusal(
        code, field=field, value=value, handoff=handoff.id, state=handoff.state, generation=handoff.generation
    )
