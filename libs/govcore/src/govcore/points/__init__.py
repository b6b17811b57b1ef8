"""Points (积分): rulebooks as data, a double-entry book, and the guard of everybody's right to speak up.

>>> from datetime import UTC
>>> from govcore.errors import Refusal
>>> from govcore.points import Rulebook
>>> rule = {"id": "r1", "title": {"zh": "有人上访", "en": "somebody petitioned"}, "on": "petition.registered.v1",
...         "points": -5, "account": "village", "field": "division", "basis": "-"}
>>> data = {"currency": {"zh": "积分", "en": "points"}, "published": "2026-01-01", "rules": [rule]}
>>> try:
...     Rulebook.load(data, "tongcheng", UTC)
... except Refusal as no:
...     print(no.code, no.field, no.params["articles"])
POINTS_RIGHTS rules[0].on 信访工作条例 18, 46
"""

from __future__ import annotations

from govcore.points.conditions import holds
from govcore.points.entries import AUTHORITY, EXPIRED, HELD, OWN, SPENT, Account, Entry, Posting, Why, entry_id
from govcore.points.guard import ARTICLES, against_rights
from govcore.points.ledger import Book, Ledger, MemoryLedger, Used
from govcore.points.rulebook import Applied, Hit, Rulebook, cause_of, event_of
from govcore.points.rules import AccountKind, Both, Bound, Cap, Reset, Rule, RulebookData, Wanted
from govcore.points.spending import Hold, Moved, Proof, Till, prove

__all__ = [
    "ARTICLES",
    "AUTHORITY",
    "EXPIRED",
    "HELD",
    "OWN",
    "SPENT",
    "Account",
    "AccountKind",
    "Applied",
    "Book",
    "Both",
    "Bound",
    "Cap",
    "Entry",
    "Hit",
    "Hold",
    "Ledger",
    "MemoryLedger",
    "Moved",
    "Posting",
    "Proof",
    "Reset",
    "Rule",
    "Rulebook",
    "RulebookData",
    "Till",
    "Used",
    "Wanted",
    "Why",
    "against_rights",
    "cause_of",
    "entry_id",
    "event_of",
    "holds",
    "prove",
]
