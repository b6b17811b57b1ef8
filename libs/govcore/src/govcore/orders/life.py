"""An order given, received, answered, sent back, closed: each decision over one order, times handed in.

Each raises :class:`govcore.errors.Refusal`: ``ORDER_NOT_ALLOWED`` its state has no such line, ``ORDER_NOT_YOURS`` it
went to somebody else or was issued by somebody else, ``ORDER_STALE_ROUND`` the answer is to an earlier asking,
``ORDER_NO_WORDS``, ``ORDER_NO_REASON``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from govcore.errors import Refusal
from govcore.events.decision import Note, Promise, Said
from govcore.events.handoff import dept_of
from govcore.events.redact import without_identity
from govcore.events.way import Way
from govcore.messages.order import Kind, OrderAnswered, OrderClosed, OrderFacts, OrderGiven, OrderIssued, OrderRejected
from govcore.orders.lifecycle import LIFECYCLE
from govcore.orders.order import CLOCK, Order
from govcore.workflow.table import NOTHING


class Moved(NamedTuple):
    """The order in its new form, what is said, written down and promised."""

    order: Order
    said: tuple[Said, ...] = ()
    notes: tuple[Note, ...] = ()
    promises: tuple[Promise, ...] = ()


def take_in(issued: OrderIssued) -> Moved:
    """The order that the ladder has issued, as a thing of its own; that it went out has been said already."""
    facts = issued.model_dump()
    order = Order(id=facts.pop("order_id"), state=LIFECYCLE.step(NOTHING, "issue"), issuer=CLOCK, **facts)
    return Moved(order, notes=(note(order, "issue", NOTHING, CLOCK, order.reason),), promises=_promises(order))


def give(
    *,
    kind: Kind,
    to: str,
    by: str,
    words: str,
    term: str,
    place: str,
    at: datetime,
    way: Way,
    key: str | None = None,
    event_id: str | None = None,
    handoff_id: str | None = None,
    class_code: str | None = None,
    before: Order | None = None,
    rung: int | None = None,
) -> Moved:
    """A new order by a person at the desk ``by``; ``before``: the one it follows because nobody answered.

    ``to`` is a department (``dept:…``), a desk or a leader's post.  Raises also ``HANDOFF_UNKNOWN_DEPARTMENT`` and
    ``CALENDAR_BAD_TERM``.
    """
    if not words.strip():
        raise Refusal("ORDER_NO_WORDS", field="words")
    dept = dept_of(to)
    if dept is not None:
        way.known(dept, field="to")
    owed = dept if before is None or dept is not None else before.dept
    due = way.due(at, term, place)
    order = Order(
        id=way.ids.new("O"),
        kind=kind,
        state=LIFECYCLE.step(NOTHING, "issue"),
        number=1 if before is None else before.number + 1,
        rung=rung,
        to=to,
        dept=owed,
        issuer=by if before is None else before.issuer,
        key=key,
        event_id=event_id,
        handoff_id=handoff_id,
        words=without_identity(words),
        class_code=class_code,
        place=place,
        follows=None if before is None else before.id,
        term=term,
        issued_at=at,
        answer_due_at=due,
        receipt_due_at=None if owed is None else at + way.rules.receipt,
        reason="ORDER_GIVEN" if before is None else "ORDER_NOT_ANSWERED",
    )
    told = about(order, OrderGiven, words=order.words, term=term, follows=order.follows)
    return Moved(order, (told,), (note(order, "issue", NOTHING, by, order.reason),), _promises(order))


def received(order: Order, *, at: datetime) -> Moved | None:
    """Its receipt has come; None where it is known already, or answered."""
    if not LIFECYCLE.allows(order.state, "receive"):
        return None
    after = _moved(order, "receive", received_at=at)
    return Moved(after, notes=(note(after, "receive", order.state, CLOCK),))


def answer(
    order: Order,
    *,
    by: str,
    round: int,
    words: str,
    at: datetime,
    evidence: tuple[str, ...] = (),
    answered_at: datetime | None = None,
) -> Moved:
    """``by`` (the department that owes it, or the desk or post it is addressed to) says what was done."""
    if by not in (order.to, f"dept:{order.dept}"):
        raise Refusal("ORDER_NOT_YOURS", field="by", value=by[:80], order=order.id)
    if round != order.round:
        raise Refusal("ORDER_STALE_ROUND", field="round", value=round, order=order.id, now=order.round)
    LIFECYCLE.line(order.state, "answer")
    if not words.strip():
        raise Refusal("ORDER_NO_WORDS", field="words")
    after = _moved(
        order,
        "answer",
        received_at=order.received_at or at,
        answered_by=by,
        answer=without_identity(words),
        evidence=evidence,
        answered_at=answered_at or at,
        answer_received_at=at,
        in_time=None if order.answer_due_at is None else at <= order.answer_due_at,
    )
    told = about(
        after,
        OrderAnswered,
        answered_by=by,
        answer=after.answer,
        evidence=evidence,
        in_time=after.in_time,
        answered_at=after.answered_at,
        answer_received_at=at,
    )
    return Moved(after, (told,), (note(after, "answer", order.state, by),))


def reject(order: Order, *, by: str, reason: str, at: datetime, way: Way, term: str | None = None) -> Moved:
    """The answer is not accepted: asked for again, within ``term`` (None: the order's own again)."""
    LIFECYCLE.line(order.state, "reject")
    _issuer(order, by)
    longer = term or order.term
    after = _moved(
        order,
        "reject",
        round=order.round + 1,
        rejections=order.rejections + 1,
        term=longer,
        answer_due_at=None if longer is None else way.due(at, longer, order.place),
        in_time=None,
    )
    told = about(after, OrderRejected, rejected_by=by, reason=_reasoned(reason), rejected_at=at)
    return Moved(after, (told,), (note(after, "reject", order.state, by, reason),), _answer_promise(after))


def close(order: Order, *, by: str, reason: str, at: datetime) -> Moved:
    """Whoever issued it is content, or wants it no longer; the clock closes what its subject has outlived."""
    LIFECYCLE.line(order.state, "close")
    if by != CLOCK:
        _issuer(order, by)
    after = _moved(order, "close", closed_by=by, closing=_reasoned(reason), closed_at=at)
    told = about(after, OrderClosed, closed_by=by, reason=after.closing, closed_at=at)
    return Moved(after, (told,), (note(after, "close", order.state, by, reason),))


def about(order: Order, payload: type[OrderFacts], **more: Any) -> Said:
    """A message of type ``payload`` about ``order`` as it is now, to the department that owes the answer too."""
    said = payload(
        order_id=order.id,
        kind=order.kind,
        state=order.state,
        number=order.number,
        round=order.round,
        to=order.to,
        dept=order.dept,
        issuer=order.issuer,
        event_id=order.event_id,
        handoff_id=order.handoff_id,
        place=order.place,
        issued_at=order.issued_at,
        answer_due_at=order.answer_due_at,
        **more,
    )
    return Said(said, order.id, order.version, order.place, order.dept, () if order.dept is None else (order.dept,))


def note(order: Order, kind: str, before: str, actor: str, reason: str = "") -> Note:
    """A line of the order's own history."""
    return Note(order.id, kind, before, order.state, order.to, actor, reason, order.event_id or "", order.round)


def _moved(order: Order, action: str, **changes: Any) -> Order:
    after = LIFECYCLE.step(order.state, action)
    return order.model_copy(update={"state": after, "version": order.version + 1, **changes})


def _issuer(order: Order, by: str) -> None:
    """Lets through the desk that issued it; what the ladder issued is any desk's."""
    if by != order.issuer and not (order.issuer == CLOCK and by.startswith("desk:")):
        raise Refusal("ORDER_NOT_YOURS", field="by", value=by[:80], order=order.id)


def _reasoned(reason: str) -> str:
    if not reason.strip():
        raise Refusal("ORDER_NO_REASON", field="reason")
    return without_identity(reason)


def _promises(order: Order) -> tuple[Promise, ...]:
    if order.receipt_due_at is None:
        return _answer_promise(order)
    receipt = Promise("order_receipt", order.id, order.receipt_due_at, order.event_id or "", 1)
    return (receipt, *_answer_promise(order))


def _answer_promise(order: Order) -> tuple[Promise, ...]:
    due = order.answer_due_at
    if due is None:
        return ()
    return (Promise("order_answer", order.id, due, order.event_id or "", order.round),)
