"""What is said about orders (三单一函): issued by the ladder or given by hand, answered or not, closed."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, StringConstraints

from govcore.messages.base import Payload
from govcore.messages.words import Code, Dept, Evidence, Holder, Id, Place, Time, Words

Kind = Literal["task", "directive", "supervision", "reminder"]
"""任务单 task, 指令单 directive, 督办单 supervision, 提示函 reminder."""

Addressee = Annotated[str, StringConstraints(pattern=r"^(dept|desk|street|post):[A-Za-z0-9_.-]{1,64}$")]
"""Whom an order is addressed to: a holder, or ``post:<id>``, a leader's post."""


class OrderIssued(Payload):
    """An order to whoever is late, or soon will be: reminder letter 提示函, supervision order 督办单 …"""

    type: ClassVar = "order.issued.v1"
    order_id: Id
    kind: Code = Field(description="task | directive | supervision | reminder")
    number: int = Field(ge=1, description="the how-manieth order about this task")
    to: Addressee
    dept: Dept | None = Field(default=None, description="the department that owes the answer; none where a desk does")
    event_id: Id
    handoff_id: Id | None = None
    operation_id: Id | None = None
    generation: int | None = None
    reason: Code = Field(description="reason code: what is late")
    class_code: Code | None = None
    place: Place = ""
    late_since: Time = Field(description="when its time was over; of a warning, when it will be")
    issued_at: Time
    rung: int | None = Field(default=None, ge=0, description="where it stands on the place's ladder, 0 at the bottom")
    term: Code | None = Field(
        default=None, description="how long for the answer, e.g. 4wh; none: no answer is asked for"
    )
    answer_due_at: Time | None = None
    receipt_due_at: Time | None = Field(default=None, description="without a receipt by then it counts as undelivered")
    follows: Id | None = Field(default=None, description="the order that was not answered")
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


_ORDER: dict[str, Any] = {
    "order_id": "O-000002",
    "kind": "supervision",
    "state": "issued",
    "number": 1,
    "round": 1,
    "to": "dept:chengguan",
    "dept": "chengguan",
    "issuer": "desk:command",
    "event_id": "E-000001",
    "place": "34.08.81.103.004",
    "issued_at": "2026-03-02T15:00:00+08:00",
    "answer_due_at": "2026-03-03T15:00:00+08:00",
}


def _example(**more: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": {**_ORDER, **more}})


class OrderFacts(Payload):
    """What every message about the life of an order carries, so that each can be read alone."""

    order_id: Id
    kind: Kind
    state: Code = Field(description="the order's state after what is said")
    number: int = Field(ge=1, description="the how-manieth order of its chain")
    round: int = Field(ge=1, description="counts the askings: grows when an answer is sent back")
    to: Addressee
    dept: Dept | None = None
    issuer: Code = Field(description="a desk, or clock for the ladder")
    event_id: Id | None = Field(default=None, description="none for an order that stands alone")
    handoff_id: Id | None = None
    place: Place = ""
    issued_at: Time
    answer_due_at: Time | None = None


class OrderGiven(OrderFacts):
    """An order that a person gives, about a matter or standing alone, or the one that follows it unanswered."""

    type: ClassVar = "order.given.v1"
    words: Words = Field(description="what is to be done; identity masked")
    term: Code
    follows: Id | None = None
    model_config = _example(words="请于明日下班前报送整治进展", term="1wd")


class OrderAnswered(OrderFacts):
    """Whoever it went to says what was done."""

    type: ClassVar = "order.answered.v1"
    answered_by: Addressee
    answer: Words
    evidence: Evidence = ()
    in_time: bool | None = Field(default=None, description="none where no answer was asked for by a time")
    answered_at: Time
    answer_received_at: Time
    model_config = _example(
        state="answered",
        answered_by="dept:chengguan",
        answer="已完成整治，现场照片附后",
        evidence=["sha256:9f86d081884c7d65"],
        in_time=True,
        answered_at="2026-03-03T10:00:00+08:00",
        answer_received_at="2026-03-03T10:00:01+08:00",
    )


class OrderUnanswered(OrderFacts):
    """Its term is over and no answer came; ``next_order`` went out, a rung higher."""

    type: ClassVar = "order.unanswered.v1"
    since: Time
    next_order: Id | None = None
    model_config = _example(state="unanswered", since="2026-03-03T15:00:00+08:00", next_order="O-000003")


class OrderRejected(OrderFacts):
    """The answer was not accepted: it is asked for again, by a new time."""

    type: ClassVar = "order.rejected.v1"
    rejected_by: Holder
    reason: Words
    rejected_at: Time
    model_config = _example(
        round=2, rejected_by="desk:command", reason="缺少现场照片", rejected_at="2026-03-03T11:00:00+08:00"
    )


class OrderClosed(OrderFacts):
    """Whoever issued it has what was wanted, or wants it no longer."""

    type: ClassVar = "order.closed.v1"
    closed_by: Code
    reason: Words
    closed_at: Time
    model_config = _example(
        state="closed", closed_by="desk:command", reason="整改到位", closed_at="2026-03-03T12:00:00+08:00"
    )


class OrderSucceeded(OrderFacts):
    """The department that owed the answer is no more: its successor (承继) owes it, by the same time."""

    type: ClassVar = "order.succeeded.v1"
    was_dept: Dept
    words: Words = Field(default="", description="what is to be done; identity masked; none where the ladder issued it")
    reason: Code
    succeeded_at: Time
    model_config = _example(
        to="dept:zongzhi",
        dept="zongzhi",
        was_dept="chengguan",
        words="请于明日下班前报送整治进展",
        reason="HANDOFF_DEPARTMENT_GONE",
        succeeded_at="2026-03-02T16:00:00+08:00",
    )


ORDERS: tuple[type[Payload], ...] = (
    OrderIssued,
    OrderGiven,
    OrderAnswered,
    OrderUnanswered,
    OrderRejected,
    OrderClosed,
    OrderSucceeded,
)
