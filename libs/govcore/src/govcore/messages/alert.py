"""Alerts 告警: what a gateway of devices brings in, and what is said when it tells the same again.

A device says a code, a number and a place.  There is no field for a person, a picture or free words.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, StringConstraints

from govcore.messages.base import Payload
from govcore.messages.event import EventFacts, example
from govcore.messages.words import Code, Point, Time

DeviceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
"""A device's or an alert's own name at its gateway: ASCII, no room for words."""

Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,32}$")]
"""A code of the pack's ``alerts.yaml``."""

Reading = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
"""What the device measured, in the unit that the pack names for the kind."""


class AlertRaised(Payload):
    """A device or a patrol noticed something (brought by a gateway of devices)."""

    type: ClassVar = "alert.raised.v1"
    gateway: Word = Field(description="who brings it: a code of the pack's alerts.yaml, and the sender's own user")
    alert_id: DeviceId = Field(description="the gateway's own number of this alert; a repeat has the same")
    kind: Word = Field(description="what it noticed: a code of the pack's alerts.yaml")
    watcher: Word = Field(description="what noticed it: sensor, fire_tower, patrol …, a code of the pack's alerts.yaml")
    device: DeviceId
    reading: Reading | None = None
    point: Point | None = Field(None, description="longitude, latitude in the gateway's system; or division")
    division: Code | None = Field(None, description="division code (行政区划代码), where there is no point")
    observed_at: Time
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "gateway": "fire",
                "alert_id": "A-20260302-0017",
                "kind": "forest_fire",
                "watcher": "fire_tower",
                "device": "tower-3",
                "reading": 2,
                "point": [116.95, 31.05],
                "division": "340881103004",
                "observed_at": "2026-03-02T08:59:30+08:00",
            }
        }
    )


class AlertFolded(EventFacts):
    """The same device told the same again while its event is open: counted, the peak kept.

    Said at the second, fourth, eighth … time, and whenever it has become more severe.
    """

    type: ClassVar = "alert.folded.v1"
    kind: Word
    watcher: Word
    device: DeviceId
    alerts: int = Field(ge=2, description="how many alerts this event has of it")
    reading: Reading | None = None
    peak: Reading | None = Field(None, description="the highest reading of them")
    rose: bool = Field(description="true: more severe than before; the departments at work get it in their own queues")
    observed_at: Time
    model_config = example(
        state="handling",
        channel="alert",
        class_code="030402",
        class_name="森林火险",
        severity="critical",
        lead="linye",
        kind="forest_fire",
        watcher="fire_tower",
        device="tower-3",
        alerts=4,
        reading=2.5,
        peak=3,
        rose=True,
        observed_at="2026-03-02T09:04:30+08:00",
    )


ALERTS: tuple[type[Payload], ...] = (AlertFolded,)
"""What is said about alerts."""
BROUGHT: tuple[type[Payload], ...] = (AlertRaised,)
"""What gateways of devices bring."""
