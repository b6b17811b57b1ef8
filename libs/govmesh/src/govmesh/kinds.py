"""How an aggregate lies in its table: an ``id``, the whole of it as JSON in ``doc``, and the searched columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from pydantic import BaseModel

from govmesh import bulk
from govmesh.clock import stamp

A = TypeVar("A", bound=BaseModel)


@dataclass(frozen=True, slots=True, eq=False)
class Kind(Generic[A]):
    """One kind of aggregate.

    ``columns`` says how each searched column is drawn from the aggregate; ``lookups`` are those of them
    by which a batch may load (the attribute of the aggregate has the column's name).  Aggregates are
    frozen: a change is a new object put in place of the old one.
    """

    table: sa.Table
    model: type[A]
    columns: Mapping[str, Callable[[A], Any]]
    lookups: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        return self.table.name

    def row(self, aggregate: A) -> dict[str, Any]:
        found: dict[str, Any] = {"id": aggregate.id}  # type: ignore[attr-defined]
        for name, draw in self.columns.items():
            value = draw(aggregate)
            found[name] = stamp(value) if isinstance(value, datetime) else value
        found["doc"] = aggregate.__pydantic_serializer__.to_json(aggregate).decode()
        return found

    def read(self, doc: str) -> A:
        """The aggregate back from its ``doc``."""
        return self.model.__pydantic_validator__.validate_json(doc)  # type: ignore[no-any-return]

    def load(self, conn: sa.Connection, column: str, values: Sequence[Any], *, lock: bool) -> list[A]:
        """All aggregates whose ``column`` is one of ``values``, in id order, locked in that order if asked."""
        if lock:
            return self.lock(conn, {column: values})
        sql = f'SELECT doc FROM "{self.name}" WHERE {bulk.among(conn, column)} ORDER BY id'
        return [self.read(row[0]) for row in conn.execute(_text(sql), {"keys": bulk.keys(conn, values)})]

    def lock(self, conn: sa.Connection, wanted: Mapping[str, Collection[Any]]) -> list[A]:
        """All aggregates of which any column has one of its ``wanted`` values, locked in id order.

        One statement, so that two processes that want the same rows by different columns never deadlock.
        """
        columns = sorted(wanted)
        tests = " OR ".join(bulk.among(conn, column, f"keys_{column}") for column in columns)
        tail = " FOR UPDATE" if bulk.is_postgres(conn) else ""
        found = conn.execute(
            _text(f'SELECT doc FROM "{self.name}" WHERE {tests} ORDER BY id{tail}'),
            {f"keys_{column}": bulk.keys(conn, sorted(wanted[column])) for column in columns},
        )
        return [self.read(row[0]) for row in found]

    def peek(self, conn: sa.Connection, column: str, ids: Sequence[str]) -> dict[str, Any]:
        """One column of the rows with these ids, not locked: for a column that never changes."""
        sql = f'SELECT id, "{column}" FROM "{self.name}" WHERE {bulk.among(conn, "id")}'
        return {row[0]: row[1] for row in conn.execute(_text(sql), {"keys": bulk.keys(conn, ids)})}


_TEXTS: dict[str, sa.TextClause] = {}


def _text(sql: str) -> sa.TextClause:
    found = _TEXTS.get(sql)
    if found is None:
        found = _TEXTS[sql] = sa.text(sql)
    return found
