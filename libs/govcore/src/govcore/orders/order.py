"""The order (三单一函): what somebody must answer, to whom, by when."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from govcore.messages.order import Kind
from govcore.messages.words import Time
from govcore.orders.lifecycle import LIFECYCLE

CLOCK = "clock"
"""Who issued what the ladder issued."""


class Order(BaseModel):
    """An order and what became of it.

    ``to`` is whom it is addressed to, ``dept`` the department that owes the answer (None: a desk or a leader's post
    does, by hand), ``issuer`` who closes it: a desk, or ``clock`` for the ladder's.  ``number`` counts the orders of
    one chain, ``follows`` is the one before that was not answered, ``rung`` its place on the ladder.  ``round`` counts
    the askings: an answer names the one it answers.  ``key`` is the issuer's own number of the paper (文号).
    ``term``: how long for the answer (None: none is asked for).  ``received_at`` is when its receipt was seen.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str
    kind: Kind
    state: str
    version: int = 1
    number: int = 1
    round: int = 1
    rung: int | None = None
    to: str
    dept: str | None = None
    issuer: str
    key: str | None = None
    event_id: str | None = None
    handoff_id: str | None = None
    operation_id: str | None = None
    generation: int | None = None
    reason: str = ""
    words: str = ""
    class_code: str | None = None
    place: str = ""
    late_since: Time | None = None
    follows: str | None = None
    next_order: str | None = None
    term: str | None = None
    issued_at: Time
    answer_due_at: Time | None = None
    receipt_due_at: Time | None = None
    received_at: Time | None = None
    answered_by: str | None = None
    answer: str = ""
    evidence: tuple[str, ...] = ()
    answered_at: Time | None = None
    answer_received_at: Time | None = None
    in_time: bool | None = None
    rejections: int = 0
    closed_by: str | None = None
    closing: str = ""
    closed_at: Time | None = None

    @property
    def open(self) -> bool:
        """Whether it is not closed."""
        return self.state not in LIFECYCLE.ends

    @property
    def waits(self) -> bool:
        """Whether an answer is still owed."""
        return LIFECYCLE.allows(self.state, "answer")
