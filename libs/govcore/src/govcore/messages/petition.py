"""What is said about petitions (信访). Regulations on petition work, in force 2022-05-01."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import ConfigDict, Field

from govcore.messages.base import Payload
from govcore.messages.words import Code, Dept, Id, Place, Point, Time, Words

_PETITION: dict[str, Any] = {
    "petition_id": "P-000001",
    "state": "registered",
    "channel": "letter",
    "path": "claim",
    "class_code": "10401",
    "class_name": "暴露垃圾",
    "place": "34.08.81.103.004",
    "division": "340881103004",
    "received_at": "2026-03-02T09:00:00+08:00",
    "due_at": "2026-03-17T23:59:59+08:00",
}


def _example(**more: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": {**_PETITION, **more}})


class PetitionFacts(Payload):
    """What every message about a petition carries; never who petitioned."""

    petition_id: Id
    state: Code
    channel: Code
    path: Code | None = Field(None, description="suggestion (art 29) | accusation (30) | claim (31)")
    class_code: Code | None = None
    class_name: Code | None = None
    place: Place = ""
    division: Code | None = None
    received_at: Time
    due_at: Time | None = Field(None, description="end of the petition's own clock (15 d, art 22)")


class PetitionRegistered(PetitionFacts):
    """A petition was registered (登记)."""

    type: ClassVar = "petition.registered.v1"
    registered_at: Time
    model_config = _example(registered_at="2026-03-02T10:00:00+08:00")


class PetitionReferred(PetitionFacts):
    """It needs a department (转送/交办): dispatch files it as a report with this petition as its cause."""

    type: ClassVar = "petition.referred.v1"
    referral_id: Id = Field(description="names this referral; dispatch uses it as the report's external id")
    title: str = Field(description="identity masked")
    text: str = Field("", description="identity masked")
    address: str = ""
    point: Point | None = None
    grid: Code | None = None
    severity: Code | None = None
    referred_at: Time
    model_config = _example(
        state="referred",
        referral_id="P-000001-1",
        title="要求清理菜市场垃圾",
        text="菜市场东门口垃圾长期无人清理。",
        address="文昌街道菜市场东门",
        referred_at="2026-03-02T10:30:00+08:00",
    )


class PetitionAnswered(PetitionFacts):
    """The petitioner has an answer (答复)."""

    type: ClassVar = "petition.answered.v1"
    event_id: Id | None = None
    lead: Dept | None = None
    outcome: Code
    note: Words = ""
    on_time: bool | None = None
    answered_at: Time
    model_config = _example(
        state="answered",
        event_id="E-000001",
        lead="chengguan",
        outcome="handled",
        on_time=True,
        answered_at="2026-03-05T10:00:00+08:00",
    )


PETITIONS: tuple[type[Payload], ...] = (PetitionRegistered, PetitionReferred, PetitionAnswered)
