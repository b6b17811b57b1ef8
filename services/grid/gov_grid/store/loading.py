"""A list of divisions into the tables, tens of thousands of rows a transaction; PostgreSQL takes them by COPY."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

import sqlalchemy as sa

from gov_grid import tables
from gov_grid.store.divisions import LISTED, ends_of
from govcore.errors import Refusal
from govcore.grids import CodeProfile, listed
from govcore.grids.divisions_read import Row
from govcore.grids.search import plain
from govmesh import bulk
from govmesh.database import Database

BATCH = 50_000
MOST_SHOWN = 100
_COLUMNS = ("id", "code", "plain", "place", "level", "parent", "since", "until", "doc")
_LOCK = 0x67726964
_CACHE_KIB = 256 * 1024
"""The indexes of the whole list; this process ends with the import."""


@dataclass
class Loaded:
    """What an import did: rows read, divisions new, known already and renamed, rows refused (the first of them)."""

    read: int = 0
    new: int = 0
    known: int = 0
    rejected: int = 0
    renamed: list[dict[str, str]] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, no: Refusal) -> None:
        self.rejected += 1
        if len(self.rejects) < MOST_SHOWN:
            self.rejects.append(no.as_dict())


def load(
    database: Database, rows: Iterable[Row | Refusal], file: str, profile: CodeProfile, as_of: date | None
) -> Loaded:
    """Add what is new; each batch is whole, and the same file again changes nothing.

    A division with another name than the list has is named in ``renamed`` where the file's date is known, and
    refused (``DIVISION_OTHER_NAME``) where it is not; ``DIVISION_ENDED`` for a code that is no more.
    """
    loaded, left = Loaded(), iter(rows)
    while batch := list(islice(left, BATCH)):
        good = []
        for one in batch:
            loaded.read += 1
            if isinstance(one, Refusal):
                loaded.refuse(one)
            else:
                good.append(one)
        with database.write() as conn:
            if not bulk.is_postgres(conn):
                conn.exec_driver_sql(f"PRAGMA cache_size=-{_CACHE_KIB}")
            else:
                conn.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            _batch(conn, good, loaded, file, profile, as_of)
    return loaded


def _batch(
    conn: sa.Connection, rows: Sequence[Row], loaded: Loaded, file: str, profile: CodeProfile, as_of: date | None
) -> None:
    there: dict[str, list[tuple[str, str]]] = {}
    sql = f"SELECT code, plain, until FROM listed WHERE {bulk.among(conn, 'code')}"
    for code, name, until in conn.execute(sa.text(sql), {"keys": bulk.keys(conn, [row.code for row in rows])}):
        there.setdefault(code, []).append((name, until))
    fresh: dict[str, Row] = {}
    for row in rows:
        if (versions := there.get(row.code)) is None:
            loaded.new += row.code not in fresh
            loaded.known += row.code in fresh
            fresh.setdefault(row.code, row)
        elif any(name == plain(row.name) for name, _ in versions):
            loaded.known += 1
        else:
            _other(row, versions, loaded, file, as_of)
    _insert(conn, fresh.values(), profile, as_of)


def _other(row: Row, versions: Sequence[tuple[str, str]], loaded: Loaded, file: str, as_of: date | None) -> None:
    name, until = max(versions, key=lambda one: one[1])
    if until < "9999":
        loaded.refuse(Refusal("DIVISION_ENDED", file=file, row=row.row, field="code", value=row.code, until=until))
    elif as_of is None:
        no = Refusal(
            "DIVISION_OTHER_NAME", file=file, row=row.row, field="name", value=row.code, known=name, name=row.name
        )
        loaded.refuse(no)
    else:
        loaded.renamed.append({"row": str(row.row), "code": row.code, "name": row.name})


def _insert(conn: sa.Connection, rows: Iterable[Row], profile: CodeProfile, since: date | None) -> None:
    made = [LISTED.row(listed(row.code, row.name, profile, since)) for row in rows]
    ends = [(tail, name, "") for tail, name in ends_of(conn, {one["plain"] for one in made})]
    _bring(conn, tables.LISTED.name, _COLUMNS, [tuple(one[name] for name in _COLUMNS) for one in made], "since")
    _bring(conn, tables.ENDS.name, ("tail", "plain", "place"), ends, "place")


def _bring(
    conn: sa.Connection, table: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]], may_be_empty: str
) -> None:
    """Insert rows; ``may_be_empty`` is the column in which an empty text is not NULL."""
    if not rows:
        return
    columns = ", ".join(names)
    if bulk.is_postgres(conn):
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        text.seek(0)
        cursor: Any = conn.connection.cursor()
        options = f"FORMAT csv, FORCE_NOT_NULL ({may_be_empty})"
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN WITH ({options})", text)
    else:
        marks = ", ".join("?" * len(names))
        conn.exec_driver_sql(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(rows))
