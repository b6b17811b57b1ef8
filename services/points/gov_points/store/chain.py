"""The chain over the book: sealed a moment after the entries are committed, so that no posting waits for it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from gov_points import tables
from govmesh import bulk
from govmesh.database import Database

FIRST = "0" * 64
"""What the first hash is chained to."""
MOST = 5_000
LOOK_BACK = timedelta(days=1)
"""Entries posted that long before the last sealed one are looked at too: no clock and no commit is that late."""
_S, _E = tables.SEALS.c, tables.ENTRIES.c


@dataclass(frozen=True, slots=True)
class Chain:
    """``sealed`` entries up to the hash ``head``; ``waiting`` are not sealed yet; ``broken``: the first seal that does
    not fit its entry (altered, or gone), None where all fit."""

    sealed: int
    head: str
    waiting: int
    broken: int | None = None


def link(before: str, doc: str) -> str:
    """The hash of an entry as it was written, after the one ``before``."""
    return hashlib.sha256(f"{before}\n{doc}".encode()).hexdigest()


def seal(database: Database, most: int = MOST) -> int:
    """Chain what was committed since; how many.  One process at a time: the others leave it to that one."""
    with database.write() as conn:
        if (
            bulk.is_postgres(conn)
            and not conn.execute(
                sa.text("SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.seals'))")
            ).scalar()
        ):
            return 0
        last = conn.execute(sa.select(_S.seq, _S.hash, _S.entry).order_by(_S.seq.desc()).limit(1)).first()
        seq, head = (last.seq, last.hash) if last else (0, FIRST)
        known = sa.select(_S.entry).where(_S.entry == _E.id).exists()
        wanted = sa.select(_E.id, _E.doc).where(~known).order_by(_E.posted_at, _E.id).limit(most)
        if last and (at := conn.execute(sa.select(_E.posted_at).where(_E.id == last.entry)).scalar()):
            wanted = wanted.where(_E.posted_at >= sa.literal(at - LOOK_BACK, _E.posted_at.type))
        rows = []
        for entry, doc in conn.execute(wanted):
            seq, head = seq + 1, link(head, doc)
            rows.append({"seq": seq, "entry": entry, "hash": head})
        bulk.insert(conn, tables.SEALS, rows)
        return len(rows)


def verify(conn: sa.Connection, upto: tuple[int, str] | None = None) -> Chain:
    """Read the whole chain again.  ``upto``: a seal noted elsewhere earlier; where it is not in the chain, it is broken
    there (somebody cut it off or made it anew)."""
    joined = sa.outerjoin(tables.SEALS, tables.ENTRIES, _E.id == _S.entry)
    wanted = sa.select(_S.seq, _S.hash, _E.doc).select_from(joined).order_by(_S.seq)
    head, count, broken = FIRST, 0, None
    for seq, said, doc in conn.execute(wanted):
        count += 1
        if broken is None and (seq != count or doc is None or link(head, doc) != said):
            broken = count
        if broken is None and upto is not None and upto[0] == seq and upto[1] != said:
            broken = seq
        head = said
    if broken is None and upto is not None and upto[0] > count:
        broken = count + 1
    entries = conn.execute(sa.select(sa.func.count()).select_from(tables.ENTRIES)).scalar_one()
    return Chain(count, head, max(0, entries - count), broken)
