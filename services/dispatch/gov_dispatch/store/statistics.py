"""What statistics count of matters: one pass over the table for all windows of a stretch, grouped, none loaded.

Matters are counted from their rows, filings and assignments from what was said about them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gov_dispatch import tables
from gov_dispatch.store.reading import Cut, Spans, grouped, inside, moment, number, said, text
from govcore.events.lifecycle import EVENT
from govcore.messages import EventClosed, EventFiled, EventReworked, EventTriaged
from govcore.stats import Assignments, Cell, Fact, Filings, Matters, Verdicts, Window
from govmesh.tables import HISTORY, OUTBOX

E = tables.EVENTS.c
_AT_DESK = EVENT.step("located", "no_rule")


def since(conn: sa.Connection) -> datetime | None:
    """When the first matter that is known came in; None where there is none."""
    found: datetime | None = conn.execute(sa.select(sa.func.min(E.opened_at))).scalar_one()
    return found


def facts(conn: sa.Connection, windows: Sequence[Window], cut: Cut) -> list[list[Fact]]:
    """What happened to matters in each window; windows that lie in one another or side by side are read together."""
    spans = Spans(windows)
    found: list[list[Fact]] = [[] for _ in windows]
    for reading in (_matters, _filings, _assignments, _verdicts):
        for at, fact in reading(conn, spans, cut):
            found[at].append(fact)
    return found


def _matters(conn: sa.Connection, spans: Spans, cut: Cut) -> Iterator[tuple[int, Fact]]:
    """The matters that came in, fell due or were closed in a window, or were open at its end."""
    moments = (E.opened_at, E.due_at, E.closed_at)
    still = (E.opened_at < moment(spans.all.end)) & (E.closed_at.is_(None) | (E.closed_at >= moment(spans.all.end)))
    each = sa.select(
        *_cell(conn),
        E.state,
        *(spans.number(column).label(column.name) for column in moments),
        E.on_time,
        text(conn, E.doc, "handled_at").is_not(None).label("handled"),
        number(conn, E.doc, "grade").label("grade"),
        number(conn, E.doc, "final_grade").label("final"),
        (number(conn, E.doc, "reworks") > 0).label("reworked"),
        (number(conn, E.doc, "reopens") > 0).label("reopened"),
    ).where(sa.or_(still, *(sa.and_(*inside(column, spans.all)) for column in moments)))
    for row in grouped(conn, each):
        cell = _at(row, cut)
        for at, window in enumerate(spans.windows):
            closed_before = spans.before_end(row.closed_at, window)
            fact = Matters(
                cell,
                row.state,
                opened=spans.inside(row.opened_at, window),
                due=spans.inside(row.due_at, window),
                closed=spans.inside(row.closed_at, window),
                open=spans.before_end(row.opened_at, window) and not closed_before,
                overdue=spans.before_end(row.due_at, window),
                on_time=row.on_time,
                handled=bool(row.handled),
                grade=row.grade,
                final=row.final,
                reworked=bool(row.reworked),
                reopened=bool(row.reopened),
                number=row.many,
            )
            if fact.opened or fact.due or fact.closed or fact.open:
                yield at, fact


def _filings(conn: sa.Connection, spans: Spans, cut: Cut) -> Iterator[tuple[int, Fact]]:
    """The matters filed."""
    each = (
        sa.select(*_cell(conn), E.state, spans.number(OUTBOX.c.at).label("at"))
        .select_from(_about_events())
        .where(*said(spans.all, EventFiled))
    )
    for row in grouped(conn, each):
        for at, window in enumerate(spans.windows):
            if spans.inside(row.at, window):
                yield at, Filings(_at(row, cut), row.state, row.many)


def _assignments(conn: sa.Connection, spans: Spans, cut: Cut) -> Iterator[tuple[int, Fact]]:
    """The matters given to departments, by rule at once or by the triage desk."""
    to_somebody = text(conn, OUTBOX.c.body, "data", "lead").is_not(None)
    ordered = sa.exists().where(
        HISTORY.c.subject == OUTBOX.c.subject,
        HISTORY.c.kind == "order",
        HISTORY.c.from_state == _AT_DESK,
        HISTORY.c.at <= OUTBOX.c.at,
    )
    each = (
        sa.select(*_cell(conn), spans.number(OUTBOX.c.at).label("at"), ordered.label("late"))
        .select_from(_about_events())
        .where(*said(spans.all, EventFiled, EventTriaged), to_somebody)
    )
    for row in grouped(conn, each):
        for at, window in enumerate(spans.windows):
            if spans.inside(row.at, window):
                yield at, Assignments(_at(row, cut), bool(row.late), row.many)


def _verdicts(conn: sa.Connection, spans: Spans, cut: Cut) -> Iterator[tuple[int, Fact]]:
    """Each time a verifier found a matter handled, or sent it back; what was closed unseen has no verdict."""
    approved = sa.exists().where(
        HISTORY.c.subject == OUTBOX.c.subject, HISTORY.c.kind == "approve", HISTORY.c.at == OUTBOX.c.at
    )
    again = (OUTBOX.c.type == EventReworked.type).label("again")
    each = (
        sa.select(*_cell(conn), spans.number(OUTBOX.c.at).label("at"), again)
        .select_from(_about_events())
        .where(*said(spans.all, EventClosed, EventReworked), again | approved)
    )
    for row in grouped(conn, each):
        for at, window in enumerate(spans.windows):
            if spans.inside(row.at, window):
                yield at, Verdicts(_at(row, cut), bool(row.again), row.many)


def _about_events() -> sa.Join:
    return sa.join(OUTBOX, tables.EVENTS, E.id == OUTBOX.c.subject)


def _cell(conn: sa.Connection) -> tuple[sa.ColumnElement[Any], ...]:
    lead, channel = (text(conn, E.doc, name).label(name) for name in ("lead", "channel"))
    return E.class_code, lead, E.place, channel


def _at(row: Any, cut: Cut) -> Cell:
    return Cell(row.class_code or "", row.lead or "", cut(row.place), row.channel or "")
