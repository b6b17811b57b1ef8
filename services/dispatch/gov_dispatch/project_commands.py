"""The local commands about led projects.  Who raised one never crosses the broker."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from gov_dispatch.claim_commands import Title, Words
from govcore.events.report_in import Code as Short
from govcore.events.report_in import Moment, Reporter
from govcore.messages import Payload
from govcore.messages.words import Evidence


class Planned(BaseModel):
    """One milestone of a plan."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    title: Title
    due_at: Moment


class RaiseProject(Payload):
    """Residents or a grid worker say what should be done; ``(source, external_id)`` recognises a repeat."""

    type: ClassVar[str] = "project.raise.v1"
    title: Title
    about: Words
    division: Short
    by: Short = "resident"
    source: Short = "api"
    external_id: Short | None = None
    raiser: Reporter | None = Field(default=None, repr=False)


class ChooseProject(Payload):
    """A secretary (``secretary:<division>``) chooses it."""

    type: ClassVar[str] = "project.choose.v1"
    project_id: str
    by: Short


class DeclineProject(Payload):
    """A secretary or the organisation says that it is not one to be led."""

    type: ClassVar[str] = "project.decline.v1"
    project_id: str
    by: Short
    reason: Words


class DecideProject(Payload):
    """The organisation (``organisation:<division>``) decides it, with its plan."""

    type: ClassVar[str] = "project.decide.v1"
    project_id: str
    by: Short
    milestones: Annotated[tuple[Planned, ...], Field(max_length=50)]


class ReachMilestone(Payload):
    """A milestone is reached, and shown."""

    type: ClassVar[str] = "project.reach.v1"
    project_id: str
    by: Short
    number: int
    evidence: Evidence = ()


class SolveProject(Payload):
    """Every milestone is reached: so many problems are solved."""

    type: ClassVar[str] = "project.solve.v1"
    project_id: str
    by: Short
    problems: int = Field(ge=1, le=1000)
    result: Words


class DropProject(Payload):
    """The organisation gives it up."""

    type: ClassVar[str] = "project.drop.v1"
    project_id: str
    by: Short
    reason: Words


LOCAL: tuple[type[Payload], ...] = (
    RaiseProject,
    ChooseProject,
    DeclineProject,
    DecideProject,
    ReachMilestone,
    SolveProject,
    DropProject,
)
