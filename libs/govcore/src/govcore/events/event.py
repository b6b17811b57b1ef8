"""The event (事件/案卷) and the reports attached to it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from govcore.events.lifecycle import EVENT
from govcore.events.plan import Plan
from govcore.events.verify import VERIFY
from govcore.messages.words import Point, Time
from govcore.workflow import SHIPPED
from govcore.workflow.vocabulary import ENDED

INTAKE, TRIAGE = "desk:intake", "desk:triage"
"""The desks that hold a matter while no department does; ``VERIFY`` beside them."""


__all__ = ["INTAKE", "TRIAGE", "VERIFY", "Event", "Grading", "Report"]


class Report(BaseModel):
    """What somebody said, through a channel (上报/诉求).

    Who said it is a record of its own, never part of this; what of the words would tell it is kept there, masked here.

    ``division`` is the code that came with it, ``place`` the same as a dotted path, ``point`` longitude and
    latitude in WGS-84, ``cause`` the petition it was referred from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str
    event_id: str
    source: str
    external_id: str | None = None
    channel: str
    reported_at: Time
    title: str = ""
    text: str = ""
    address: str = ""
    class_code: str | None = None
    class_name: str | None = None
    severity: str | None = None
    place: str = ""
    division: str | None = None
    grid: str | None = None
    point: Point | None = None
    cause: str | None = None


class Grading(BaseModel):
    """One grade a resident gave, of which closing, when, and how: by themselves, or asked in a return call."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    grade: int
    at: Time
    closing: int
    how: Literal["rating", "call"]


class Event(BaseModel):
    """A civic matter.

    ``state`` stands in the event table of its ``workflow`` (name and version, kept from its first moment on);
    ``own_phase`` says what that means where the name alone does not.  ``holder`` is a desk, or None while hand-offs
    hold it and once it has ended.  ``located`` says whether the grid service confirmed the
    place.  ``part_of`` is the event it was attached to.  ``outcome`` is how it ended, a code; ``result`` the lead's
    words.  ``trace`` is the W3C traceparent of the whole matter.  ``version`` grows with every change.  ``due_at``
    is ``due_term`` from ``due_from`` on without the ``pauses``, ``provisional`` (暂定) where a year whose notice is
    not out was needed.  ``grade`` is the resident's first of this closing, ``final_grade`` the last, ``grades`` all
    that were ever given; ``rectifying`` the lead's task while it puts something right after the closing;
    ``plans`` its tasks that wait for others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str
    state: str
    workflow: str = SHIPPED.key
    own_phase: str | None = None
    version: int = 1
    holder: str | None = None
    held_since: Time | None = None
    trace: str = ""
    title: str = ""
    text: str = ""
    address: str = ""
    class_code: str | None = None
    class_name: str | None = None
    severity: str | None = None
    channel: str
    source: str
    cause: str | None = None
    part_of: str | None = None
    fingerprint: str | None = None
    place: str = ""
    division: str | None = None
    grid: str | None = None
    duty_post: str | None = None
    duty_person: str | None = None
    point: Point | None = None
    located: bool = False
    opened_at: Time
    located_at: Time | None = None
    handled_at: Time | None = None
    closed_at: Time | None = None
    rated_at: Time | None = None
    due_term: str | None = None
    due_from: Time | None = None
    due_at: Time | None = None
    provisional: bool = False
    pauses: tuple[tuple[Time, Time], ...] = ()
    lead: str | None = None
    join: str = "all"
    matched: tuple[str, ...] = ()
    outcome: str | None = None
    result: str = ""
    on_time: bool | None = None
    grade: int | None = None
    final_grade: int | None = None
    grades: tuple[Grading, ...] = ()
    rectifying: str | None = None
    reports: int = 1
    reworks: int = 0
    rectifications: int = 0
    reopens: int = 0
    orders: int = 0
    handoffs_open: int = 0
    handoffs_done: int = 0
    handoffs_total: int = 0
    plans: tuple[Plan, ...] = ()

    @property
    def phase(self) -> str:
        """What its state means: one of :data:`govcore.workflow.vocabulary.EVENT_PHASES`."""
        return self.own_phase or EVENT.phases[self.state]

    @property
    def open(self) -> bool:
        """Whether somebody must hold it."""
        return self.phase not in ENDED
