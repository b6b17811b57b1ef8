"""How points keeps its book, and what its API looks up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from gov_points import tables
from govcore.points import OWN, Account, Entry, Hold, Proof, Used, prove
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

_E = tables.ENTRIES.c


def balance(conn: sa.Connection, account: Account, at: datetime | None = None) -> int:
    """The account's sum, now or at a moment (entries posted at the moment itself included).

    A holder's is read off the entry that was the latest then; one of the book's own is added up.
    """
    if account.kind not in OWN:
        latest = sa.select(_E.after).where(_E.account == str(account)).order_by(_E.posted_at.desc(), _E.number.desc())
        if at is not None:
            latest = latest.where(_E.posted_at <= sa.literal(at, _E.posted_at.type))
        return int(conn.execute(latest.limit(1)).scalar() or 0)
    wanted = sa.select(sa.func.coalesce(sa.func.sum(_E.points), 0)).where(_E.contra == str(account))
    if at is not None:
        wanted = wanted.where(_E.posted_at <= sa.literal(at, _E.posted_at.type))
    return -int(conn.execute(wanted).scalar_one())


def balances(conn: sa.Connection, *, kind: str | None, limit: int, offset: int) -> list[Balance]:
    """Accounts, the highest first."""
    columns = tables.ACCOUNTS.c
    wanted = sa.select(columns.doc).order_by(columns.points.desc(), columns.id).limit(limit).offset(offset)
    return [ACCOUNTS.read(row[0]) for row in conn.execute(wanted.where(columns.kind == kind) if kind else wanted)]


def account(conn: sa.Connection, key: str) -> Balance | None:
    found = ACCOUNTS.load(conn, "id", [key], lock=False)
    return found[0] if found else None


def entries_of_account(conn: sa.Connection, key: Account, *, limit: int, offset: int = 0) -> list[Entry]:
    """An account's entries by the time they were posted."""
    side = _E.contra if key.kind in OWN else _E.account
    wanted = sa.select(tables.ENTRIES.c.doc).where(side == str(key)).order_by(_E.posted_at, _E.number, _E.id)
    return [ENTRIES.read(row[0]).entry for row in conn.execute(wanted.limit(limit).offset(offset))]


def entries_of_event(conn: sa.Connection, event_id: str) -> list[Entry]:
    """What an event has brought, what was taken back included, by the time it was posted."""
    wanted = sa.select(_E.doc).where(_E.event_id == event_id).order_by(_E.posted_at, _E.number, _E.id)
    return [ENTRIES.read(row[0]).entry for row in conn.execute(wanted)]


def summary(conn: sa.Connection) -> dict[str, Any]:
    """The whole book in numbers.  ``held``: what the accounts say; ``points``: what the entries say; both agree."""
    accounts, held = _held(conn)
    taken = sa.func.count(_E.reverses)
    points = sa.func.coalesce(sa.func.sum(_E.points), 0)
    by_rule = conn.execute(sa.select(_E.rule, sa.func.count(), points, taken).group_by(_E.rule).order_by(_E.rule)).all()
    total = sum(int(row[2]) for row in by_rule)
    return {
        "entries": sum(row[1] for row in by_rule),
        "reversals": sum(row[3] for row in by_rule),
        "points": total,
        "accounts": accounts,
        "held": held,
        "issued": -total,
        "balanced": held == total,
        "by_rule": [{"rule": row[0], "entries": row[1], "points": int(row[2]), "reversals": row[3]} for row in by_rule],
    }


def counts(conn: sa.Connection) -> dict[str, int]:
    """Entries, accounts, and the points they hold."""
    accounts, held = _held(conn)
    entries = conn.execute(sa.select(sa.func.count()).select_from(tables.ENTRIES)).scalar_one()
    return {"entries": entries, "points": held, "accounts": accounts}


def _held(conn: sa.Connection) -> tuple[int, int]:
    points = sa.func.coalesce(sa.func.sum(tables.ACCOUNTS.c.points), 0)
    row = conn.execute(sa.select(sa.func.count(), points).select_from(tables.ACCOUNTS)).one()
    return int(row[0]), int(row[1])


def entry(conn: sa.Connection, ident: str) -> StoredEntry | None:
    """One entry, with its number in its account."""
    found = ENTRIES.load(conn, "id", [ident], lock=False)
    return found[0] if found else None


def hold(conn: sa.Connection, ident: str) -> Hold | None:
    """Points set aside."""
    found = HOLDS.load(conn, "id", [ident], lock=False)
    return found[0].hold if found else None


def proof(conn: sa.Connection) -> Proof:
    """Every sum of the book: what the entries say, held against what the accounts say."""
    gave = sa.func.coalesce(sa.func.sum(sa.case((_E.points > 0, _E.points), else_=0)), 0)
    took = sa.func.coalesce(sa.func.sum(sa.case((_E.points < 0, -_E.points), else_=0)), 0)
    rows = conn.execute(sa.select(_E.contra, gave, took).group_by(_E.contra)).all()
    lines = [(Account.parse(row[0]).kind, int(row[1]), int(row[2])) for row in rows]
    return prove(lines, _held(conn)[1])


def wrong_accounts(conn: sa.Connection, most: int = 10) -> list[str]:
    """Accounts whose sum is not that of their entries: none, unless somebody wrote past the service."""
    added = sa.select(_E.account, sa.func.sum(_E.points).label("sum")).group_by(_E.account).subquery()
    columns = tables.ACCOUNTS.c
    both = sa.outerjoin(tables.ACCOUNTS, added, added.c.account == columns.id)
    differ = columns.points != sa.func.coalesce(added.c.sum, 0)
    wanted = sa.select(columns.id).select_from(both).where(differ).order_by(columns.id).limit(most)
    return [row[0] for row in conn.execute(wanted)]


def not_reset(conn: sa.Connection, kinds: Sequence[str], year: int, most: int) -> list[str]:
    """Accounts of these kinds that have not been through the end of ``year``."""
    columns = tables.ACCOUNTS.c
    wanted = sa.select(columns.id).where(columns.kind.in_(kinds), columns.reset_year < year).limit(most)
    return [row[0] for row in conn.execute(wanted)]
