"""What may become of an order: one table, each line with its reason."""

from __future__ import annotations

from govcore.workflow import Lifecycle, Transition
from govcore.workflow.table import NOTHING

LIFECYCLE = Lifecycle(
    name="order",
    version=1,
    refusal="ORDER_NOT_ALLOWED",
    ends=frozenset({"closed"}),
    transitions=(
        Transition(NOTHING, "issue", "issued", "clock|issuer", "the ladder issues it, or a person gives it"),
        Transition("issued", "receive", "received", "clock", "its receipt has come"),
        Transition("issued", "answer", "answered", "addressee", "an answer shows that it arrived"),
        Transition("received", "answer", "answered", "addressee", "it says what was done"),
        Transition("unanswered", "answer", "answered", "addressee", "late, and better than never"),
        Transition("issued", "expire", "unanswered", "clock", "its term is over"),
        Transition("received", "expire", "unanswered", "clock", "its term is over"),
        Transition("answered", "reject", "received", "issuer", "not accepted: asked for again"),
        Transition("answered", "close", "closed", "issuer", "what was wanted is there"),
        Transition("issued", "succeed", "issued", "rule", "its department is no more: its successor owes the answer"),
        Transition("received", "succeed", "issued", "rule", "its successor has not got it yet"),
        Transition("unanswered", "succeed", "unanswered", "rule", "its successor owes the answer that is late"),
        Transition("answered", "succeed", "answered", "rule", "sent back, it would be its successor's to answer"),
        Transition("issued", "close", "closed", "issuer|clock", "wanted no longer"),
        Transition("received", "close", "closed", "issuer|clock", "wanted no longer"),
        Transition("unanswered", "close", "closed", "issuer|clock", "wanted no longer"),
    ),
)
"""States ``issued`` 已发出, ``received`` 已签收, ``answered`` 已反馈, ``unanswered`` 逾期未反馈, ``closed`` 已办结."""
