"""Notices 告知 that the mesh itself says: orders to loudspeakers."""

from __future__ import annotations

from typing import ClassVar

from pydantic import ConfigDict, Field

from govcore.messages.base import Payload
from govcore.messages.calendar import CalendarNoticed
from govcore.messages.words import Code, Id, Place, Time, Words


class NoticeBroadcast(Payload):
    """The loudspeakers of a division are to say this (广播单)."""

    type: ClassVar = "notice.broadcast.v1"
    notice_id: Id = Field(description="names this order; a repeat has the same")
    event_id: Id
    place: Place = Field(description="whose loudspeakers; those of all divisions below it too")
    division: Code | None = None
    zh: Words
    en: Words
    ordered_at: Time
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "notice_id": "m-000001|fire_warning|34.08.81.103.004",
                "event_id": "E-000001",
                "place": "34.08.81.103.004",
                "division": "340881103004",
                "zh": "山林附近发现烟火，请勿进山，已进山的请从大路撤离。",
                "en": "Smoke has been seen near the woods. Stay out; if you are inside, leave by the main road.",
                "ordered_at": "2026-03-02T09:00:03+08:00",
            }
        }
    )


NOTICES: tuple[type[Payload], ...] = (CalendarNoticed, NoticeBroadcast)
