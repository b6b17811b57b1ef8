"""What is said about led projects (书记领办项目): raised, chosen, decided, led, solved."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, StringConstraints

from govcore.messages.base import Payload
from govcore.messages.words import Code, Evidence, Id, Place, Time

Leader = Annotated[str, StringConstraints(pattern=r"^secretary:[A-Za-z0-9_.-]{1,64}$")]
"""The secretary's post by its division: ``secretary:340881001``; never a name."""

_PROJECT: dict[str, Any] = {
    "project_id": "J-000001",
    "state": "leading",
    "level": "town",
    "leader": "secretary:340881001",
    "place": "34.08.81.001.004",
    "division": "340881001004",
    "raised_at": "2026-03-02T09:00:00+08:00",
    "due_at": "2026-06-30T18:00:00+08:00",
    "milestones": 3,
    "reached": 0,
}
_RAISED: dict[str, Any] = {"state": "raised", "level": None, "leader": None, "due_at": None, "milestones": 0}


def _example(**more: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": {**_PROJECT, **more}})


class ProjectFacts(Payload):
    """What every message about a led project carries, so that each can be read alone; nobody's words."""

    project_id: Id
    state: Code = Field(description="its state after what is said")
    level: Literal["county", "town", "village"] | None = Field(None, description="of the secretary who leads it")
    leader: Leader | None = None
    place: Place = ""
    division: Code | None = Field(None, description="division code (行政区划代码)")
    raised_at: Time
    due_at: Time | None = Field(None, description="end of the plan: when its last milestone is due")
    milestones: int = Field(0, ge=0, description="of the plan")
    reached: int = Field(0, ge=0)


class ProjectRaised(ProjectFacts):
    """Raised by residents or a grid worker (群众提)."""

    type: ClassVar = "project.raised.v1"
    model_config = _example(**_RAISED)


class ProjectChosen(ProjectFacts):
    """Chosen by a secretary (书记选)."""

    type: ClassVar = "project.chosen.v1"
    chosen_at: Time
    model_config = _example(
        **{**_RAISED, "state": "chosen", "level": "town", "leader": "secretary:340881001"},
        chosen_at="2026-03-04T09:00:00+08:00",
    )


class ProjectDecided(ProjectFacts):
    """Decided by the organisation (组织定), with its plan: from now on it is led."""

    type: ClassVar = "project.decided.v1"
    decided_at: Time
    model_config = _example(decided_at="2026-03-06T09:00:00+08:00")


class ProjectReached(ProjectFacts):
    """A milestone of the plan is reached, and shown."""

    type: ClassVar = "project.reached.v1"
    number: int = Field(ge=1, description="which milestone")
    on_time: bool
    evidence: Evidence = ()
    reached_at: Time
    model_config = _example(
        number=1, reached=1, on_time=True, evidence=["sha256:9f86d081884c7d65"], reached_at="2026-04-10T09:00:00+08:00"
    )


class ProjectDelayed(ProjectFacts):
    """A milestone of the plan is late."""

    type: ClassVar = "project.delayed.v1"
    number: int = Field(ge=1, description="which milestone")
    late_since: Time
    model_config = _example(number=2, reached=1, late_since="2026-05-15T18:00:00+08:00")


class ProjectSolved(ProjectFacts):
    """Every milestone is reached: so many problems are solved."""

    type: ClassVar = "project.solved.v1"
    problems: int = Field(ge=1, description="problems solved by it")
    on_time: bool = Field(description="by the end of the plan")
    solved_at: Time
    model_config = _example(state="solved", reached=3, problems=2, on_time=True, solved_at="2026-06-20T09:00:00+08:00")


class ProjectEnded(ProjectFacts):
    """It ended unsolved: not chosen, decided against, or given up."""

    type: ClassVar = "project.ended.v1"
    ended_at: Time
    model_config = _example(**{**_RAISED, "state": "declined"}, ended_at="2026-03-04T09:00:00+08:00")


PROJECTS: tuple[type[Payload], ...] = (
    ProjectRaised,
    ProjectChosen,
    ProjectDecided,
    ProjectReached,
    ProjectDelayed,
    ProjectSolved,
    ProjectEnded,
)
