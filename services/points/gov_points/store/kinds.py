"""How points keeps its book: matters, accounts, what caps count, entries, points set aside."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from gov_points import tables
from govcore.points import Account, Entry, Hold, Used
from govmesh.kinds import Kind


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    place: str


class Matter(_Row):
    """What is known of an event: when, and in which of its versions, what it had earned was last taken back."""

    touched: tuple[str, ...] = ()
    taken_at: datetime | None = None
    taken_version: int | None = None


class Balance(_Row):
    """An account's sum; ``version`` counts its entries, ``last_at`` is when the latest was posted."""

    points: int = 0
    version: int = 0
    last_at: datetime | None = None
    reset_year: int = 0


class RuleYear(_Row):
    """What an account got by a rule in a year, by day (``03-02``)."""

    days: dict[str, int] = {}

    def used(self, day: date) -> Used:
        """On ``day``, in its month, in this year."""
        month = f"{day:%m-}"
        of_month = sum(points for each, points in self.days.items() if each.startswith(month))
        return Used(self.days.get(f"{day:%m-%d}", 0), of_month, sum(self.days.values()))

    def with_entry(self, entry: Entry) -> Self:
        """With an entry of this account, rule and year counted in."""
        day = f"{entry.day:%m-%d}"
        return self.model_copy(update={"days": {**self.days, day: self.days.get(day, 0) + entry.points}})


class StoredEntry(BaseModel):
    """An entry: the how-manieth of its account, the account's sum ``after`` it, and the version its event had in the
    message that earned it.

    ``version`` is None where the message was about something else.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    entry: Entry
    number: int
    after: int = 0
    version: int | None = None

    @property
    def id(self) -> str:
        return self.entry.id

    @property
    def event_id(self) -> str | None:
        return self.entry.event_id

    @property
    def reverses(self) -> str | None:
        return self.entry.reverses


class StoredHold(BaseModel):
    """Points set aside."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    hold: Hold

    @property
    def id(self) -> str:
        return self.hold.id

    @property
    def place(self) -> str:
        return self.hold.place


def key_of(account: Account, rule: str, year: int) -> str:
    """The id of a row of ``rule_years``."""
    return f"{account}|{rule}|{year}"


def account_in(key: str) -> str:
    """The account in such an id."""
    return key.rsplit("|", 2)[0]


MATTERS = Kind(tables.MATTERS, Matter, {"place": lambda one: one.place, "touched": lambda one: json.dumps(one.touched)})
ACCOUNTS = Kind(
    tables.ACCOUNTS,
    Balance,
    {
        "kind": lambda one: Account.parse(one.id).kind,
        "place": lambda one: one.place,
        "points": lambda one: one.points,
        "reset_year": lambda one: one.reset_year,
    },
)
RULE_YEARS = Kind(tables.RULE_YEARS, RuleYear, {"place": lambda one: one.place})
ENTRIES = Kind(
    tables.ENTRIES,
    StoredEntry,
    {
        "event_id": lambda one: one.event_id,
        "rule": lambda one: one.entry.rule,
        "account": lambda one: str(one.entry.holder),
        "contra": lambda one: str(one.entry.contra),
        "points": lambda one: one.entry.points,
        "number": lambda one: one.number,
        "after": lambda one: one.after,
        "posted_at": lambda one: one.entry.posted_at,
        "reverses": lambda one: one.reverses,
        "place": lambda one: one.entry.place,
    },
    lookups=("event_id", "reverses"),
)
HOLDS = Kind(
    tables.HOLDS,
    StoredHold,
    {
        "account": lambda one: str(one.hold.account),
        "state": lambda one: one.hold.state,
        "until": lambda one: one.hold.until,
        "place": lambda one: one.place,
    },
)
KINDS: tuple[Kind[Any], ...] = (MATTERS, HOLDS, ACCOUNTS, RULE_YEARS, ENTRIES)
"""In the order in which a batch locks them."""
