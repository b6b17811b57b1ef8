"""What a department answers: accepts, returns, passes on, finishes; and its receipt.

Pure decisions over one hand-off.  ``by`` is the department's code, ``generation`` the offer it answers, ``at`` when
the mesh got the answer, ``answered_at`` the department's own time (``at`` where it says none); ``lead`` leads the
matter, ``workflows`` has the table the hand-off follows.  Each either gives the next step or raises
:class:`govcore.errors.Refusal`; the same command again is refused, never done twice:

``HANDOFF_STALE_GENERATION`` it answers an earlier offer · ``HANDOFF_UNKNOWN_GENERATION`` one that was never made ·
``HANDOFF_NOT_HOLDER`` neither addressed to nor held by that department · ``HANDOFF_PASSED_ON`` it passed it on
itself · ``HANDOFF_ALREADY_ACCEPTED`` · ``HANDOFF_ALREADY_DONE`` · ``HANDOFF_ALREADY_RETURNED`` ·
``HANDOFF_NOT_ACCEPTED`` accept it first · ``HANDOFF_SUSPENDED``, ``HANDOFF_NOT_SUSPENDED`` · ``HANDOFF_NOT_OPEN``
withdrawn or expired · ``HANDOFF_CANNOT_RETURN`` it was designated · ``HANDOFF_TO_ITSELF`` proposes or passes to
itself · ``HANDOFF_NO_REASON``, ``HANDOFF_NO_RESULT``.
"""

from __future__ import annotations

from datetime import datetime

from govcore.errors import Refusal
from govcore.events.decision import Note, Step
from govcore.events.handoff import HandOff
from govcore.events.saying import about_task, hearers
from govcore.messages.handoff import HandOffAccepted, HandOffDone, HandOffReturned, HandOffTransferred
from govcore.workflow import ONLY_SHIPPED, Workflows


def accept(
    handoff: HandOff,
    *,
    by: str,
    generation: int,
    at: datetime,
    answered_at: datetime | None = None,
    workflows: Workflows = ONLY_SHIPPED,
    lead: str | None = None,
) -> Step:
    """The addressee takes it and holds it from ``at`` on."""
    addressed(handoff, by, generation, workflows)
    if handoff.phase != "asked":
        raise _no("HANDOFF_ALREADY_ACCEPTED", handoff)
    table = workflows.task(handoff)
    answered = answered_at or at
    holder = "dept:" + by
    after = handoff.model_copy(
        update={
            **table.after(handoff.state, "accept"),
            "version": handoff.version + 1,
            "holder": holder,
            "held_since": at,
            "accepted_at": at,
            "answered_at": answered,
            "answer_received_at": at,
        }
    )
    to = hearers(after, handoff, table.line(handoff.state, "accept"), lead)
    said = about_task(after, HandOffAccepted, to=to, answered_at=answered, answer_received_at=at)
    note = Note(after.id, "accept", handoff.state, after.state, holder, holder, "", after.event_id, generation)
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
    workflows: Workflows = ONLY_SHIPPED,
    lead: str | None = None,
) -> Step:
    """Not responsible: it falls back to the offerer (or to ``back_to``, a desk, where the caller decides so)."""
    addressed(handoff, by, generation, workflows)
    table = workflows.task(handoff)
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
            **table.after(handoff.state, "return"),
            "version": handoff.version + 1,
            "holder": holder,
            "held_since": handoff.held_since if holder == handoff.holder else at,
            "offerer": holder,
            "reason": reason,
            "proposed": proposed,
            "returns": handoff.returns + 1,
            "request": None,
            "tried": (*handoff.tried, by),
            "answered_at": answered,
            "answer_received_at": at,
        }
    )
    said = about_task(
        after,
        HandOffReturned,
        to=hearers(after, handoff, table.line(handoff.state, "return"), lead),
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
    provisional: bool = False,
    answered_at: datetime | None = None,
    workflows: Workflows = ONLY_SHIPPED,
    lead: str | None = None,
) -> Step:
    """Passed on to ``to`` as a new offer; ``by`` holds it until ``to`` accepts.  The clock runs on: ``due_at`` stays.

    The offer itself is said by the caller (:func:`govcore.events.offers.said_offered`), which knows the matter.
    """
    held(handoff, by, generation, workflows)
    table = workflows.task(handoff)
    if handoff.designated:
        raise _no("HANDOFF_CANNOT_RETURN", handoff)
    if not reason.strip():
        raise _no("HANDOFF_NO_REASON", handoff, field="reason")
    if to == by:
        raise _no("HANDOFF_TO_ITSELF", handoff, field="to", value=to)
    answered = answered_at or at
    after = handoff.model_copy(
        update={
            **table.after(handoff.state, "transfer"),
            "version": handoff.version + 1,
            "generation": handoff.generation + 1,
            "dept": to,
            "offerer": "dept:" + by,
            "reason": reason,
            "tried": (*handoff.tried, by),
            "expiries": 0,
            "due_from": handoff.clock_from,
            "request": None,
            "offered_at": at,
            "order_at": handoff.finish_at,
            "accept_due_at": accept_due_at,
            "provisional": provisional,
            "received_at": None,
            "answered_at": answered,
            "answer_received_at": at,
        }
    )
    said = about_task(
        after,
        HandOffTransferred,
        to=hearers(after, handoff, table.line(handoff.state, "transfer"), lead),
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
    workflows: Workflows = ONLY_SHIPPED,
    lead: str | None = None,
) -> Step:
    """Done, with the result; nobody holds it any more.  On time is judged by the mesh's clock, ``at``."""
    held(handoff, by, generation, workflows)
    table = workflows.task(handoff)
    if not result.strip():
        raise _no("HANDOFF_NO_RESULT", handoff, field="result")
    answered = answered_at or at
    on_time = None if handoff.due_at is None else at <= handoff.due_at
    after = handoff.model_copy(
        update={
            **table.after(handoff.state, "finish"),
            "request": None,
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
        to=hearers(after, handoff, table.line(handoff.state, "finish"), lead),
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


def addressed(handoff: HandOff, by: str, generation: int, workflows: Workflows) -> None:
    """Lets through who may answer: the addressee of an open offer, or the department that accepted it."""
    _current(handoff, by, generation)
    if handoff.phase in ("asked", "held"):
        return
    table = workflows.task(handoff)
    code = {"done": "HANDOFF_ALREADY_DONE", "paused": "HANDOFF_SUSPENDED"}.get(handoff.phase, "HANDOFF_NOT_OPEN")
    if handoff.phase == "back" and table.entered_by(handoff.state, "return"):
        code = "HANDOFF_ALREADY_RETURNED"
    raise _no(code, handoff)


def held(handoff: HandOff, by: str, generation: int, workflows: Workflows, *, phase: str = "held") -> None:
    """Lets through the department that holds it in ``phase``."""
    if phase == "paused" and handoff.phase == phase:
        _current(handoff, by, generation)
        return
    addressed(handoff, by, generation, workflows)
    if handoff.phase != phase:
        raise _no("HANDOFF_NOT_ACCEPTED" if handoff.phase == "asked" else "HANDOFF_NOT_SUSPENDED", handoff)


def _current(handoff: HandOff, by: str, generation: int) -> None:
    if generation != handoff.generation:
        code = "HANDOFF_STALE_GENERATION" if generation < handoff.generation else "HANDOFF_UNKNOWN_GENERATION"
        raise _no(code, handoff, field="generation", value=generation)
    if by != handoff.dept:
        raise _no("HANDOFF_PASSED_ON" if handoff.holder == "dept:" + by else "HANDOFF_NOT_HOLDER", handoff)


def _no(code: str, handoff: HandOff, *, field: str | None = None, value: object = None) -> Refusal:
    return Refusal(
        code,
        field=field,
        value=value,
        handoff=handoff.id,
        state=handoff.state,
        generation=handoff.generation,
        dept=handoff.dept,
    )
