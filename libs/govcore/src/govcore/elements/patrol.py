"""A patrol round 巡查: which points, how often, by whom; what was done, and what nobody did in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from govcore.errors import Refusal
from govcore.messages.words import Time

Due = Callable[[datetime, str, str], datetime]
"""(start, term, place) → when the term ends by the place's calendar."""


class Patrol(BaseModel):
    """One plan: ``points`` are to be seen every ``every`` (a term); ``round`` is the one awaited, due at ``due_at``."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str
    points: tuple[str, ...]
    every: str
    holder: str
    grid: str | None = None
    place: str
    round: int = 1
    seen: tuple[str, ...] = ()
    due_at: Time | None
    done: int = 0
    missed: int = 0
    late: bool = False
    planned_at: Time
    ended_at: Time | None = None

    @property
    def wake_at(self) -> datetime | None:
        """When the clock has to look whether the round was made."""
        return self.due_at if self.ended_at is None else None


def plan(new: Patrol, *, at: datetime, due: Due) -> Patrol:
    """The first round starts now.  Raises ``PATROL_NO_POINTS``."""
    if not new.points or len(set(new.points)) != len(new.points):
        raise Refusal("PATROL_NO_POINTS", field="points")
    return new.model_copy(update={"due_at": due(at, new.every, new.place)})


def seen(of: Patrol, point: str, *, by: str, round: int, at: datetime, due: Due) -> Patrol:
    """The holder was at a point; with the last one the round is done and the next begins.

    Raises ``PATROL_NOT_YOURS``, ``PATROL_STALE_ROUND``, ``PATROL_UNKNOWN_POINT`` and ``PATROL_ENDED``.
    """
    if of.ended_at is not None:
        raise Refusal("PATROL_ENDED", field="patrol_id", value=of.id)
    if by != of.holder:
        raise Refusal("PATROL_NOT_YOURS", field="by", value=by[:80])
    if round != of.round:
        raise Refusal("PATROL_STALE_ROUND", field="round", value=round, now=of.round)
    if point not in of.points:
        raise Refusal("PATROL_UNKNOWN_POINT", field="point", value=point[:80])
    there = tuple(dict.fromkeys((*of.seen, point)))
    if len(there) < len(of.points):
        return of.model_copy(update={"seen": there})
    more = {"seen": (), "round": of.round + 1, "done": of.done + 1, "late": False}
    return of.model_copy(update={**more, "due_at": due(at, of.every, of.place)})


def woken(of: Patrol, *, at: datetime, due: Due) -> Patrol | None:
    """The round's time is over: it is missed, and the next begins; None where there is nothing to see."""
    if of.wake_at is None or of.wake_at > at:
        return None
    more = {"seen": (), "round": of.round + 1, "missed": of.missed + 1, "late": True}
    return of.model_copy(update={**more, "due_at": due(at, of.every, of.place)})


def end(of: Patrol, *, at: datetime) -> Patrol:
    """It is walked no more."""
    return of.model_copy(update={"ended_at": at, "due_at": None})
