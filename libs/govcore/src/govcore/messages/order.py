"""What is said about orders (三单一函) the mesh issues."""

from __future__ import annotations

from typing import ClassVar

from pydantic import ConfigDict, Field

from govcore.messages.base import Payload
from govcore.messages.words import Code, Dept, Holder, Id, Place, Time


class OrderIssued(Payload):
    """An order to whoever is late: reminder letter 提醒函, supervision order 督办单 …"""

    type: ClassVar = "order.issued.v1"
    order_id: Id
    kind: Code = Field(description="task | directive | supervision | reminder")
    number: int = Field(ge=1, description="the how-manieth order about this task")
    to: Holder
    dept: Dept | None = None
    event_id: Id
    handoff_id: Id | None = None
    generation: int | None = None
    reason: Code = Field(description="reason code: what is late")
    class_code: Code | None = None
    place: Place = ""
    late_since: Time
    issued_at: Time
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "order_id": "O-000001",
                "kind": "reminder",
                "number": 1,
                "to": "dept:chengguan",
                "dept": "chengguan",
                "event_id": "E-000001",
                "handoff_id": "H-000001",
                "generation": 1,
                "reason": "HANDOFF_ACCEPT_LATE",
                "class_code": "10401",
                "place": "34.08.81.103.004",
                "late_since": "2026-03-02T10:00:02+08:00",
                "issued_at": "2026-03-02T10:00:03+08:00",
            }
        }
    )


ORDERS: tuple[type[Payload], ...] = (OrderIssued,)
