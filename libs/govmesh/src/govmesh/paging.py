"""One page over several ordered lists: their heads merged, and a cursor that says how far each has been read.

Every list keeps its own order and its own marks, so nothing is missed or told twice where two lists disagree about
what comes first; and a page costs what a page of each list costs, however long they are.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from pydantic_core import from_json, to_json

from govcore.errors import Refusal
from govmesh.clock import stamp
from govmesh.http import Request

T = TypeVar("T")
Read = Callable[[str | None, int], Sequence[tuple[str, T]]]
"""``read(mark, most)``: what comes after ``mark`` (None: from the start), each with the mark it leaves behind."""

USUAL, MOST = 100, 500
MOST_CURSOR = 8000


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """``cursors[n]`` goes on after ``rows[n]``; ``next`` after the last, None where nothing follows."""

    rows: list[T]
    cursors: list[str]
    next: str | None

    def of(self, read: Callable[[T], Any]) -> Page[Any]:
        """The same page of what ``read`` makes of each row."""
        return Page([read(row) for row in self.rows], self.cursors, self.next)

    def told(self, name: str, show: Callable[[T], Any]) -> dict[str, Any]:
        """The page for an API: its rows under ``name``, and ``next`` where more follow."""
        return {name: [show(row) for row in self.rows], **({"next": self.next} if self.next else {})}


def merged(
    lists: Mapping[str, Read[T]], order: Callable[[T], Any], limit: int = USUAL, cursor: str | None = None
) -> Page[T]:
    """The first ``limit`` rows after ``cursor``.  Raises ``HTTP_BAD_REQUEST`` for a cursor that is none."""
    marks = _opened(cursor)
    read = [[(name, mark, row) for mark, row in ask(marks.get(name), limit + 1)] for name, ask in lists.items()]
    rows, cursors = [], []
    for name, mark, row in islice(merge(*read, key=lambda one: order(one[2])), limit):
        marks[name] = mark
        rows.append(row)
        cursors.append(_closed(marks))
    more = sum(map(len, read)) > len(rows)
    return Page(rows, cursors, cursors[-1] if more else None)


def asked(request: Request) -> tuple[int, str | None]:
    """``limit`` and ``cursor`` of a request."""
    try:
        limit = int(request.args.get("limit", USUAL))
    except ValueError as error:
        raise Refusal("HTTP_BAD_REQUEST", field="limit") from error
    return max(1, min(limit, MOST)), request.args.get("cursor") or None


def mark(moment: datetime, key: object) -> str:
    """Where a row stands in a list that is ordered by moment and key."""
    return f"{stamp(moment)}|{key}"


def after(
    moment: sa.Column[Any], key: sa.Column[Any], mark: str | None, *, latest: bool = False
) -> sa.ColumnElement[bool]:
    """The rows behind ``mark``, where the latest come first too.  Raises ``HTTP_BAD_REQUEST``."""
    if mark is None:
        return sa.true()
    try:
        at, _, last = mark.partition("|")
        bounds = sa.literal(datetime.fromisoformat(at), moment.type), sa.literal(key.type.python_type(last), key.type)
    except ValueError as error:
        raise _bad() from error
    here = sa.tuple_(moment, key)
    return here < sa.tuple_(*bounds) if latest else here > sa.tuple_(*bounds)


@dataclass(frozen=True, slots=True)
class Order:
    """How a list of one table is read: by the moment ``by`` and then ``key``, or by ``key`` alone (ids grow with time).

    ``latest``: the latest first.  ``rest``: rows without the moment come after all others, the latest first; they are
    looked for only once the others are told.
    """

    key: sa.Column[Any]
    by: sa.Column[Any] | None = None
    latest: bool = False
    rest: bool = False


def listed(conn: sa.Connection, wanted: sa.Select[Any], order: Order, limit: int, cursor: str | None) -> Page[Any]:
    """A page of what ``wanted`` selects, its first column; a page costs what it holds, however far it lies behind.

    Raises ``HTTP_BAD_REQUEST`` for a cursor that is none.
    """
    marks, found = _opened(cursor), []
    if "rest" not in marks:
        first = replace(order, rest=False)
        query = wanted.where(order.by.is_not(None)) if order.rest and order.by is not None else wanted
        found = _read(conn, query, first, "first", marks.get("first"), limit + 1)
    if order.rest and order.by is not None and len(found) <= limit:
        rest = Order(order.key, latest=True)
        found += _read(conn, wanted.where(order.by.is_(None)), rest, "rest", marks.get("rest"), limit + 1 - len(found))
    rows, cursors = [one for one, _ in found[:limit]], [mark for _, mark in found[:limit]]
    return Page(rows, cursors, cursors[-1] if len(found) > limit else None)


def _read(
    conn: sa.Connection, wanted: sa.Select[Any], order: Order, part: str, last: str | None, most: int
) -> list[tuple[Any, str]]:
    by, key = order.by, order.key
    query = wanted.add_columns(key.label("_key"), *(() if by is None else (by.label("_by"),)))
    if last is not None:
        query = query.where(_behind(order, last))
    steps = [column.desc() if order.latest else column for column in (by, key) if column is not None]
    rows = conn.execute(query.order_by(*steps).limit(most)).all()
    marks = (row._key if by is None else mark(row._by, row._key) for row in rows)
    return [(row[0], _closed({part: one})) for row, one in zip(rows, marks, strict=True)]


def _behind(order: Order, last: str) -> sa.ColumnElement[bool]:
    if order.by is None:
        bound = sa.literal(last, order.key.type)
        return order.key < bound if order.latest else order.key > bound
    return after(order.by, order.key, last, latest=order.latest)


def _closed(marks: Mapping[str, str]) -> str:
    return urlsafe_b64encode(to_json(marks)).decode().rstrip("=")


def _opened(cursor: str | None) -> dict[str, str]:
    if cursor is None:
        return {}
    try:
        found = from_json(urlsafe_b64decode(cursor[:MOST_CURSOR].encode("ascii") + b"=="))
    except (ValueError, binascii.Error) as error:
        raise _bad() from error
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise _bad()
    return found


def _bad() -> Refusal:
    return Refusal("HTTP_BAD_REQUEST", field="cursor")
