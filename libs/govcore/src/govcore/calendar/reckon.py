"""Due when, and why 办理时限: one function, and what follows from its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from govcore.calendar.days import WorkCalendar
from govcore.calendar.rulers import (
    COUNTINGS,
    HOUR,
    Continuous,
    Counting,
    Pause,
    Ruler,
    covered,
    in_order,
    last_day,
    reach,
    ruler,
)
from govcore.calendar.terms import Stage, Term, Unit
from govcore.errors import Refusal

if TYPE_CHECKING:
    from govcore.calendar.why import Span

_MOST_PAUSES = 1_000


@dataclass(frozen=True, slots=True)
class StageDue:
    """One stage of a due: when it started, when it is due, and for day terms the last day before 24:00."""

    stage: Stage
    started: datetime
    at: datetime
    last_day: date | None = None
    nominal_day: date | None = None
    """The last day as counted, before a holiday or rest day moved it."""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """The answer to "due when": ``at`` in the calendar's zone.

    A day term ends at 24:00 of ``stages[-1].last_day``, which ``at`` gives as 00:00 of the day after.
    ``provisional`` says that a year without a notice was needed: reckon again when it is out.
    """

    at: datetime
    stages: tuple[StageDue, ...]
    provisional: bool
    started: datetime
    counting: Counting
    pauses: tuple[Pause, ...]
    calendar: WorkCalendar = field(repr=False, compare=False)

    @property
    def term(self) -> Term:
        return Term(tuple(each.stage for each in self.stages))

    @property
    def wall(self) -> str:
        """The due as people write it: ``2026-10-08 24:00`` for a day term, else ``2026-10-10 09:00``."""
        day = self.stages[-1].last_day
        return f"{day} 24:00" if day else f"{self.at:%Y-%m-%d %H:%M}"

    def is_late(self, answered: datetime) -> bool:
        """Whether an answer at this moment comes too late; 24:00 itself is, the microsecond before it is not.

        Raises ``CALENDAR_NAIVE_TIME``.
        """
        return overdue(self.calendar.local(answered), self.at, whole_day=self.stages[-1].last_day is not None)

    @property
    def why(self) -> tuple[Span, ...]:
        """The spans counted and left out, in order, made when asked for."""
        from govcore.calendar.why import explain

        return explain(self)

    def as_dict(self) -> dict[str, Any]:
        """``{due, wall, why, provisional, stages}`` with ISO times: what the API and the command line answer."""
        return {
            "due": self.at.isoformat(),
            "wall": self.wall,
            "why": [span.as_dict() for span in self.why],
            "provisional": self.provisional,
            "stages": [
                {
                    "term": str(each.stage),
                    "started": each.started.isoformat(),
                    "due": each.at.isoformat(),
                    "last_day": each.last_day.isoformat() if each.last_day else None,
                    "provisional": each.provisional,
                }
                for each in self.stages
            ],
        }


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether an answer was late 是否超期, by how much wall time, and what share of the term it took (1.0 = all)."""

    late: bool
    over: timedelta
    share: float
    due: Due


def due(
    start: datetime,
    term: Term | str,
    calendar: WorkCalendar,
    counting: Counting = "civil-code",
    pauses: Sequence[Pause] = (),
) -> Due:
    """When a term that starts at ``start`` ends, stage by stage, and on which grounds.

    ``counting`` bears on ``d`` stages only.  Raises ``CALENDAR_NAIVE_TIME``, ``CALENDAR_BAD_TERM``,
    ``CALENDAR_BAD_COUNTING`` or ``CALENDAR_OUT_OF_RANGE`` (years 1970–2200).
    """
    if counting not in COUNTINGS:
        raise Refusal("CALENDAR_BAD_COUNTING", field="counting", value=counting)
    if len(pauses) > _MOST_PAUSES:
        raise Refusal("CALENDAR_BAD_PAUSE", field="pauses", value=len(pauses))
    parsed = Term.parse(term) if isinstance(term, str) else term
    started = at = calendar.local(start)
    calendar.midnight(at.toordinal())
    pauses = in_order(pauses)
    stages: list[StageDue] = []
    for stage in parsed.stages:
        found = _stage(stage, at, stages[-1].last_day if stages else None, calendar, counting, pauses)
        stages.append(found)
        at = found.at
    provisional = any(each.provisional for each in stages)
    return Due(at, tuple(stages), provisional, started, counting, tuple(pauses), calendar)


def overdue(answered: datetime, at: datetime, *, whole_day: bool = False) -> bool:
    """Whether an answer misses a due moment, also one fixed elsewhere, such as a target in a file.

    A moment itself is in time; the 24:00 that ends a ``whole_day`` is not.
    """
    return answered >= at if whole_day else answered > at


def judge(
    started: datetime,
    answered: datetime,
    term: Term | str,
    calendar: WorkCalendar,
    counting: Counting = "civil-code",
    pauses: Sequence[Pause] = (),
) -> Judgement:
    """Whether the answer came in time.  An answer before the start is in time with share 0."""
    found = due(started, term, calendar, counting, pauses)
    answered = calendar.local(answered)
    late = found.is_late(answered)
    return Judgement(late, answered - found.at if late else timedelta(0), share_at(found, answered), found)


def moment_at(
    start: datetime,
    term: Term | str,
    share: float,
    calendar: WorkCalendar,
    counting: Counting = "civil-code",
    pauses: Sequence[Pause] = (),
) -> datetime:
    """The moment at which ``share`` of the term is used up: 0.8 for a warning, 1.5 for an order at half over.

    A share runs on the scale of the term itself, so 0.5 of 4 wh is two working hours on.  Stages weigh by their
    nominal length (a working day as its working hours, a calendar day as 24 h).  Past the end the last
    stage's scale goes on.
    """
    return share_moment(due(start, term, calendar, counting, pauses), share)


def share_moment(found: Due, share: float) -> datetime:
    """:func:`moment_at` for a due already reckoned."""
    if not 0 <= share <= 1_000:
        raise Refusal("CALENDAR_BAD_SHARE", field="share", value=share)
    if share == 1:
        return found.at
    left = share * sum(_weight(each, found) for each in found.stages)
    for each in found.stages:
        weight = _weight(each, found)
        if left <= weight or each is found.stages[-1]:
            scale, length = _scale(each, found)
            return scale.at(reach(scale, each.started, round(length * left / weight), found.pauses))
        left -= weight
    raise AssertionError("a term has at least one stage")


def share_at(found: Due, moment: datetime) -> float:
    """The share of the term used up at ``moment``; the inverse of :func:`share_moment`, 0 before the start."""
    moment = found.calendar.local(moment)
    total = sum(_weight(each, found) for each in found.stages)
    used = 0.0
    for each in found.stages:
        if moment <= each.started:
            break
        weight = _weight(each, found)
        if moment < each.at or each is found.stages[-1]:
            scale, length = _scale(each, found)
            return (used + weight * max(0, covered(scale, each.started, moment, found.pauses)) / length) / total
        used += weight
    return used / total


def _stage(
    stage: Stage,
    begin: datetime,
    after: date | None,
    calendar: WorkCalendar,
    counting: Counting,
    pauses: Sequence[Pause],
) -> StageDue:
    if (scale := ruler(calendar, stage.unit, counting)) is not None:
        at = scale.at(reach(scale, begin, round(stage.amount * scale.unit), pauses))
        working = stage.unit in (Unit.WORKING_HOURS, Unit.WORKING_DAYS)
        return StageDue(stage, begin, at, None, None, working and not calendar.settled(begin, at))
    # A stage that ended at 24:00 of a day ended on that day, not at 00:00 of the next.
    first = (after or begin).toordinal()
    nominal, last = last_day(calendar, first, int(stage.amount), counting, pauses)
    at = calendar.midnight(last + 1)
    days = date.fromordinal(nominal), date.fromordinal(last)
    provisional = counting == "civil-code" and not calendar.settled(*days)
    return StageDue(stage, begin, at, days[1], days[0], provisional)


def _weight(each: StageDue, found: Due) -> float:
    unit = each.stage.unit
    hours = {Unit.WORKING_DAYS: found.calendar.day_length / HOUR, Unit.CALENDAR_DAYS: 24.0}.get(unit, 1.0)
    return each.stage.amount * hours


def _scale(each: StageDue, found: Due) -> tuple[Ruler, int]:
    scale = ruler(found.calendar, each.stage.unit, found.counting)
    if scale is not None:
        return scale, round(each.stage.amount * scale.unit)
    # Whole days warn by the clock: the share of the time from the start to 24:00 of the last day.
    clock = Continuous(found.calendar)
    return clock, max(1, covered(clock, each.started, each.at, found.pauses))
