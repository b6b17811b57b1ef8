"""What surges are kept as, and the counts and reports behind them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from pydantic import AwareDatetime, BaseModel, ConfigDict

from gov_dispatch import tables
from govcore.events.surge import Key
from govmesh.clock import stamp
from govmesh.paging import Order, Page, listed

NO_CLASS = "-"
"""Reports that nobody has given a class are a series too."""


class StoredSurge(BaseModel):
    """A surge as it was told, and how far it has gone since.  Days are the pack's own; ``events`` lie behind it.

    ``event_id`` is the matter that it was handed over as.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    series: str
    kind: str
    class_code: str
    place: str
    since: date
    until: date
    first: date
    last: date
    observed: int
    expected: float
    times: float
    chance: float
    score: float
    zh: str
    en: str
    events: tuple[str, ...]
    told: tuple[str, ...]
    found_at: AwareDatetime
    event_id: str | None = None


def counts(
    conn: sa.Connection, zone: ZoneInfo, first: date, last: date, levels: Iterable[int]
) -> dict[Key, Counter[date]]:
    """Reports by class, place at each of the ``levels``, and day of ``zone``, both days included.

    Grouped by the hour in the database, so zones lie whole hours from UTC.
    """
    table, found = tables.REPORTS, defaultdict[Key, Counter[date]](Counter)
    since, until = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
    hour = _hour(conn, table.c.reported_at)
    rows = conn.execute(
        sa.select(table.c.class_code, table.c.place, hour, sa.func.count())
        .where(table.c.reported_at >= _stamp(since, table), table.c.reported_at < _stamp(until, table))
        .group_by(table.c.class_code, table.c.place, hour)
    )
    wanted = sorted(set(levels))
    for class_code, place, at, number in rows:
        day = datetime.fromisoformat(f"{at}:00:00+00:00").astimezone(zone).date()
        words = place.split(".") if place else []
        for level in wanted:
            if level == 0 or len(words) >= level:
                found[Key(class_code or NO_CLASS, ".".join(words[:level]))][day] += number
    return found


def behind(conn: sa.Connection, zone: ZoneInfo, key: Key, first: date, last: date, most: int) -> tuple[str, ...]:
    """The events whose reports a surge is made of, each once, the earliest first."""
    table = tables.REPORTS
    since, until = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
    wanted = (
        sa.select(table.c.event_id)
        .where(table.c.reported_at >= _stamp(since, table), table.c.reported_at < _stamp(until, table))
        .where(table.c.class_code.is_(None) if key.class_code == NO_CLASS else table.c.class_code == key.class_code)
        .group_by(table.c.event_id)
        .order_by(sa.func.min(table.c.reported_at), table.c.event_id)
        .limit(most)
    )
    if key.place:
        wanted = wanted.where((table.c.place == key.place) | table.c.place.startswith(key.place + ".", autoescape=True))
    return tuple(conn.execute(wanted).scalars())


def kept(conn: sa.Connection, limit: int, cursor: str | None) -> Page[StoredSurge]:
    """The surges told, the latest first."""
    order = Order(tables.SURGES.c.id, tables.SURGES.c.found_at, latest=True)
    return listed(conn, sa.select(tables.SURGES.c.doc), order, limit, cursor).of(StoredSurge.model_validate_json)


def one(conn: sa.Connection, surge_id: str) -> StoredSurge | None:
    """A surge by its id."""
    doc = conn.execute(sa.select(tables.SURGES.c.doc).where(tables.SURGES.c.id == surge_id)).scalar()
    return StoredSurge.model_validate_json(doc) if doc is not None else None


def promise(conn: sa.Connection, day: date, at: datetime, *, trace: str, cause: str) -> bool:
    """The one promise to look at ``day``; False where there is one already."""
    sql = (
        "INSERT INTO timers (id, due_at, kind, subject, place, trace, cause, data)"
        " VALUES (:id, :due, 'surge', :id, '', :trace, :cause, :day) ON CONFLICT (id) DO NOTHING"
    )
    row = {"id": f"surge:{day}", "due": stamp(at), "trace": trace, "cause": cause, "day": day.isoformat()}
    return conn.execute(sa.text(sql), row).rowcount == 1


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _stamp(moment: datetime, table: sa.Table) -> Any:
    return sa.literal(moment, table.c.reported_at.type)


def _hour(conn: sa.Connection, column: sa.Column[Any]) -> Any:
    """A moment's hour in UTC as text."""
    if conn.dialect.name == "postgresql":
        return sa.func.to_char(sa.func.timezone("UTC", column), sa.literal_column("'YYYY-MM-DD\"T\"HH24'"))
    return sa.func.substr(sa.type_coerce(column, sa.Text), 1, 13)
