"""What is said when a year's notice (国务院办公厅节假日安排) has been loaded into a running mesh."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from govcore.messages.base import Payload
from govcore.messages.words import Time

Days = Annotated[str, Field(max_length=2000, description="MMDD and MMDD-MMDD, separated by spaces")]


Holiday = tuple[
    Annotated[int, Field(ge=1, le=9999)],
    Annotated[str, Field(max_length=200)],
    Days,
    Days,
]
"""One holiday of one year: the year, its name, its days off, and the days worked in exchange (调休)."""


class CalendarNoticed(Payload):
    """These years are counted by these holidays from now on, in place of what was known of them."""

    type: ClassVar = "calendar.noticed.v1"
    holidays: tuple[Holiday, ...] = Field(
        min_length=1,
        max_length=500,
        description="of each its year, its name, its days off, the days worked in exchange",
    )
    noticed_at: Time
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "holidays": [[2027, "Spring Festival", "0206-0212", "0130 0220"]],
                "noticed_at": "2026-11-04T09:00:00+08:00",
            }
        }
    )
