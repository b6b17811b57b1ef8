"""Load → ask the rulebook → save.  What earns whom how much is the pack's rulebook, never code."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from gov_points.book import WorkBook
from gov_points.store import ACCOUNTS, ENTRIES, MATTERS, RULE_YEARS, account_in, key_of
from govcore.messages import Message, Payload
from govcore.points import Rulebook, event_of
from govmesh.handlers import On, Via
from govmesh.work import Need, Work

TOUCHED = Via(MATTERS, "touched", event_of)
"""Which accounts an event has touched, so that a batch can lock them in order.  An entry that comes between the look
and the lock is found under the event's lock all the same."""


def ignore(_message: Message[Any], _work: Work) -> None:
    """Nothing is earned by it here."""


class Posting:
    """Posts what a message earns and takes back what it undoes."""

    def __init__(self, rules: Rulebook) -> None:
        self._rules = rules

    def on(self, payload: type[Payload]) -> On:
        return On(payload, self.post, self.needs, TOUCHED)

    def needs(self, message: Message[Payload], touched: str | None) -> Iterable[Need]:
        """The event, its entries, and every account and cap it has touched or touches now."""
        event_id = event_of(message)
        yield MATTERS, "id", event_id
        yield ENTRIES, "event_id", event_id
        keys = set(json.loads(touched or "[]"))
        year = message.time.astimezone(self._rules.zone).year
        keys |= {key_of(hit.account, hit.rule.id, year) for hit in self._rules.hits(message)}
        for key in keys:
            yield RULE_YEARS, "id", key
            yield ACCOUNTS, "id", account_in(key)

    def post(self, message: Message[Payload], work: Work) -> None:
        book = WorkBook(work)
        applied = self._rules.apply(message, book, work.now)
        book.tell(applied.entries)
        if applied.takes_back:
            book.take_back(*applied.takes_back)
