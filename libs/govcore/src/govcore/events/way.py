"""A locality's way of working, as far as a decision about one matter asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from govcore.errors import Refusal
from govcore.events.event import Event
from govcore.events.join import check_join

if TYPE_CHECKING:
    from govcore.events.routing import Decision
    from govcore.ports import Ids


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
    re-offered but consulted on and decided at the triage desk (会商), and ``supervisor`` (督查单位) is told.
    ``return_reasons``: the codes a return may give.  ``reoffers``: how often the same department is asked again after
    silence.  ``join``: all | lead | quorum:n.  ``verify_share`` of the events is verified (0 … 1).
    ``reopen``: the window after closing in which the reporter can object.  ``ladder``: whom lateness costs what.

    Raises ``EVENT_BAD_JOIN`` and ``EVENT_BAD_RULES``.
    """

    departments: frozenset[str]
    return_reasons: frozenset[str]
    supervisor: str
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

    ``due(start, term)`` answers when a term ends; ``route(event)`` which departments get it.
    """

    rules: Rules
    due: Callable[[datetime, str], datetime]
    route: Callable[[Event], Decision]
    ids: Ids

    def end(self, start: datetime, term: str | None) -> datetime | None:
        """When ``term`` ends, None for no term."""
        return None if term is None else self.due(start, term)

    def known(self, dept: str, *, field: str) -> None:
        """Raises ``HANDOFF_UNKNOWN_DEPARTMENT`` for a department the pack has not."""
        if dept not in self.rules.departments:
            raise Refusal("HANDOFF_UNKNOWN_DEPARTMENT", field=field, value=dept)

    def reasoned(self, reason: str) -> None:
        """Raises ``HANDOFF_BAD_REASON`` for a reason to return that the pack has not."""
        if reason not in self.rules.return_reasons:
            known = ", ".join(sorted(self.rules.return_reasons))
            raise Refusal("HANDOFF_BAD_REASON", field="reason", value=reason[:80], known=known)
