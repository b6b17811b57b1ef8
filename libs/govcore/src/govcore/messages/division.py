"""What is said when the list of divisions 行政区划 changes."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import ConfigDict, Field

from govcore.messages.base import Payload
from govcore.messages.words import Code


class DivisionChanged(Payload):
    """A division of the list was renamed, got another code, was merged, split, abolished, or is new (区划变更)."""

    type: ClassVar = "division.changed.v1"
    code: Code = Field(description="the code it had, at normal length; of a new one its own")
    name: Code = Field(description="the name it had; of a new one its own")
    change: Literal["new", "renamed", "recoded", "merged", "split", "abolished"]
    effective: date = Field(description="first day on which it holds; days are the locality's own")
    to: tuple[tuple[Code, Code], ...] = Field(
        (), description="code and name of each it is from that day on; none where it was abolished"
    )
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "code": "340881105",
                "name": "双港镇",
                "change": "merged",
                "effective": "2024-06-01",
                "to": [["340881103", "新渡镇"]],
            }
        }
    )


DIVISIONS: tuple[type[Payload], ...] = (DivisionChanged,)
