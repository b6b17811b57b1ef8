"""A locality's way of working, as far as a decision about one matter asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

from govcore.errors import Refusal
from govcore.events.event import Event
from govcore.events.join import check_join
from govcore.events.verify import VERIFY, Check
from govcore.events.visit import Calling, Visiting
from govcore.messages.order import Kind
from govcore.workflow import ONLY_SHIPPED, Workflows

if TYPE_CHECKING:
    from govcore.events.handoff import HandOff
    from govcore.events.routing import Decision
    from govcore.ports import Ids


class End(NamedTuple):
    """When a term ends; ``provisional`` 暂定: a year whose notice is not out was needed to say so."""

    at: datetime
    provisional: bool = False


class Reckon(Protocol):
    """When a term that starts at ``start`` ends by the calendar of ``place``, the ``pauses`` left out."""

    def __call__(
        self, start: datetime, term: str, place: str, pauses: Sequence[tuple[datetime, datetime]] = (), /
    ) -> End: ...


class Share(Protocol):
    """The moment at which ``share`` of a term is used up, reckoned as the term itself is: 0.8 for a warning, 1.5 when
    it is over by half."""

    def __call__(
        self, start: datetime, term: str, place: str, share: float, pauses: Sequence[tuple[datetime, datetime]] = (), /
    ) -> datetime: ...


class Leader(Protocol):
    """The post of a leader: of department ``dept``, or with None of the duty chain 值班链条 of ``place`` at ``level``
    (None: the nearest).  None where the place has no such post."""

    def __call__(self, dept: str | None, place: str, level: str | None, at: datetime, /) -> str | None: ...


def _nobody(_dept: str | None, _place: str, _level: str | None, _at: datetime) -> None:
    """A place that names no leaders."""


class Times(NamedTuple):
    """When a task is to be accepted and done, and what was reckoned: ``due_term`` from ``due_from`` on, the ``pauses``
    left out.  ``order_at``: when the ladder is looked at first, for a warning or because it is late."""

    due_term: str | None
    due_from: datetime
    due_at: datetime | None
    accept_due_at: datetime | None
    provisional: bool
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    order_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the escalation ladder: which order, when, to whom, and how long for the answer.

    It comes when share ``at`` of the term is used up (below 1: a warning), or when the one below it was not answered.
    ``to``: the ``holder`` of the task, its department's ``leader``, the ``supervisor`` (督查单位), or ``duty``: the
    leader named in the duty chain of the place, at ``level``.  ``answer``: the term to answer in; None: no answer is
    asked for.
    """

    kind: Kind
    at: float
    to: str = "holder"
    level: str | None = None
    answer: str | None = None

    @property
    def warns(self) -> bool:
        """Whether it comes before the term is over."""
        return self.at < 1


@dataclass(frozen=True, slots=True)
class Suspending:
    """Suspension (缓办): each reason code with whether the desk must approve it, and the longest one as a term."""

    reasons: Mapping[str, bool]
    longest: str


@dataclass(frozen=True, slots=True)
class Extending:
    """Extension (延期), always approved by the desk: how many times, and the longest one as a term."""

    times: int
    longest: str


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
    ``suspend``, ``extend``: None where the place allows none.  ``checks``: what is verified otherwise than the
    ``verify_share``, and by whom else than ``verify_by``; with ``most_reworks`` the supervisor is told.  ``rating``:
    how long a resident can rate (None: for ever); ``bad_grades`` open a rectification of ``rectify`` (None: nothing),
    then a return ``call``; ``visits``: on agreed days (None: none).

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
    suspend: Suspending | None = None
    extend: Extending | None = None
    verify_by: str = VERIFY
    checks: tuple[Check, ...] = ()
    most_reworks: int | None = None
    rating: timedelta | None = None
    bad_grades: frozenset[int] = frozenset()
    rectify: str | None = None
    call: Calling | None = None
    visits: Visiting | None = None

    @property
    def warnings(self) -> tuple[Rung, ...]:
        """The rungs that come before a term is over; they stand below all others."""
        return tuple(rung for rung in self.ladder if rung.warns)

    def __post_init__(self) -> None:
        check_join(self.join)
        wrong = [
            name
            for name, good in (
                ("max_returns", self.max_returns >= 1),
                ("reoffers", self.reoffers >= 0),
                ("verify_share", 0 <= self.verify_share <= 1),
                ("ladder", len(self.ladder) > len(self.warnings)),
            )
            if not good
        ]
        if wrong:
            raise Refusal("EVENT_BAD_RULES", field=wrong[0], value=getattr(self, wrong[0]))


@dataclass(frozen=True, slots=True)
class Way:
    """Everything around one decision: the numbers, the calendar, the routing rules, fresh ids, the workflows.

    ``reckon(start, term, place, pauses)`` answers when a term ends by the calendar of a dotted place, the pauses left
    out; ``route(event)`` which departments get it; ``share`` when so much of a term is used up, ``leader`` who leads.
    """

    rules: Rules
    reckon: Reckon
    route: Callable[[Event], Decision]
    ids: Ids
    workflows: Workflows = ONLY_SHIPPED
    share: Share | None = None
    leader: Leader = _nobody

    def due(self, start: datetime, term: str, place: str) -> datetime:
        """When ``term`` ends in ``place``."""
        return self.reckon(start, term, place).at

    def end_of(self, task: HandOff, place: str) -> End | None:
        """When the task's own clock ends, its pauses left out; None where it has no term."""
        term = task.clock_term
        return None if term is None else self.reckon(task.clock_from, term, place, task.pauses)

    def times(
        self,
        at: datetime,
        term: str | None,
        place: str,
        since: datetime | None = None,
        pauses: tuple[tuple[datetime, datetime], ...] = (),
    ) -> Times:
        """Of an offer made ``at``; its term has run ``since``, None: from the offer on, but not during ``pauses``.

        No term: no due.
        """
        since = since or at
        accept = self.reckon(at, self.rules.accept, place)
        if term is None:
            return Times(None, since, None, accept.at, accept.provisional, pauses)
        done = self.reckon(since, term, place, pauses)
        provisional = done.provisional or accept.provisional
        first = self.warned_at(since, term, place, pauses, after=at)
        return Times(term, since, done.at, accept.at, provisional, pauses, first or done.at)

    def at_share(
        self,
        start: datetime,
        term: str,
        place: str,
        share: float,
        pauses: Sequence[tuple[datetime, datetime]] = (),
    ) -> datetime:
        """When ``share`` of ``term`` is used up; without a calendar's answer, by the clock, the pauses left out."""
        if self.share is not None:
            return self.share(start, term, place, share, pauses)
        paused = sum((until - since for since, until in pauses), timedelta())
        moment = start + (self.reckon(start, term, place, pauses).at - start - paused) * share
        for since, until in pauses:
            moment += until - since if since < moment else timedelta()
        return moment

    def warned_at(
        self,
        start: datetime,
        term: str | None,
        place: str,
        pauses: Sequence[tuple[datetime, datetime]],
        *,
        after: datetime,
    ) -> datetime | None:
        """The first warning of the ladder that comes later than ``after``, None where there is none left."""
        if term is None:
            return None
        shares = [rung.at for rung in self.rules.warnings]
        moments = (self.at_share(start, term, place, share, pauses) for share in shares)
        return next((moment for moment in moments if moment > after), None)

    def known(self, dept: str, *, field: str) -> None:
        """Raises ``HANDOFF_UNKNOWN_DEPARTMENT`` for a department the pack has not."""
        if dept not in self.rules.departments:
            raise Refusal("HANDOFF_UNKNOWN_DEPARTMENT", field=field, value=dept)

    def reasoned(self, reason: str) -> None:
        """Raises ``HANDOFF_BAD_REASON`` for a reason to return that the pack has not."""
        if reason not in self.rules.return_reasons:
            known = ", ".join(sorted(self.rules.return_reasons))
            raise Refusal("HANDOFF_BAD_REASON", field="reason", value=reason[:80], known=known)
