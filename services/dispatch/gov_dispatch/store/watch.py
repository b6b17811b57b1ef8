"""The mesh's own reports as series, asked what stood out on a day."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from gov_dispatch.store import surge as store
from govcore.events.surge import Risen, Surge, Watch, risen
from govcore.packs import Pack


def found_on(conn: sa.Connection, pack: Pack, day: date) -> list[Surge | Risen]:
    """What stood out in the windows that end on ``day``; after a month's last day also which classes rose."""
    rules, zone = pack.header.surge, pack.zone
    found: list[Surge | Risen] = [*watch(conn, pack, day, day).on(day)]
    if (day + timedelta(days=1)).day == 1:
        begin = day.replace(day=1)
        before = begin.replace(year=begin.year - 1)
        last = begin.replace(year=begin.year - 1, day=28) + timedelta(days=4)
        now = store.counts(conn, zone, begin, day, rules.levels)
        then = store.counts(conn, zone, before, last - timedelta(days=last.day), rules.levels)
        for key, days in sorted(now.items()):
            was = sum(then[key].values()) if key in then else 0
            up = risen(key, day.year, day.month, now=sum(days.values()), before=was, rules=rules)
            found += [up] if up is not None else []
    return found


def watch(conn: sa.Connection, pack: Pack, first: date, last: date) -> Watch:
    """The mesh's own reports, ready to be asked about the days ``first`` to ``last``."""
    rules = pack.header.surge
    begin = first - timedelta(days=rules.span + max(rules.windows))
    counts = store.counts(conn, pack.zone, begin, last, rules.levels)
    earliest = min((min(days) for days in counts.values()), default=first)
    return Watch(counts, first=max(begin, earliest), last=last, calendar=pack.calendar, rules=rules)
