"""What the grid service says of grids that change, posts that are given, and areas where nobody is on duty."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import ConfigDict, Field

from govcore.messages.base import Payload
from govcore.messages.words import Code, Grid, Id, Place, Time, Words

State = tuple[Grid, Code, Code, Grid | None, int | None]
"""A grid on one side of a change: code, name, kind, the grid it is part of, households (null where nobody counted)."""


class GridChanged(Payload):
    """From a day on some grids are others: one message a change, with all that was before and is after (subject: the
    change)."""

    type: ClassVar = "grid.changed.v1"
    change_id: Id
    kind: Literal["created", "split", "merged", "amended", "ended"]
    on: date = Field(description="the first day it holds, a date of the place")
    division: Code = Field(description="the village or community they lie in")
    place: Place = ""
    before: tuple[State, ...] = Field(description="code, name, kind, part of, households of each grid")
    after: tuple[State, ...] = Field(description="the same of the grids they are since")
    moved: tuple[Grid, ...] = Field(default=(), description="grids that are part of another grid since")
    by: Code
    reason: Words
    changed_at: Time
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "change_id": "K-000001",
                "kind": "split",
                "on": "2026-04-01",
                "division": "340881103004",
                "place": "34.08.81.103.004",
                "before": [["340881103004001", "第四社区第一网格", "comprehensive", None, 760]],
                "after": [
                    ["340881103004001", "第四社区第一网格", "comprehensive", None, 380],
                    ["340881103004007", "第四社区第七网格", "comprehensive", None, 380],
                ],
                "by": "desk:grid",
                "reason": "户数超过五百户",
                "changed_at": "2026-03-20T09:00:00+08:00",
            }
        }
    )


class PostAssigned(Payload):
    """Somebody holds a post from a moment on, nobody does, or another post stands in (subject: the post)."""

    type: ClassVar = "post.assigned.v1"
    post: Id
    kind: Code = Field(description="chief, worker, or another kind of the pack")
    area: Code = Field(description="the grid or division it answers for")
    place: Place = ""
    how: Literal["holds", "vacant", "away", "back"]
    person: Id | None = Field(default=None, description="the worker's reference, never a name")
    before: Id | None = Field(default=None, description="who held it until then")
    substitute: Id | None = Field(default=None, description="the post that stands in (代班) while it is away")
    since: Time
    until: Time | None = None
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "post": "post-340881103004001",
                "kind": "chief",
                "area": "340881103004001",
                "place": "34.08.81.103.004",
                "how": "holds",
                "person": "W-0002",
                "before": "W-0001",
                "since": "2026-03-02T08:00:00+08:00",
            }
        }
    )


class _Cover(Payload):
    area: Code
    name: Code
    division: Code
    place: Place = ""
    kinds: tuple[Code, ...] = Field(description="the kinds of posts of which one must be on duty")
    since: Time


class DutyUncovered(_Cover):
    """Nobody is on duty in a grid where somebody must be (subject: the grid)."""

    type: ClassVar = "duty.uncovered.v1"
    instead: Id | None = Field(default=None, description="the nearest post above that answers meanwhile")
    found_at: Time
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "area": "340881103004001",
                "name": "第四社区第一网格",
                "division": "340881103004",
                "place": "34.08.81.103.004",
                "kinds": ["chief", "worker"],
                "instead": "lead-340881103004",
                "since": "2026-03-02T08:00:00+08:00",
                "found_at": "2026-03-02T08:00:00+08:00",
            }
        }
    )


class DutyCovered(_Cover):
    """Somebody is on duty there again, or the grid is no more (subject: the grid)."""

    type: ClassVar = "duty.covered.v1"
    until: Time
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "area": "340881103004001",
                "name": "第四社区第一网格",
                "division": "340881103004",
                "place": "34.08.81.103.004",
                "kinds": ["chief", "worker"],
                "since": "2026-03-02T08:00:00+08:00",
                "until": "2026-03-02T14:00:00+08:00",
            }
        }
    )


GRIDS: tuple[type[Payload], ...] = (GridChanged, PostAssigned, DutyUncovered, DutyCovered)
