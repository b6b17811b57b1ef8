"""What people do about orders (三单一函) through the API: give, answer by hand, send back, close; and a comment.

``event_id`` is the matter an order is about, so that what is known of who reported it is masked in the words.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from govcore.messages import Payload
from govcore.messages.order import Addressee, Kind
from govcore.messages.words import Code, Evidence, Id, Words

Desk = Annotated[str, StringConstraints(pattern=r"^desk:[a-z0-9_]{1,40}$")]


class GiveOrder(Payload):
    """A person gives an order: about an event, one of its hand-offs, or standing alone.

    ``key``: the issuer's own number of the paper (文号); the same key again is the same order.  ``division``: where,
    for one that stands alone.
    """

    type: ClassVar[str] = "order.give.v1"
    kind: Kind
    to: Addressee
    words: Words
    term: Code
    event_id: Id | None = None
    handoff_id: Id | None = None
    division: Code | None = None
    key: Code | None = None
    by: Desk = "desk:command"


class AnswerByHand(Payload):
    """A desk or a leader's post, which have no queue, answer the order addressed to them."""

    type: ClassVar[str] = "order.reply.v1"
    order_id: Id
    event_id: Id | None = None
    by: Addressee
    round: int = Field(1, ge=1)
    words: Words
    evidence: Evidence = ()


class RejectAnswer(Payload):
    """The issuer does not accept the answer: once more, within ``term`` (the order's own where absent)."""

    type: ClassVar[str] = "order.reject.v1"
    order_id: Id
    event_id: Id | None = None
    reason: Words
    term: Code | None = None
    by: Desk = "desk:command"


class CloseOrder(Payload):
    """The issuer has what was wanted, or wants it no longer."""

    type: ClassVar[str] = "order.close.v1"
    order_id: Id
    event_id: Id | None = None
    reason: Words
    by: Desk = "desk:command"


class CommentEvent(Payload):
    """Words of a desk about a matter: kept in its history, told to nobody; no clock of it moves."""

    type: ClassVar[str] = "event.comment.v1"
    event_id: Id
    words: Words
    by: Desk = "desk:triage"


ORDER_COMMANDS: tuple[type[Payload], ...] = (GiveOrder, AnswerByHand, RejectAnswer, CloseOrder, CommentEvent)
