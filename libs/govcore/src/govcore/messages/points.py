"""What is said about points (积分)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import ConfigDict, Field

from govcore.messages.base import Payload
from govcore.messages.words import Code, Id, Place, Time


class PointsPosted(Payload):
    """An entry stands in an account's book; ``entry_id`` names it once and for all."""

    type: ClassVar = "points.posted.v1"
    entry_id: Id
    account: Code = Field(description="the post or worker whose account it is, never a resident's name")
    rule: Code
    points: int
    balance: int = Field(description="the account's sum after this entry")
    event_id: Id | None = None
    fact: Code = Field(description="the message type that was credited")
    reverses: Id | None = Field(None, description="the entry this one takes back")
    place: Place = ""
    grid: Code | None = None
    posted_at: Time
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "entry_id": "B-000001",
                "account": "post-340881103004001",
                "rule": "closed-on-time",
                "points": 2,
                "balance": 14,
                "event_id": "E-000001",
                "fact": "event.closed.v1",
                "place": "34.08.81.103.004",
                "grid": "340881103004001",
                "posted_at": "2026-03-02T13:00:01+08:00",
            }
        }
    )


POINTS: tuple[type[Payload], ...] = (PointsPosted,)
