"""What the grid service says of boundaries."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import ConfigDict, Field

from govcore.messages.base import Payload
from govcore.messages.words import Code, Id, Place, Time


class BoundaryChanged(Payload):
    """From a day on a grid or division has another boundary 边界变更: a message an area and change (subject: its code).

    The shape itself is asked for by its digest: ``GET /api/v1/boundaries/CODE``.
    """

    type: ClassVar = "boundary.changed.v1"
    code: Code = Field(description="of the grid or division")
    division: Code = Field(description="the division it is, or that the grid lies in")
    place: Place = ""
    boundary: int = Field(ge=1, description="the how-manieth of this area")
    how: Literal["imported", "undone"]
    since: date = Field(description="the first day it holds, a date of the place")
    crs: Literal["wgs84", "cgcs2000", "gcj02", "bd09"] | None = Field(None, description="the system it was measured in")
    digest: Code | None = Field(
        None, description="SHA-256 of its shape (WKB, WGS-84); absent: none, or the pack's again"
    )
    area_m2: float | None = None
    batch: Id = Field(description="the import that brought it, or was undone")
    changed_at: Time
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "code": "340881103004001",
                "division": "340881103004",
                "place": "34.08.81.103.004",
                "boundary": 1,
                "how": "imported",
                "since": "2026-03-02",
                "crs": "cgcs2000",
                "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "area_m2": 52310.4,
                "batch": "B-000001",
                "changed_at": "2026-03-02T09:00:00+08:00",
            }
        }
    )


BOUNDARIES: tuple[type[Payload], ...] = (BoundaryChanged,)
