"""Surges: once after each day on which something was reported, what stood out is kept and said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from gov_dispatch.contracts import CheckSurges
from gov_dispatch.store import SURGES, StoredSurge
from gov_dispatch.store import surge as store
from gov_dispatch.store.watch import found_on
from govcore.events.surge import Key, Risen, Surge, goes_on, joined
from govcore.messages import Message, SurgeFound
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Work

AFTER_MIDNIGHT = timedelta(minutes=30)
"""When a day is looked at: what came in late at night has been filed by then."""
MOST_EVENTS = 500
"""Events that an alert names."""


class Surges:
    """The counts of the mesh's own reports, looked at with the pack's rules and calendar."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh, self._pack, self._rules = mesh, mesh.pack, mesh.pack.header.surge
        self._armed: date | None = None
        self._armed_in: Any = None

    def handlers(self) -> Sequence[On]:
        return (On(CheckSurges, lambda message, work: self.check(message.data.day, work)),)

    def arm(self, work: Work) -> None:
        """Promise to look at today once it is over.

        A day has one promise whoever makes it first, so processes do not wait for each other all day.
        """
        day = work.now.astimezone(self._pack.zone).date()
        if day != self._armed:
            work.extras.append(partial(self._promise, day, work.message))

    def check(self, day: date, work: Work) -> None:
        """Keep and say what is new on ``day``; what goes on is kept only.  Answers what there is."""
        with self._mesh.database.read() as conn:
            found: list[tuple[Surge | Risen, tuple[str, ...]]] = [
                (one, self._behind(conn, one)) for one in found_on(conn, self._pack, day)
            ]
        work.result = {"day": day, "surges": [self._keep(one, events, work) for one, events in found]}

    def _keep(self, found: Surge | Risen, events: tuple[str, ...], work: Work) -> StoredSurge:
        known = [
            one
            for one in work.find(SURGES, "series", _series(found.key))
            if one.kind == _kind(found) and goes_on(_surge(one), _surge_of(found), self._rules)
        ]
        if known and known[-1].until >= _surge_of(found).until:
            return known[-1]
        now = joined(_surge(known[-1]), _surge_of(found)) if known else _surge_of(found)
        said = isinstance(found, Surge)
        zh, en = (self._words(now if said else found, lang) for lang in ("zh_CN", "en"))
        kept = StoredSurge(
            id=known[-1].id if known else work.new_id("S"),
            series=_series(found.key),
            kind=_kind(found),
            class_code=found.key.class_code,
            place=found.key.place,
            since=now.since,
            until=now.until,
            first=now.first,
            last=now.last,
            observed=now.observed,
            expected=round(now.expected, 2),
            times=round(now.times, 2),
            chance=now.chance,
            score=now.score,
            zh=zh,
            en=en,
            events=tuple(dict.fromkeys((*(known[-1].events if known else ()), *events)))[:MOST_EVENTS],
            told=self._rules.told(found.key.class_code),
            found_at=known[-1].found_at if known else work.now,
            event_id=known[-1].event_id if known else None,
        )
        work.put(SURGES, kept)
        if not known:
            self._say(kept, work)
        return kept

    def _say(self, kept: StoredSurge, work: Work) -> None:
        item = self._pack.classes.get(kept.class_code)
        said = SurgeFound(
            surge_id=kept.id,
            class_name=item.name if item else None,
            **kept.model_dump(exclude={"id", "series", "told", "until", "event_id"}),
        )
        to = tuple(f"dept.{code}" for code in kept.told)
        work.say(said, subject=kept.id, version=1, place=kept.place, to=to)
        work.note(kept.id, "found", place=kept.place, actor="clock", reason="EVENT_SURGE")

    def _behind(self, conn: Any, found: Surge | Risen) -> tuple[str, ...]:
        now = _surge_of(found)
        return store.behind(conn, self._pack.zone, found.key, now.first, now.last, MOST_EVENTS)

    def _words(self, found: Surge | Risen, lang: str) -> str:
        item, place = self._pack.classes.get(found.key.class_code), self._pack.divisions_by_place.get(found.key.place)
        named = (item.name if lang == "zh_CN" else item.name_en) if item else ""
        return found.reason(lang, named, place.name if place else "")

    def _promise(self, day: date, message: Message[Any], conn: Any) -> None:
        if day == self._armed or conn.get_transaction() is self._armed_in:
            return
        after = datetime.combine(day + timedelta(days=1), datetime.min.time(), self._pack.zone) + AFTER_MIDNIGHT
        made = store.promise(conn, day, after, trace=message.trace, cause=message.id)
        self._armed_in = conn.get_transaction()
        if not made:
            self._armed = day


def _kind(found: Surge | Risen) -> str:
    return "surge" if isinstance(found, Surge) else "month"


def _series(key: Key) -> str:
    return f"{key.class_code}|{key.place}"


def _surge_of(found: Surge | Risen) -> Surge:
    """A risen month as days: the year before is what was expected."""
    if isinstance(found, Surge):
        return found
    first = date(found.year, found.month, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return Surge(found.key, first, last, found.now, float(found.before), found.chance, first, last)


def _surge(kept: StoredSurge) -> Surge:
    key = Key(kept.class_code, kept.place)
    return Surge(
        key, kept.first, kept.last, kept.observed, kept.expected, kept.chance, since=kept.since, until=kept.until
    )
