"""How long a desk may hold a matter, and which ones it has held for longer."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from gov_dispatch.store.late import at_desk
from govcore.calendar import due
from govcore.events.event import INTAKE, TRIAGE, VERIFY, Event
from govcore.packs import Pack, rules_of
from govmesh.stalled import Finding, Lists

if TYPE_CHECKING:
    import sqlalchemy as sa

_KIND = {INTAKE: "event.unlocated", TRIAGE: "event.untriaged", VERIFY: "event.unverified"}


def desk_due(pack: Pack, event: Event) -> datetime:
    """When the desk that holds ``event`` is late with it."""
    since = event.held_since or event.opened_at
    if event.holder == INTAKE:
        wait: timedelta = rules_of(pack).locate
        return since + wait
    term = pack.terms.triage.term if event.holder == TRIAGE else pack.terms.verify.term
    return due(since, term, pack.calendars.of(event.place)).at


def late_at_desks(conn: sa.Connection, pack: Pack, now: datetime) -> Lists:
    """Matters that lie at a desk past its term, longest first; a list for each desk."""
    return {desk: partial(_late_at, conn, pack, now, desk, kind) for desk, kind in _KIND.items()}


def _late_at(
    conn: sa.Connection, pack: Pack, now: datetime, desk: str, kind: str, last: str | None, most: int
) -> list[tuple[str, Finding]]:
    """Looks no further than the first rows of which none is late: those behind them came later."""
    findings: list[tuple[str, Finding]] = []
    while len(findings) < most:
        rows = at_desk(conn, desk, last, most)
        late = [(mark, event, limit) for mark, event in rows if (limit := desk_due(pack, event)) <= now]
        for mark, event, limit in late:
            since = event.held_since or event.opened_at
            findings.append((mark, Finding(kind, event.id, desk, since, limit, event.place, event.title[:40])))
        if not late or len(rows) < most:
            break
        last = rows[-1][0]
    return findings[:most]
