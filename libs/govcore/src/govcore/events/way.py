"""A locality's way of working, as far as a decision about one matter asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from govcore.errors import Refusal
from govcore.events.event import Event
from govcore.events.join import check_join

if TYPE_CHECKING:
    from govcore.events.routing import Decision
    from govcore.ports import Ids


class End(NamedTuple):
    """When a term ends; ``provisional`` 暂定: a year whose notice is not out was needed to say so."""

    at: datetime
    provisional: bool = False


class Times(NamedTuple):
    """When a task is to be accepted and done, and what was reckoned: ``due_term`` from ``due_from`` on."""

    due_term: str | None
    due_from: datetime
    due_at: datetime | None
    accept_due_at: datetime | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the escalation ladder: the order's kind, and the term until the next rung (None: the last)."""

    kind: str
    wait: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """The pack's numbers for one matter.  Terms are words of the calendar (``4wh``, ``15d``).

    ``locate`` and ``receipt`` are waits between machines, so plain durations; ``accept``, ``triage`` and ``verify``
    are terms for people; ``handle`` is for matters whose routing names no term (None: none), ``rework`` for what
    is put right (None: the task's own term again).  ``max_returns``: with that many returns a task is no longer
    re-offered but decided at the triage desk.  ``reoffers``: how often the same department is asked again after
    silence.  ``join``: all | lead | quorum:n.  ``verify_share`` of the events is verified (0 … 1).
    ``reopen``: the window after closing in which the reporter can object.  ``ladder``: whom lateness costs what.

    Raises ``EVENT_BAD_JOIN`` and ``EVENT_BAD_RULES``.
    """

    departments: frozenset[str]
    locate: timedelta
    receipt: timedelta
    accept: str
    triage: str
    verify: str
    handle: str | None
    rework: str | None
    max_returns: int
    reoffers: int
    join: str
    verify_share: float
    reopen: timedelta
    ladder: tuple[Rung, ...]

    def __post_init__(self) -> None:
        check_join(self.join)
        wrong = [
            name
            for name, good in (
                ("max_returns", self.max_returns >= 1),
                ("reoffers", self.reoffers >= 0),
                ("verify_share", 0 <= self.verify_share <= 1),
                ("ladder", len(self.ladder) >= 1),
            )
            if not good
        ]
        if wrong:
            raise Refusal("EVENT_BAD_RULES", field=wrong[0], value=getattr(self, wrong[0]))


@dataclass(frozen=True, slots=True)
class Way:
    """Everything around one decision: the numbers, the calendar, the routing rules, fresh ids.

    ``reckon(start, term, place)`` answers when a term ends by the calendar of a dotted place; ``route(event)`` which
    departments get it.
    """

    rules: Rules
    reckon: Callable[[datetime, str, str], End]
    route: Callable[[Event], Decision]
    ids: Ids

    def due(self, start: datetime, term: str, place: str) -> datetime:
        """When ``term`` ends in ``place``."""
        return self.reckon(start, term, place).at

    def times(self, at: datetime, term: str | None, place: str, since: datetime | None = None) -> Times:
        """Of an offer made ``at``; its term has run ``since``, None: from the offer on.  No term: no due."""
        since = since or at
        accept = self.reckon(at, self.rules.accept, place)
        if term is None:
            return Times(None, since, None, accept.at, accept.provisional)
        done = self.reckon(since, term, place)
        return Times(term, since, done.at, accept.at, done.provisional or accept.provisional)

    def known(self, dept: str, *, field: str) -> None:
        """Raises ``HANDOFF_UNKNOWN_DEPARTMENT`` for a department the pack has not."""
        if dept not in self.rules.departments:
            raise Refusal("HANDOFF_UNKNOWN_DEPARTMENT", field=field, value=dept)
