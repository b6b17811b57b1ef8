"""How long a desk may hold a matter, and which ones it has held for longer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gov_dispatch import store
from govcore.calendar import due
from govcore.events.event import INTAKE, TRIAGE, VERIFY, Event
from govcore.packs import Pack, rules_of
from govmesh.stalled import Finding

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


def late_at_desks(conn: sa.Connection, pack: Pack, now: datetime) -> list[Finding]:
    """Matters that lie at a desk past its term, longest first."""
    findings = []
    for desk, kind in _KIND.items():
        for event in store.at_desk(conn, desk):
            limit = desk_due(pack, event)
            if limit > now:
                continue
            since = event.held_since or event.opened_at
            findings.append(Finding(kind, event.id, desk, since, limit, event.place, event.title[:40]))
    return findings
