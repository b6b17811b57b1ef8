"""What is said about surges 激增: feedback to whoever licenses or supervises what the reports are about."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import ConfigDict, Field

from govcore.messages.base import Payload
from govcore.messages.words import Code, Id, Place, Time, Words


class SurgeFound(Payload):
    """More came in of a class at a place than its own past explains (激增反馈)."""

    type: ClassVar = "surge.found.v1"
    surge_id: Id
    kind: Literal["surge", "month"] = Field(description="days against their own past | a month against the year before")
    class_code: Code = Field(description="- for reports that nobody has given a class")
    class_name: Code | None = None
    place: Place = Field("", description="empty: everywhere")
    since: date = Field(description="first day of the surge; days are the locality's own")
    first: date = Field(description="first of the days counted")
    last: date = Field(description="last of the days counted")
    observed: int = Field(ge=1, description="reports from first to last")
    expected: float = Field(ge=0, description="reports usual on such days, or in that month a year before")
    times: float = Field(ge=0, description="observed to expected")
    chance: float = Field(ge=0, le=1, description="how likely that many are without a cause")
    score: float = Field(ge=0, le=1, description="0 nothing … 1 as good as impossible without a cause")
    zh: Words
    en: Words
    events: tuple[Id, ...] = Field(description="the events behind it, the earliest first, at most 500")
    found_at: Time
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "surge_id": "S-000001",
                "kind": "surge",
                "class_code": "030205",
                "class_name": "物业服务",
                "place": "34.08.81.002",
                "since": "2026-03-02",
                "first": "2026-03-02",
                "last": "2026-03-04",
                "observed": 33,
                "expected": 10.5,
                "times": 3.14,
                "chance": 1.2e-07,
                "score": 0.577,
                "zh": "物业服务（文昌街道）：2026-03-02 至 2026-03-04 共 33 件，按自身以往通常约 10.5 件",
                "en": "property service (文昌街道): 33 from 2026-03-02 to 2026-03-04, where 10.5 are usual",
                "events": ["E-000001", "E-000002"],
                "found_at": "2026-03-05T00:30:00+08:00",
            }
        }
    )


SURGES: tuple[type[Payload], ...] = (SurgeFound,)
