"""What grid's API takes about components, organisations, places, helpers, patrols and inspections by lot."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from govcore.elements.element import Activity, Kind
from govcore.elements.lot import Terms
from govcore.messages import Payload
from govcore.messages.words import Point
from govcore.persons.form import Viewer

Ident = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Said = Annotated[str, StringConstraints(max_length=400)]


class RegisterElement(Payload):
    """Something is there; the same kind and code again is the same thing."""

    type: ClassVar[str] = "element.register.v1"
    by: Viewer
    kind: Kind
    code: Annotated[str, StringConstraints(max_length=40)] | None = None
    name: Annotated[str, StringConstraints(max_length=200)] = ""
    group: Annotated[str, StringConstraints(max_length=40)] = ""
    division: Ident
    grid: Ident | None = None
    point: Point | None = None
    owner: Ident | None = None
    person: Ident | None = None


class MoveElement(Payload):
    """Its state changes: damage, repair, retire, pause, end …"""

    type: ClassVar[str] = "element.move.v1"
    element_id: Ident
    action: Ident
    by: Viewer
    reason: Said = ""


class JoinElement(Payload):
    """An element joins a team or an alliance, or leaves it."""

    type: ClassVar[str] = "element.join.v1"
    element_id: Ident
    member: Ident
    leaves: bool = False
    by: Viewer


class RecordActivity(Payload):
    """A team or an alliance did something."""

    type: ClassVar[str] = "element.record.v1"
    element_id: Ident
    activity: Activity
    by: Viewer


class PlanPatrol(Payload):
    """Points that a post has to see again and again."""

    type: ClassVar[str] = "patrol.plan.v1"
    by: Viewer
    points: Annotated[tuple[Ident, ...], Field(min_length=1, max_length=200)]
    every: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}(wh|uh|wd|d)$")]
    holder: Viewer
    division: Ident
    grid: Ident | None = None


class SeePoint(Payload):
    """The holder was there."""

    type: ClassVar[str] = "patrol.see.v1"
    patrol_id: Ident
    point: Ident
    round: int = Field(ge=1)
    by: Viewer


class EndPatrol(Payload):
    """It is walked no more."""

    type: ClassVar[str] = "patrol.end.v1"
    patrol_id: Ident
    by: Viewer


class CommitInspection(Payload):
    """Freeze the lists and commit to a seed."""

    type: ClassVar[str] = "inspection.commit.v1"
    by: Viewer
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    division: Ident
    terms: Terms


class DrawInspection(Payload):
    """Reveal the seed and draw; ``beacon``: what the public chance said."""

    type: ClassVar[str] = "inspection.draw.v1"
    inspection_id: Ident
    by: Viewer
    beacon: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class RecordInspection(Payload):
    """What an inspection of one drawn subject found."""

    type: ClassVar[str] = "inspection.record.v1"
    inspection_id: Ident
    subject: Ident
    by: Viewer
    result: Said


LOCAL: tuple[type[Payload], ...] = (
    RegisterElement, MoveElement, JoinElement, RecordActivity, PlanPatrol, SeePoint, EndPatrol, CommitInspection,
    DrawInspection, RecordInspection,
)  # fmt: skip
