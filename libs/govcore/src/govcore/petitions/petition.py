"""A petition (信访事项): what it is about and how far it has come.  Who petitioned is a record of its own."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from govcore.calendar import Pause
from govcore.messages.words import Point, Time
from govcore.petitions.statute import Path

OFFICE = "desk:petition"
"""The petition office (信访机构): it answers for a petition until it is closed, whoever handles the matter."""


class Petition(BaseModel):
    """One petition.

    ``state`` stands in :data:`govcore.petitions.lifecycle.PETITION`.  ``path`` is suggestion (art 29), accusation (30)
    or claim (31), None while undecided.  ``accused``: the unit it is about; nothing of it ever reaches that unit.
    ``title``, ``text`` and ``address`` are the petition's own words, less what would say who petitioned; they leave
    the service only through :mod:`govcore.petitions.protection`.  ``referred_at`` is the first referral,
    ``arrived_at`` the last one.  ``due_at`` is the end of the office's own term (art 22).  ``hearings`` are those that
    are over; one that is going on began at ``hearing_since``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, arbitrary_types_allowed=True)
    id: str
    state: str
    version: int = 1
    holder: str | None = None
    held_since: Time | None = None
    trace: str = ""
    channel: str
    source: str = ""
    external_id: str | None = None
    path: Path | None = None
    class_code: str | None = None
    class_name: str | None = None
    severity: str | None = None
    title: str = ""
    text: str = ""
    address: str = ""
    accused: str | None = None
    place: str = ""
    division: str | None = None
    grid: str | None = None
    point: Point | None = None
    received_at: Time
    registered_at: Time
    due_at: Time | None = None
    referrals: int = 0
    referred_to: str | None = None
    referred_at: Time | None = None
    arrived_at: Time | None = None
    objected_at: Time | None = None
    told_at: Time | None = None
    accepted_at: Time | None = None
    extended_at: Time | None = None
    answered_at: Time | None = None
    review_asked_at: Time | None = None
    reviewed_at: Time | None = None
    rereview_asked_at: Time | None = None
    rereviewed_at: Time | None = None
    closed_at: Time | None = None
    hearings: tuple[Pause, ...] = ()
    hearing_since: Time | None = None
    event_id: str | None = None
    lead: str | None = None
    outcome: str | None = None
    result: str = ""
