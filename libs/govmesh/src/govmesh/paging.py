"""One page over several ordered lists: their heads merged, and a cursor that says how far each has been read.

Every list keeps its own order and its own marks, so nothing is missed or told twice where two lists disagree about
what comes first; and a page costs what a page of each list costs, however long they are.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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


def after(moment: sa.Column[Any], key: sa.Column[Any], mark: str | None) -> sa.ColumnElement[bool]:
    """The rows behind ``mark``.  Raises ``HTTP_BAD_REQUEST``."""
    if mark is None:
        return sa.true()
    try:
        at, _, last = mark.partition("|")
        bounds = sa.literal(datetime.fromisoformat(at), moment.type), sa.literal(key.type.python_type(last), key.type)
    except ValueError as error:
        raise _bad() from error
    return sa.tuple_(moment, key) > sa.tuple_(*bounds)


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
