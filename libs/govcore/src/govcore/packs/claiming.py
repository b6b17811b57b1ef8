"""A pack's way with claims as the decisions about them ask for it."""

from __future__ import annotations

from datetime import datetime

from govcore.calendar import due
from govcore.claims import Rules
from govcore.packs.model import Pack


def claim_rules_of(pack: Pack) -> Rules:
    """The pack's numbers for wishes, posts and stewards, by the calendar of each place."""
    terms, calendars = pack.terms.claims, pack.calendars

    def end_of(start: datetime, term: str, place: str) -> datetime:
        return due(start, term, calendars.of(place)).at

    return Rules(
        departments=frozenset(pack.departments),
        due=end_of,
        fulfil=terms.fulfil.term,
        confirm=terms.confirm.term,
        visit=terms.visit.term,
    )
