"""A stewardship (项目管家): a steward's post serves an enterprise or a project and calls on it every week.

Each visit ends with nothing raised, with what was put right on the spot, or with what is recorded and escalated: an
event on the normal road.  Every decision raises ``STEWARD_NOT_ALLOWED`` (the table has no such line),
``LIFECYCLE_NOT_YOURS``, ``WORDS_MISSING``, ``WORDS_SHOW_WHO``, and what it names itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from govcore.claims._moves import Changed, Rules, plain
from govcore.claims.lifecycle import STEWARDSHIP, roles_of
from govcore.errors import Refusal
from govcore.events.decision import Note, Said
from govcore.messages.stewards import StewardAppointed, StewardEnded, StewardFacts, StewardMissed, StewardVisited
from govcore.messages.words import Time

Outcome = Literal["quiet", "fixed", "recorded"]


class Stewardship(BaseModel):
    """One enterprise or project and the steward's post that serves it.

    ``state`` stands in :data:`govcore.claims.lifecycle.STEWARDSHIP`; ``level`` 1 is the highest of the three.
    ``round`` is the number of the visit awaited, due at ``visit_due_at``; the counts are of the visits so far.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str
    key: str | None = None
    kind: Literal["enterprise", "project"]
    name: str
    state: str = ""
    version: int = 0
    holder: str | None = None
    held_since: Time | None = None
    trace: str = ""
    steward: str
    level: int
    place: str
    division: str | None = None
    appointed_by: str
    appointed_at: Time
    round: int = 1
    visit_due_at: Time | None = None
    visits: int = 0
    fixed: int = 0
    recorded: int = 0
    missed: int = 0
    ended_at: Time | None = None
    reason: str = ""

    @property
    def wake_at(self) -> datetime | None:
        """When the clock has to look at it again; a visit is found late once."""
        return self.visit_due_at if self.state == "serving" else None

    @property
    def late_at(self) -> datetime | None:
        """When the visit awaited is late; None once it has ended."""
        return self.visit_due_at


class Visit(BaseModel):
    """One visit (走访): what was found and done; ``event_id`` where it was escalated."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str
    stewardship_id: str
    round: int
    steward: str
    place: str
    at: Time
    due_at: Time
    on_time: bool
    outcome: Outcome
    found: str = ""
    done: str = ""
    event_id: str | None = None


def appoint(new: Stewardship, *, at: datetime, rules: Rules) -> Changed[Stewardship]:
    """A steward's post serves it from now on.  Raises ``STEWARD_BAD_POST``."""
    STEWARDSHIP.guard(new.state, "appoint", by=new.appointed_by, roles=roles_of(new.appointed_by))
    if "steward" not in roles_of(new.steward):
        raise Refusal("STEWARD_BAD_POST", field="steward", value=new.steward[:80])
    plain(new.name, "name")
    due = rules.due(at, rules.visit, new.place)
    more: dict[str, Any] = {"holder": new.steward, "visit_due_at": due}
    return _moved(new, "appoint", at, new.appointed_by, StewardAppointed, {"appointed_at": at}, **more)


def visit(
    of: Stewardship,
    *,
    id: str,
    by: str,
    round: int,
    outcome: Outcome,
    found: str,
    done: str,
    event_id: str | None,
    at: datetime,
    rules: Rules,
) -> tuple[Changed[Stewardship], Visit]:
    """The steward called; the next visit is due a week from now.

    What was found is said unless nothing was, what was done only where it was put right.  What goes on to others
    does not name whom it is from.  Raises ``STEWARD_NOT_YOURS`` and ``STEWARD_STALE_ROUND``.
    """
    STEWARDSHIP.guard(of.state, "visit", by=by, roles=roles_of(by))
    if by != of.steward:
        raise Refusal("STEWARD_NOT_YOURS", field="by", value=of.id)
    if round != of.round:
        raise Refusal("STEWARD_STALE_ROUND", field="round", value=round, now=of.round)
    if outcome != "quiet":
        plain(found, "found", (of.name,) if outcome == "recorded" else ())
    if outcome == "fixed":
        plain(done, "done")
    due = of.visit_due_at or at
    made = Visit(
        id=id,
        stewardship_id=of.id,
        round=round,
        steward=by,
        place=of.place,
        at=at,
        due_at=due,
        on_time=at <= due,
        outcome=outcome,
        found=found,
        done=done,
        event_id=event_id,
    )
    facts = {"visit_id": id, "outcome": outcome, "on_time": made.on_time, "event_id": event_id, "visited_at": at}
    changed = _moved(
        of,
        "visit",
        at,
        by,
        StewardVisited,
        facts,
        holder=of.steward,
        round=of.round + 1,
        visit_due_at=rules.due(at, rules.visit, of.place),
        visits=of.visits + 1,
        fixed=of.fixed + (outcome == "fixed"),
        recorded=of.recorded + (outcome == "recorded"),
    )
    return changed, made


def end(of: Stewardship, *, by: str, reason: str, at: datetime) -> Changed[Stewardship]:
    """It is served no longer, or by another post."""
    STEWARDSHIP.guard(of.state, "end", by=by, roles=roles_of(by))
    more = {"holder": None, "visit_due_at": None, "ended_at": at, "reason": plain(reason, "reason")}
    return _moved(of, "end", at, by, StewardEnded, {"ended_at": at}, **more)


def woken(of: Stewardship, *, at: datetime) -> Changed[Stewardship]:
    """The clock looks: a visit that nobody made in its week is late, and stays the steward's."""
    if of.wake_at is None or of.wake_at > at:
        return Changed()
    missed = of.missed + 1
    facts = {"missed": missed, "missed_at": at}
    return _moved(of, "miss", at, "clock", StewardMissed, facts, holder=of.steward, missed=missed)


def _moved(
    of: Stewardship,
    action: str,
    at: datetime,
    by: str,
    payload: type[StewardFacts],
    facts: dict[str, Any],
    **changes: Any,
) -> Changed[Stewardship]:
    state = STEWARDSHIP.step(of.state, action)
    held = {"held_since": None if changes["holder"] is None else at}
    after = of.model_copy(update={"state": state, "version": of.version + 1, **held, **changes})
    shared = {name: getattr(after, name) for name in StewardFacts.model_fields if name != "stewardship_id"}
    said = Said(payload(stewardship_id=after.id, **shared, **facts), after.id, after.version, after.place)
    return Changed(after, (said,), (Note(after.id, action, of.state, state, after.holder, by),))
