"""How long a desk may hold a matter, and which ones it has held for longer."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from gov_dispatch.store.late import at_desk, being_verified
from govcore.calendar import due
from govcore.events.event import INTAKE, TRIAGE, VERIFY, Event
from govcore.packs import Pack, rules_of
from govmesh.paging import Read
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
    """Matters that lie at a desk past its term, longest first: a list for each desk, one for others that verify."""
    states = {state for one in pack.workflows for state, phase in one.event.phases.items() if phase == "verify"}
    lists = {desk: partial(_late_at, pack, now, kind, partial(at_desk, conn, desk)) for desk, kind in _KIND.items()}
    others = partial(being_verified, conn, states, VERIFY)
    return {**lists, "verifiers": partial(_late_at, pack, now, _KIND[VERIFY], others)}


def _late_at(
    pack: Pack, now: datetime, kind: str, held: Read[Event], last: str | None, most: int
) -> list[tuple[str, Finding]]:
    """Looks no further than the first rows of which none is late: those behind them came later."""
    findings: list[tuple[str, Finding]] = []
    while len(findings) < most:
        rows = held(last, most)
        late = [(mark, event, limit) for mark, event in rows if (limit := desk_due(pack, event)) <= now]
        for mark, event, limit in late:
            since = event.held_since or event.opened_at
            findings.append(
                (mark, Finding(kind, event.id, str(event.holder), since, limit, event.place, event.title[:40]))
            )
        if not late or len(rows) < most:
            break
        last = rows[-1][0]
    return findings[:most]
