"""What the API and the upkeep look up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gov_points import tables
from gov_points.store.kinds import ACCOUNTS, ENTRIES, HOLDS, Balance, StoredEntry
from govcore.points import OWN, Account, Entry, Hold, Proof, prove

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
