"""Writing a batch with multi-row statements, and finding those whose rows the database will not take.

Wrong rows take no neighbour with them, and no neighbour is handled again for them: the statement that
was refused is tried in halves until the wrong rows stand alone; then all is written but what they are of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from govmesh import bulk, parking, tables
from govmesh.database import detail, lost_a_race, why_bad
from govmesh.items import Item
from govmesh.work import Batch, Work

Write = Callable[[sa.Connection, list[Any]], None]
Owned = tuple[tuple[Work, ...], Any]
"""A row and whose doing it is; nobody's, such as a timer that fired."""


class Part(NamedTuple):
    """Items of one transaction, the races it has lost, and whether rows that are refused now stay refused."""

    items: list[Item]
    clashes: int = 0
    last: bool = False


def finish(batch: Batch, whose: dict[Work, Item], items: Sequence[Item], *, last: bool) -> list[Part]:
    """Write the batch, and down what failed of its ``items``; what is to be handled again.

    Two processes may have had the same new key: whoever lost is handled once more and sees the other's
    row; but not after the ``last`` time.
    """
    left = flush(batch)
    lost = set[Work]() if last else {work for work, why in left.bad.items() if lost_a_race(why)}
    for work, why in left.bad.items():
        if work not in lost:
            item = whose[work]
            item.error, item.bad_rows, item.result = f"BadData: {why}", True, None
            bulk.delete(batch.conn, tables.TIMERS, [item.timer] if item.timer else [])
    again = [Part([item for work, item in whose.items() if work in lost], last=True)]
    again += [Part([item]) for work, item in whose.items() if work in left.suspects]
    again += [Part([item for work, item in whose.items() if work in left.after])]
    put_off = [item for part in again for item in part.items]
    keys = {item.key for item in put_off}
    ended = [item for item in items if not item.repeat and item.key not in keys]
    failed = [item for item in ended if item.error or (item.refusal and not item.result)]
    parking.record(batch.conn, [item for item in failed if not item.is_local], batch.now)
    kept = {item.key for item in failed}
    parking.settle(batch.conn, [item.key for item in ended if item.parked and item.key not in kept])
    forgotten = [item for item in failed if item.is_local] + [item for item in put_off if not item.parked]
    bulk.delete(batch.conn, tables.INBOX, [item.key for item in forgotten])
    return [part for part in again if part.items]


@dataclass(slots=True)
class LeftOut:
    """Whom a flush did not write."""

    bad: dict[Work, str] = field(default_factory=dict)
    """Whose rows the database would not take, and what it said."""
    suspects: set[Work] = field(default_factory=set)
    """Who made such a row together: one of them, or all; to be handled one by one."""
    after: set[Work] = field(default_factory=set)
    """Who had looked at what those did: to be handled again."""

    def __contains__(self, work: Work) -> bool:
        return work in self.bad or work in self.suspects or work in self.after


def flush(batch: Batch) -> LeftOut:
    """Write what the handlers of ``batch`` did.  Whoever is left out is no longer among ``batch.works``.

    Raises the database's error where leaving messages out does not help.
    """
    left = LeftOut()
    while not _written(batch, left):
        spoilt, timers = set[Any](), set[str]()
        for work in batch.works:
            if work.seen & spoilt or timers & work.timers.keys():
                left.after.add(work)
            if work in left:
                spoilt |= {(kind, key) for kind, changed in work.changed.items() for key in changed}
                timers |= work.timers.keys()
        left.after -= left.bad.keys() | left.suspects
        batch.works = [work for work in batch.works if work not in left]
    return left


def _written(batch: Batch, left: LeftOut) -> bool:
    """Whether all is written; else nothing is, and ``left`` says whose rows were to blame."""
    conn, whole = batch.conn, batch.conn.begin_nested()
    for write, rows in _sheets(batch):
        try:
            if rows:
                write(conn, [row for _, row in rows])
        except Exception as error:
            if why_bad(error) is None:
                raise
            whole.rollback()
            apart = conn.begin_nested()
            found = [(works, why) for works, why in _search(conn, write, rows, error) if works]
            apart.rollback()
            if not found:
                raise
            left.bad.update({works[0]: why for works, why in found if len(works) == 1})
            left.suspects.update(work for works, _ in found if len(works) > 1 for work in works)
            return False
    whole.commit()
    return True


def _search(
    conn: sa.Connection, write: Write, rows: Sequence[Owned], error: Exception
) -> Iterator[tuple[tuple[Work, ...], str]]:
    """Of ``rows``, refused together with ``error``, those that are refused alone.

    Where the first part is taken, what is wrong is in the second.
    """
    if len(rows) == 1:
        yield rows[0][0], why_bad(error) or ""
        return
    first, second = _parts(rows, error)
    found: Exception | None = error
    if (other := _refused(conn, write, first)) is not None:
        yield from _search(conn, write, first, other)
        found = _refused(conn, write, second)
    if found is not None:
        yield from _search(conn, write, second, found)


def _parts(rows: Sequence[Owned], error: Exception) -> tuple[Sequence[Owned], Sequence[Owned]]:
    """The row that the database named and the rest before it, else halves."""
    text = detail(error)
    for at, (_, row) in enumerate(rows) if text else ():
        if isinstance(row, dict) and str(row.get("id")) in text:
            return [*rows[:at], *rows[at + 1 :]], rows[at : at + 1]
    return rows[: len(rows) // 2], rows[len(rows) // 2 :]


def _refused(conn: sa.Connection, write: Write, rows: Sequence[Owned]) -> Exception | None:
    """The database's error where it would not take ``rows``; nothing of them is left then."""
    conn.exec_driver_sql("SAVEPOINT part")
    try:
        write(conn, [row for _, row in rows])
    except Exception as error:
        if why_bad(error) is None:
            raise
        conn.exec_driver_sql("ROLLBACK TO SAVEPOINT part")
        return error
    return None


def _sheets(batch: Batch) -> Iterator[tuple[Write, list[Owned]]]:
    """Everything to be written, statement by statement, in the one order that all processes keep.

    First what the handlers brought themselves, the likeliest to be refused.
    """
    works = batch.works
    yield _call, [((work,), extra) for work in works for extra in work.extras]
    for kind in batch.kinds:
        whose: dict[str, tuple[Work, ...]] = {}
        last: dict[str, Any] = {}
        for work in works:
            for key, aggregate in work.changed.get(kind, {}).items():
                whose[key] = (*whose.get(key, ()), work)
                last[key] = aggregate
        rows: list[Owned] = [(whose[key], batch.row(kind, last[key])) for key in sorted(last)]
        stored = batch.stored[kind]
        yield partial(_insert, kind.table), [each for each in rows if each[1]["id"] not in stored]
        yield partial(_update, kind.table), [each for each in rows if each[1]["id"] in stored]
    yield partial(_insert, tables.HISTORY), [((work,), row) for work in works for row in work.history]
    yield partial(_insert, tables.OUTBOX), [((work,), row) for work in works for row in work.outbox]
    timers: dict[str, Owned] = {key: ((), (key, None)) for key in batch.ended}
    for work in works:
        timers.update((key, ((work,), (key, row))) for key, row in work.timers.items())
    yield _promise, [timers[key] for key in sorted(timers)]


def _insert(table: sa.Table, conn: sa.Connection, rows: list[dict[str, Any]]) -> None:
    bulk.insert(conn, table, rows)


def _update(table: sa.Table, conn: sa.Connection, rows: list[dict[str, Any]]) -> None:
    bulk.update(conn, table, rows)


def _promise(conn: sa.Connection, timers: list[tuple[str, dict[str, Any] | None]]) -> None:
    bulk.delete(conn, tables.TIMERS, [key for key, _ in timers])
    bulk.insert(conn, tables.TIMERS, [row for _, row in timers if row])


def _call(conn: sa.Connection, extras: list[Callable[[sa.Connection], None]]) -> None:
    for extra in extras:
        extra(conn)
