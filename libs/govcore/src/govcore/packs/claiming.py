"""A pack's way with claims, stewards and led projects as the decisions about them ask for it."""

from __future__ import annotations

from datetime import datetime

from govcore.calendar import due
from govcore.claims import LEVELS, Leader, Rules
from govcore.errors import Refusal
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
        offer=terms.offer,
    )


def leader_of(pack: Pack, by: str) -> Leader:
    """The post behind ``secretary:<division>`` or ``organisation:<division>``: of a county, a town or a village.

    Raises ``PROJECT_UNKNOWN_LEADER``.
    """
    found = pack.divisions.get(by.partition(":")[2])
    named = pack.header.code.level_name(found.code) if found else ""
    level = next((one for one in LEVELS if one == named), None)
    if found is None or level is None:
        raise Refusal("PROJECT_UNKNOWN_LEADER", field="by", value=by[:80])
    return Leader(found.code, level, found.place)
