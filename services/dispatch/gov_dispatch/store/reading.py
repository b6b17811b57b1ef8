"""What the readings for statistics share: windows of time in SQL, fields of JSON texts, messages said, groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from govcore.messages import Payload
from govcore.stats import Window
from govmesh.bulk import is_postgres
from govmesh.tables import OUTBOX, Moment

Cut = Callable[[str], str]
"""Cuts a place to the division that figures are given for."""


class Spans:
    """Windows that are read in one pass: a moment becomes a number, from which each window tells whether it holds it.

    0 is before the first of all bounds; None, no moment, lies nowhere.
    """

    def __init__(self, windows: Sequence[Window]) -> None:
        self.windows = tuple(windows)
        self._bounds = sorted({bound for window in windows for bound in (window.start, window.end)})
        self._number = {bound: number for number, bound in enumerate(self._bounds)}
        self.all = Window(self._bounds[0], self._bounds[-1])

    def number(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """The column's moment as a number."""
        steps = [(column < moment(bound), number) for number, bound in enumerate(self._bounds)]
        return sa.case((column.is_(None), None), *steps, else_=len(self._bounds))

    def inside(self, number: int | None, window: Window) -> bool:
        """Whether the window holds the moment."""
        return number is not None and self._number[window.start] < number <= self._number[window.end]

    def before_end(self, number: int | None, window: Window) -> bool:
        """Whether the moment lies before the window's end."""
        return number is not None and number <= self._number[window.end]


def said(window: Window, *types: type[Payload], straight: bool = False) -> tuple[sa.ColumnElement[bool], ...]:
    """Messages of these types said in the window: to everybody, or ``straight`` to departments."""
    to = OUTBOX.c.exchange == "" if straight else OUTBOX.c.exchange != ""
    return (OUTBOX.c.type.in_([one.type for one in types]), to, *inside(OUTBOX.c.at, window))


def inside(column: sa.ColumnElement[Any], window: Window) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Both bounds of the window."""
    return column >= moment(window.start), column < moment(window.end)


def grouped(conn: sa.Connection, each: sa.Select[Any]) -> sa.CursorResult[Any]:
    """The different rows of ``each``, and in ``many`` how many there are of it."""
    inner = each.subquery()
    return conn.execute(sa.select(*inner.c, sa.func.count().label("many")).group_by(*inner.c))


def text(conn: sa.Connection, doc: sa.ColumnElement[str], *path: str) -> sa.ColumnElement[Any]:
    """What stands in a JSON text at ``path``."""
    if is_postgres(conn):
        return sa.func.jsonb_extract_path_text(sa.cast(doc, JSONB), *path)
    return sa.func.json_extract(doc, "$." + ".".join(path))


def number(conn: sa.Connection, doc: sa.ColumnElement[str], *path: str) -> sa.ColumnElement[Any]:
    """The whole number that stands there."""
    return sa.cast(text(conn, doc, *path), sa.Integer)


def moment(at: datetime) -> sa.ColumnElement[datetime]:
    """A moment to compare a column with."""
    return sa.literal(at, Moment())


def read(at: str | datetime) -> datetime:
    """A moment from a column or from a JSON text, in UTC."""
    return at if isinstance(at, datetime) else datetime.fromisoformat(at).astimezone(UTC)
