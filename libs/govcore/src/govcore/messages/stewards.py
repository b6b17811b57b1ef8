"""What is said about stewards (项目管家) who serve an enterprise or a project and call on it every week."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from govcore.messages.base import Payload
from govcore.messages.words import Code, Id, Place, Time

_SERVED: dict[str, Any] = {
    "stewardship_id": "G-000001",
    "kind": "enterprise",
    "state": "serving",
    "steward": "steward:hi-tech-07",
    "level": 3,
    "round": 1,
    "place": "52.01.12.001",
    "division": "520112001",
    "visit_due_at": "2026-03-09T23:59:59+08:00",
}


def _example(**more: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": {**_SERVED, **more}})


class StewardFacts(Payload):
    """What every message about a stewardship carries, so that each can be read alone."""

    stewardship_id: Id
    kind: Literal["enterprise", "project"] = Field(description="what is served")
    state: Code = Field(description="its state after what is said")
    steward: Code = Field(description="the steward's post, never a name")
    level: int = Field(ge=1, le=3, description="1 the highest of the three levels")
    round: int = Field(ge=1, description="which visit is awaited now")
    place: Place = ""
    division: Code | None = Field(None, description="division code (行政区划代码)")
    visit_due_at: Time | None = Field(None, description="when the next visit is due; none once it has ended")


class StewardAppointed(StewardFacts):
    """A steward serves it from now on; the first visit is due within a week."""

    type: ClassVar = "steward.appointed.v1"
    appointed_at: Time
    model_config = _example(appointed_at="2026-03-02T09:00:00+08:00")


class StewardVisited(StewardFacts):
    """The steward called: nothing was raised, it was put right on the spot, or it is recorded and escalated."""

    type: ClassVar = "steward.visited.v1"
    visit_id: Id
    outcome: Literal["quiet", "fixed", "recorded"]
    on_time: bool
    event_id: Id | None = Field(None, description="the event that was filed for what could not be put right there")
    visited_at: Time
    model_config = _example(
        round=2,
        visit_id="V-000001",
        outcome="recorded",
        on_time=True,
        event_id="E-000001",
        visited_at="2026-03-06T10:00:00+08:00",
        visit_due_at="2026-03-13T23:59:59+08:00",
    )


class StewardMissed(StewardFacts):
    """The week is over and nobody called."""

    type: ClassVar = "steward.missed.v1"
    missed: int = Field(ge=1, description="how many visits were late so far")
    missed_at: Time
    model_config = _example(state="late", missed=1, missed_at="2026-03-10T00:00:00+08:00")


class StewardEnded(StewardFacts):
    """It is served no longer, or by somebody else."""

    type: ClassVar = "steward.ended.v1"
    ended_at: Time
    model_config = _example(state="ended", visit_due_at=None, ended_at="2026-06-30T18:00:00+08:00")


STEWARDS: tuple[type[Payload], ...] = (StewardAppointed, StewardVisited, StewardMissed, StewardEnded)
