"""A led project (书记领办): raised by residents, chosen by a secretary, decided by the organisation, led to its end.

Every decision raises ``PROJECT_NOT_ALLOWED`` (the table has no such line), ``LIFECYCLE_NOT_YOURS``, ``WORDS_MISSING``,
``WORDS_SHOW_WHO``, and what it names itself.  ``hidden``: what of the raiser's record no word may repeat.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from govcore.claims._moves import Changed, plain
from govcore.claims.lifecycle import PROJECT, roles_of
from govcore.errors import Refusal
from govcore.events.decision import Note, Said
from govcore.messages.projects import (
    ProjectChosen,
    ProjectDecided,
    ProjectDelayed,
    ProjectEnded,
    ProjectFacts,
    ProjectRaised,
    ProjectReached,
    ProjectSolved,
)
from govcore.messages.words import Time

OFFICE = "desk:projects"
"""The desk that holds what has been raised until a secretary chooses it."""

Level = Literal["county", "town", "village"]
LEVELS: tuple[Level, ...] = ("county", "town", "village")


class Leader(NamedTuple):
    """A secretary's post: of which division, on which level, for which place and everything below it."""

    division: str
    level: Level
    place: str


class Milestone(BaseModel):
    """One step of the plan; ``told``: its lateness has been said."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    title: str
    due_at: Time
    reached_at: Time | None = None
    evidence: tuple[str, ...] = ()
    told: bool = False


class Project(BaseModel):
    """One project.  ``state`` stands in :data:`govcore.claims.lifecycle.PROJECT`; ``raised``: a sealed record says who
    raised it; ``problems``: how many it solved."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str
    key: str | None = None
    title: str
    about: str
    state: str = ""
    version: int = 0
    holder: str | None = None
    held_since: Time | None = None
    trace: str = ""
    place: str
    division: str | None = None
    raised_by: str
    raised_at: Time
    raiser_known: bool = False
    leader: str | None = None
    level: Level | None = None
    chosen_at: Time | None = None
    decided_at: Time | None = None
    milestones: tuple[Milestone, ...] = ()
    problems: int = 0
    solved_at: Time | None = None
    ended_at: Time | None = None
    on_time: bool | None = None
    reason: str = ""
    result: str = ""

    @property
    def reached(self) -> int:
        """Milestones reached."""
        return sum(one.reached_at is not None for one in self.milestones)

    @property
    def due_at(self) -> datetime | None:
        """The end of its plan."""
        return self.milestones[-1].due_at if self.milestones else None

    @property
    def wake_at(self) -> datetime | None:
        """When the clock has to look: the next milestone whose lateness has not been said."""
        return self._first(lambda one: not one.told)

    @property
    def late_at(self) -> datetime | None:
        """When it is behind its plan; None unless it is led."""
        return self._first(lambda one: True)

    def _first(self, wanted: Any) -> datetime | None:
        open_ = (one.due_at for one in self.milestones if one.reached_at is None and wanted(one))
        return min(open_, default=None) if self.state == "leading" else None


def raise_(new: Project, *, at: datetime, hidden: Iterable[str] = ()) -> Changed[Project]:
    """Residents or a grid worker say what should be done (群众提)."""
    PROJECT.guard(new.state, "raise", by=new.raised_by, roles=roles_of(new.raised_by))
    hidden = tuple(hidden)
    for field in ("title", "about"):
        plain(getattr(new, field), field, hidden)
    return _moved(new, "raise", at, new.raised_by, ProjectRaised, holder=OFFICE)


def choose(project: Project, *, by: str, leader: Leader, at: datetime) -> Changed[Project]:
    """A secretary chooses it (书记选) who leads where it lies.  Raises ``PROJECT_ELSEWHERE``."""
    PROJECT.guard(project.state, "choose", by=by, roles=roles_of(by))
    _covers(leader, project)
    more: dict[str, Any] = {"holder": by, "leader": by, "level": leader.level, "chosen_at": at}
    return _moved(project, "choose", at, by, ProjectChosen, {"chosen_at": at}, **more)


def decline(
    project: Project, *, by: str, leader: Leader, reason: str, at: datetime, hidden: Iterable[str] = ()
) -> Changed[Project]:
    """Not one to be led, says a secretary of the place, or the organisation of who chose it.

    Raises ``PROJECT_ELSEWHERE``, ``PROJECT_NOT_YOURS``.
    """
    PROJECT.guard(project.state, "decline", by=by, roles=roles_of(by))
    _covers(leader, project)
    _of_leader(project, by)
    return _ended(project, "decline", at, by, plain(reason, "reason", hidden))


def decide(
    project: Project, *, by: str, milestones: Sequence[Milestone], at: datetime, hidden: Iterable[str] = ()
) -> Changed[Project]:
    """The organisation decides it, with its plan (组织定): from now on it is led.

    Raises ``PROJECT_NOT_YOURS`` and ``PROJECT_BAD_PLAN``: no milestone, one in the past, or not one after the other.
    """
    PROJECT.guard(project.state, "decide", by=by, roles=roles_of(by))
    _of_leader(project, by)
    dues = [at, *(one.due_at for one in milestones)]
    if not milestones or not all(before < after for before, after in pairwise(dues)):
        raise Refusal("PROJECT_BAD_PLAN", field="milestones")
    hidden = tuple(hidden)
    for one in milestones:
        plain(one.title, "milestones", hidden)
    more = {"holder": project.leader, "decided_at": at, "milestones": tuple(milestones)}
    return _moved(project, "decide", at, by, ProjectDecided, {"decided_at": at}, **more)


def reach(project: Project, *, by: str, number: int, evidence: tuple[str, ...], at: datetime) -> Changed[Project]:
    """A milestone is reached, and shown.

    Raises ``PROJECT_NOT_YOURS``, ``PROJECT_UNKNOWN_MILESTONE``, ``PROJECT_ALREADY_REACHED``, ``PROJECT_NO_EVIDENCE``.
    """
    PROJECT.guard(project.state, "reach", by=by, roles=roles_of(by))
    _of_leader(project, by)
    if not 1 <= number <= len(project.milestones):
        raise Refusal("PROJECT_UNKNOWN_MILESTONE", field="number", value=number, most=len(project.milestones))
    before = project.milestones[number - 1]
    if before.reached_at is not None:
        raise Refusal("PROJECT_ALREADY_REACHED", field="number", value=number)
    if not evidence:
        raise Refusal("PROJECT_NO_EVIDENCE", field="evidence")
    now = before.model_copy(update={"reached_at": at, "evidence": evidence})
    facts = {"number": number, "on_time": at <= before.due_at, "evidence": evidence, "reached_at": at}
    plan = _with(project, number, now)
    return _moved(project, "reach", at, by, ProjectReached, facts, holder=project.leader, milestones=plan)


def solve(
    project: Project, *, by: str, problems: int, result: str, at: datetime, hidden: Iterable[str] = ()
) -> Changed[Project]:
    """Every milestone is reached: so many problems are solved.

    Raises ``PROJECT_NOT_YOURS``, ``PROJECT_NOT_READY``.
    """
    PROJECT.guard(project.state, "solve", by=by, roles=roles_of(by))
    _of_leader(project, by)
    if project.reached < len(project.milestones):
        left = len(project.milestones) - project.reached
        raise Refusal("PROJECT_NOT_READY", field="milestones", value=project.id, left=left)
    last = max(one.reached_at for one in project.milestones if one.reached_at is not None)
    on_time = project.due_at is not None and last <= project.due_at
    facts = {"problems": problems, "on_time": on_time, "solved_at": at}
    more = {"problems": problems, "result": plain(result, "result", hidden), "solved_at": at, "ended_at": at}
    return _moved(project, "solve", at, by, ProjectSolved, facts, holder=None, on_time=on_time, **more)


def drop(project: Project, *, by: str, reason: str, at: datetime, hidden: Iterable[str] = ()) -> Changed[Project]:
    """Given up by the organisation, and why.  Raises ``PROJECT_NOT_YOURS``."""
    PROJECT.guard(project.state, "drop", by=by, roles=roles_of(by))
    _of_leader(project, by)
    return _ended(project, "drop", at, by, plain(reason, "reason", hidden))


def woken(project: Project, *, at: datetime) -> Changed[Project]:
    """The clock looks: the lateness of a milestone is said once."""
    if project.wake_at is None or project.wake_at > at:
        return Changed()
    late = next(
        number
        for number, one in enumerate(project.milestones, 1)
        if one.reached_at is None and not one.told and one.due_at <= at
    )
    told = project.milestones[late - 1].model_copy(update={"told": True})
    facts = {"number": late, "late_since": told.due_at}
    plan = _with(project, late, told)
    return _moved(project, "remind", at, "clock", ProjectDelayed, facts, holder=project.leader, milestones=plan)


def _covers(leader: Leader, project: Project) -> None:
    if project.place != leader.place and not project.place.startswith(leader.place + "."):
        raise Refusal("PROJECT_ELSEWHERE", field="by", value=leader.division, place=project.place)


def _of_leader(project: Project, by: str) -> None:
    """The secretary who leads it, or the organisation of the same division; before one leads it, any that covers it."""
    if project.leader is not None and by.partition(":")[2] != project.leader.partition(":")[2]:
        raise Refusal("PROJECT_NOT_YOURS", field="by", value=project.id)


def _with(project: Project, number: int, now: Milestone) -> tuple[Milestone, ...]:
    return (*project.milestones[: number - 1], now, *project.milestones[number:])


def _ended(project: Project, action: str, at: datetime, by: str, reason: str) -> Changed[Project]:
    return _moved(project, action, at, by, ProjectEnded, {"ended_at": at}, holder=None, ended_at=at, reason=reason)


def _moved(
    project: Project,
    action: str,
    at: datetime,
    by: str,
    payload: type[ProjectFacts],
    facts: dict[str, Any] | None = None,
    **changes: Any,
) -> Changed[Project]:
    state = PROJECT.step(project.state, action)
    held = {"held_since": None if changes["holder"] is None else at}
    after = project.model_copy(update={"state": state, "version": project.version + 1, **held, **changes})
    shared = {
        **after.model_dump(include={"state", "level", "leader", "place", "division", "raised_at"}),
        "due_at": after.due_at,
        "milestones": len(after.milestones),
        "reached": after.reached,
    }
    said = Said(payload(project_id=after.id, **shared, **(facts or {})), after.id, after.version, after.place)
    return Changed(after, (said,), (Note(after.id, action, project.state, state, after.holder, by),))
