"""The visit (回访): somebody comes back to an ended matter, calls the reporter or looks whether it still holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal

from pydantic import BaseModel, ConfigDict

from govcore.messages.words import Time
from govcore.workflow import NOTHING, Lifecycle, Transition

TIMERS = ("revisit", "revisit_late")
"""The promises of a visit: its day has come; its term is over."""

VISITOR = "visitor"
"""The role of whoever a visit names."""

VISIT = Lifecycle(
    name="visit",
    version=1,
    transitions=(
        Transition(NOTHING, "agree", "planned", "triage|verify", "a desk agreed the day, at closing or later"),
        Transition(NOTHING, "call", "open", "rule", "something was put right: the reporter is asked once more"),
        Transition("planned", "open", "open", "clock", "its day has come"),
        Transition("planned", "drop", "dropped", "clock", "on its day the matter is open again: it goes another way"),
        Transition("planned", "cancel", "dropped", "triage|verify", "a desk and the reporter agreed otherwise"),
        Transition("open", "miss", "open", VISITOR, "nobody was reached: tried again within the term"),
        Transition("open", "finish", "done", VISITOR, "done with what was found, or tried often enough"),
    ),
    ends=frozenset({"done", "dropped"}),
    refusal="VISIT_NOT_ALLOWED",
)


@dataclass(frozen=True, slots=True)
class Calling:
    """Return calls: who makes them, within which term of the calendar, after how many tries nobody was reached."""

    by: str
    term: str
    tries: int


@dataclass(frozen=True, slots=True)
class Visiting(Calling):
    """Visits on agreed days of the time ``zone``: at most so many waiting for one matter, at most so many days ahead;
    what was not kept makes the matter ``reopen``, or opens a rectification (``rectify``)."""

    zone: tzinfo
    most: int
    days: int
    not_kept: Literal["reopen", "rectify"]


class Visit(BaseModel):
    """One visit.  ``holder`` makes it: a desk, a department or a street.

    ``kind``: a ``call`` asks the reporter, a ``visit`` looks whether what was agreed is kept.  It opens at ``opens_at``
    and is due ``term`` later by the calendar; ``closing`` is which closing of the matter it follows.  ``tries``: how
    often nobody was reached.  ``outcome``: satisfied, dissatisfied, reached (no grade given), kept, not_kept,
    not_reached.  ``what`` and ``found`` are officials' words, identity masked; ``grade`` is a call's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str
    event_id: str
    kind: Literal["call", "visit"]
    state: str
    version: int = 1
    holder: str
    agreed_by: str
    what: str = ""
    closing: int = 1
    term: str
    opens_at: Time
    due_at: Time | None = None
    provisional: bool = False
    opened_at: Time | None = None
    tries: int = 0
    outcome: str | None = None
    grade: int | None = None
    found: str = ""
    done_by: str | None = None
    done_at: Time | None = None
    orders: int = 0
    place: str = ""
    class_code: str | None = None
    lead: str | None = None

    @property
    def open(self) -> bool:
        """Whether somebody still has to make it."""
        return self.state not in VISIT.ends
