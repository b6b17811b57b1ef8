"""Multi-row statements: one round trip a table, whatever the batch.

PostgreSQL takes the rows as one JSON text (``json_populate_recordset``), SQLite through
``executemany``; reads hand the keys over as one value (``= ANY`` / ``json_each``).  See ADR 0004.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from pydantic_core import to_json

Row = Mapping[str, Any]


def is_postgres(conn: sa.Connection) -> bool:
    return conn.dialect.name == "postgresql"


def insert(conn: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert ``rows`` (all with the same keys)."""
    if not rows:
        return
    names = tuple(rows[0])
    if is_postgres(conn):
        conn.execute(_pg_insert(table.name, names, ""), {"rows": _json(rows)})
    else:
        conn.exec_driver_sql(_lite_insert(table.name, names), [tuple(row.values()) for row in rows])


def insert_new(conn: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> set[str]:
    """Insert those rows whose ``id`` is not there yet; the ids inserted.

    Ids are taken in sorted order, so that two processes with overlapping batches never deadlock.
    """
    if not rows:
        return set()
    rows = sorted(rows, key=lambda row: row["id"])
    names = tuple(rows[0])
    if is_postgres(conn):
        found = conn.execute(
            _pg_insert(table.name, names, "ON CONFLICT (id) DO NOTHING RETURNING id"), {"rows": _json(rows)}
        )
        return {row[0] for row in found}
    there = {row[0] for row in conn.exec_driver_sql(_lite_ids(table.name), (_json([row["id"] for row in rows]),))}
    new = [row for row in rows if row["id"] not in there]
    insert(conn, table, new)
    return {row["id"] for row in new}


def update(conn: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Set every column of each row where ``id`` matches."""
    if not rows:
        return
    names = tuple(rows[0])
    if is_postgres(conn):
        conn.execute(_pg_update(table.name, names), {"rows": _json(rows)})
    else:
        values = [(*(row[n] for n in names if n != "id"), row["id"]) for row in rows]
        conn.exec_driver_sql(_lite_update(table.name, names), values)


def delete(conn: sa.Connection, table: sa.Table, ids: Sequence[str]) -> None:
    """Delete by ``id``."""
    if ids:
        conn.execute(_delete(table.name, is_postgres(conn)), {"keys": keys(conn, ids)})


def keys(conn: sa.Connection, values: Sequence[Any]) -> Any:
    """``values`` as the one bind value that :func:`among` wants."""
    return list(values) if is_postgres(conn) else _json(values)


def among(conn: sa.Connection, column: str, keys: str = "keys") -> str:
    """The SQL for "``column`` is one of ``:keys``"."""
    return f"{column} = ANY(:{keys})" if is_postgres(conn) else f"{column} IN (SELECT value FROM json_each(:{keys}))"


def _json(value: Any) -> str:
    return to_json(value).decode()


@cache
def _pg_insert(table: str, names: tuple[str, ...], tail: str) -> sa.TextClause:
    columns = ", ".join(f'"{name}"' for name in names)
    rows = f'SELECT {columns} FROM json_populate_recordset(NULL::"{table}", :rows)'
    return sa.text(f'INSERT INTO "{table}" ({columns}) {rows} {tail}')


@cache
def _pg_update(table: str, names: tuple[str, ...]) -> sa.TextClause:
    sets = ", ".join(f'"{name}" = r."{name}"' for name in names if name != "id")
    return sa.text(
        f'UPDATE "{table}" t SET {sets} FROM json_populate_recordset(NULL::"{table}", :rows) r WHERE t.id = r.id'
    )


@cache
def _lite_insert(table: str, names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table}" ({columns}) VALUES ({", ".join("?" * len(names))})'


@cache
def _lite_update(table: str, names: tuple[str, ...]) -> str:
    sets = ", ".join(f'"{name}" = ?' for name in names if name != "id")
    return f'UPDATE "{table}" SET {sets} WHERE id = ?'


@cache
def _lite_ids(table: str) -> str:
    return f'SELECT id FROM "{table}" WHERE id IN (SELECT value FROM json_each(?))'


@cache
def _delete(table: str, postgres: bool) -> sa.TextClause:
    test = "id = ANY(:keys)" if postgres else "id IN (SELECT value FROM json_each(:keys))"
    return sa.text(f'DELETE FROM "{table}" WHERE {test}')
