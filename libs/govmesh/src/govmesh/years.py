"""A year's notice (放假安排) comes out while the mesh runs: kept by each service, told by message, counted by at once.

It is loaded into one service, which says so; those that hear it keep it in their own database.  Every process looks
there each second and at its start, so that none needs to be started again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, ClassVar

import sqlalchemy as sa

from govcore.calendar import Notice
from govcore.calendar.notices import days_of
from govcore.errors import Refusal
from govcore.messages import Message, Payload
from govcore.messages.calendar import CalendarNoticed
from govcore.packs import Pack
from govmesh.database import Database
from govmesh.handlers import On
from govmesh.tables import YEARS
from govmesh.work import Work

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEEP = sa.text(
    "INSERT INTO years (year, revision, doc) VALUES (:year, :revision, :doc) ON CONFLICT (year) DO UPDATE"
    " SET revision = excluded.revision, doc = excluded.doc WHERE years.revision <= excluded.revision"
)
SUBJECT = "calendar"


LOOK_SECONDS = 1.0
"""How often a process looks for a notice that another has taken in."""


class LoadYears(Payload):
    """Local: count these years by these holidays from now on."""

    type: ClassVar[str] = "calendar.load.v1"
    holidays: tuple[Notice, ...]


def said(body: Any) -> LoadYears:
    """What somebody posts, ``{"notices": [{"year", "name", "holidays", "makeup"}, …]}``, looked through.

    Raises ``HTTP_BAD_BODY``, ``CALENDAR_BAD_NOTICE`` naming the year and the day that is none.
    """
    found = LoadYears.model_validate({"holidays": body.get("notices") if isinstance(body, dict) else None})
    if not found.holidays or any(one.year == "*" for one in found.holidays):
        raise Refusal("HTTP_BAD_BODY", field="notices", why="year")
    for one in found.holidays:
        list(days_of(f"{one.holidays} {one.makeup}", int(one.year)))
    assert _told(found.holidays, _EPOCH)
    return found


def handlers(says: bool) -> tuple[On, On]:
    """Of every service; ``says``: whether it tells the others."""
    return On(LoadYears, partial(load, says=says)), On(CalendarNoticed, heard)


def load(message: Message[LoadYears], work: Work, *, says: bool) -> None:
    """Keep them, and say so where this is the service that does."""
    _keep(work, message.data.holidays, work.now)
    work.note(SUBJECT, "loaded", place="", reason=", ".join(map(str, years_of(message.data.holidays))))
    if says:
        work.say(_told(message.data.holidays, work.now), subject=SUBJECT, version=_revision(work.now), place="")


def heard(message: Message[CalendarNoticed], work: Work) -> None:
    """Keep what another service was told; what is older than what is kept changes nothing."""
    lines = message.data.holidays
    found = [Notice(year=year, name=name, holidays=off, makeup=worked) for year, name, off, worked in lines]
    _keep(work, found, message.data.noticed_at)


class Years:
    """What a running service counts by besides its pack."""

    def __init__(self, pack: Pack, database: Database) -> None:
        self._pack, self._database = pack, database
        self._look_at = 0.0
        self.revision = 0
        """Of what this process counts by."""

    def look_now_and_then(self) -> None:
        """As :meth:`look`, each second at most."""
        if time.monotonic() >= self._look_at:
            self.look()

    def look(self) -> None:
        """Count by what is kept, where that is not what was counted by."""
        self._look_at = time.monotonic() + LOOK_SECONDS
        with self._database.read() as conn:
            if (revision := newest(conn)) == self.revision:
                return
            found = kept(conn)
        self._pack.learn([notice for notices in found.values() for notice in notices])
        self.revision = revision

    def changes(self, wanted: Sequence[Notice]) -> list[int]:
        """The years of which something else is kept, or nothing; raises what such a calendar would be refused with."""
        with self._database.read() as conn:
            found = kept(conn)
        new = {year: [one for one in wanted if one.year == year] for year in years_of(wanted)}
        counted = [notice for notices in {**found, **new}.values() for notice in notices]
        assert self._pack.with_notices(counted).calendars
        return [year for year, notices in new.items() if notices != found.get(year)]


def years_of(holidays: Sequence[Notice]) -> list[int]:
    return sorted({int(one.year) for one in holidays})


def kept(conn: sa.Connection) -> dict[int, list[Notice]]:
    """What is kept, by year."""
    rows = conn.execute(sa.select(YEARS.c.year, YEARS.c.doc).order_by(YEARS.c.year)).all()
    return {row.year: [Notice.model_validate(one) for one in json.loads(row.doc)] for row in rows}


def newest(conn: sa.Connection) -> int:
    """The latest revision of what is kept, 0 where there is nothing."""
    return int(conn.execute(sa.text("SELECT coalesce(max(revision), 0) FROM years")).scalar_one())


def _keep(work: Work, holidays: Sequence[Notice], at: datetime) -> None:
    rows: list[dict[str, Any]] = []
    for year in years_of(holidays):
        doc = json.dumps([one.model_dump() for one in holidays if one.year == year], ensure_ascii=False)
        rows.append({"year": year, "revision": _revision(at), "doc": doc})

    def write(conn: sa.Connection) -> None:
        conn.execute(_KEEP, rows)

    work.extras.append(write)


def _told(holidays: Sequence[Notice], at: datetime) -> CalendarNoticed:
    lines = tuple((int(one.year), one.name, one.holidays, one.makeup) for one in holidays)
    return CalendarNoticed(holidays=lines, noticed_at=at)


def _revision(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
