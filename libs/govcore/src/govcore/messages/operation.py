"""What is said about operations (联合行动): called, answered, checked in, late, recorded, ended; and what is asked."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from govcore.messages.base import Payload
from govcore.messages.words import Code, Dept, Evidence, Holder, Id, Place, Point, Time, Words

Kind = Literal["joint", "whistle", "task_force", "consultation"]
"""联合执法 (joint), 吹哨报到 (whistle), 专班 (task_force), 会商会诊 (consultation)."""
Grade = Annotated[int, Field(ge=1, le=5)]
_FACTS: dict[str, Any] = {
    "operation_id": "J-000001",
    "kind": "whistle",
    "state": "called",
    "caller": "street:520103034",
    "events": ["E-000001"],
    "departments": ["chengguan", "xiaofang"],
    "class_code": "020102",
    "place": "52.01.03.034",
    "called_at": "2026-03-02T09:00:00+08:00",
    "answer_due_at": "2026-03-02T09:30:00+08:00",
    "conclude_due_at": "2026-03-09T09:00:00+08:00",
}


def _example(**more: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": {**_FACTS, **more}})


class OperationFacts(Payload):
    """What every message about an operation carries, so that each can be read alone."""

    operation_id: Id
    kind: Kind
    state: Code
    caller: Holder = Field(description="the desk or street that called and has to end it")
    events: tuple[Id, ...]
    handoff_id: Id | None = Field(None, description="the task a consultation is to find a holder for")
    departments: tuple[Dept, ...]
    class_code: Code | None = None
    place: Place = ""
    called_at: Time
    answer_due_at: Time
    conclude_due_at: Time


class OperationCalled(OperationFacts):
    """Departments are called (吹哨、召集): why, where and when to be, until when to answer."""

    type: ClassVar = "operation.called.v1"
    why: Words
    meet_at: Time | None = None
    address: Words = ""
    point: Point | None = Field(None, description="of the meeting, in WGS-84")
    forced: bool = Field(False, description="opened by itself: the task came back as often as the pack allows")
    model_config = _example(
        why="占道经营久治不下，请到现场联合处置",
        meet_at="2026-03-02T10:00:00+08:00",
        address="渔安街道便民市场南门",
    )


class OperationAnswered(OperationFacts):
    """A called department says whether it comes (响应)."""

    type: ClassVar = "operation.answered.v1"
    dept: Dept
    coming: bool
    reason: Words = ""
    answered_at: Time
    answer_received_at: Time
    model_config = _example(
        dept="chengguan",
        coming=True,
        answered_at="2026-03-02T09:09:58+08:00",
        answer_received_at="2026-03-02T09:10:00+08:00",
    )


class OperationArrived(OperationFacts):
    """A called department is on the spot (报到): where, by its device's clock and by the mesh's."""

    type: ClassVar = "operation.arrived.v1"
    dept: Dept
    where: Words = ""
    point: Point | None = None
    metres: int | None = Field(None, ge=0, description="from the meeting place, where both points are known")
    checked_in_at: Time = Field(description="by the device's clock")
    received_at: Time
    model_config = _example(
        dept="chengguan",
        where="便民市场南门",
        checked_in_at="2026-03-02T09:58:00+08:00",
        received_at="2026-03-02T09:58:03+08:00",
    )


class OperationStalled(OperationFacts):
    """A finding, told to the supervising department: no answer in time, missing at the meeting, not ended in time."""

    type: ClassVar = "operation.stalled.v1"
    finding: Literal["silent", "absent", "unended"]
    missing: tuple[Dept, ...] = Field((), description="the departments it is about; none where it is not ended")
    since: Time
    found_at: Time
    model_config = _example(
        finding="silent",
        missing=["xiaofang"],
        since="2026-03-02T09:30:00+08:00",
        found_at="2026-03-02T09:30:01+08:00",
    )


class OperationRecorded(OperationFacts):
    """The joint record (联合检查记录) was written, or written anew: who was there, what was found and done."""

    type: ClassVar = "operation.recorded.v1"
    present: tuple[Dept, ...] = Field((), description="departments that checked in")
    found: Words
    measures: Words = ""
    evidence: Evidence = Field((), description="keys of photos and papers, never these themselves")
    recorded_at: Time
    model_config = _example(
        present=["chengguan"],
        found="占道摊位 12 处",
        measures="劝离 12 处，责令整改 2 处",
        evidence=["sha256:9f86d081884c7d65"],
        recorded_at="2026-03-02T11:00:00+08:00",
    )


class OperationConcluded(OperationFacts):
    """It has ended: with its record, the grades of the units called, or the holder a consultation found."""

    type: ClassVar = "operation.concluded.v1"
    outcome: Words = ""
    present: tuple[Dept, ...] = Field((), description="departments that checked in")
    ratings: dict[Dept, Grade] = Field({}, description="the caller's grade of each unit, 5 very good to 1 very bad")
    designated: Dept | None = Field(None, description="who holds the task from now on; cannot be returned")
    ended_by: Holder
    ended_at: Time
    model_config = _example(
        state="concluded",
        outcome="已联合整治",
        present=["chengguan"],
        ratings={"chengguan": 5, "xiaofang": 2},
        ended_by="street:520103034",
        ended_at="2026-03-02T11:30:00+08:00",
    )


class OperationCancelled(OperationFacts):
    """It is called off, or what was to be decided has been decided without it."""

    type: ClassVar = "operation.cancelled.v1"
    reason: Words
    ended_at: Time
    model_config = _example(state="cancelled", reason="情况已消除", ended_at="2026-03-02T09:20:00+08:00")


class OperationSucceeded(OperationFacts):
    """A called department is no more: ``dept``, its successor (承继), has its part, as far as it had come with it."""

    type: ClassVar = "operation.succeeded.v1"
    dept: Dept
    was_dept: Dept
    part: Code = Field(description="called | coming | declined | silent | present: how the part stands")
    why: Words
    meet_at: Time | None = None
    address: Words = ""
    point: Point | None = Field(None, description="of the meeting, in WGS-84")
    reason: Code
    succeeded_at: Time
    model_config = _example(
        departments=["zongzhi", "xiaofang"],
        dept="zongzhi",
        was_dept="chengguan",
        part="called",
        why="占道经营久治不下，请到现场联合处置",
        reason="HANDOFF_DEPARTMENT_GONE",
        succeeded_at="2026-03-02T09:20:00+08:00",
    )


class AnswerOperation(Payload):
    """We come, or cannot: then why."""

    type: ClassVar = "operation.answer.v1"
    operation_id: Id
    coming: bool
    reason: Words = ""
    answered_at: Time | None = Field(None, description="by the department's own clock; the envelope's where absent")
    model_config = ConfigDict(
        json_schema_extra={
            "example": {"operation_id": "J-000001", "coming": True, "answered_at": "2026-03-02T09:10:00+08:00"}
        }
    )


class ArriveOperation(Payload):
    """We are there: the place in words, as a point in WGS-84, or both, and the device's clock."""

    type: ClassVar = "operation.arrive.v1"
    operation_id: Id
    where: Words = ""
    point: Point | None = None
    checked_in_at: Time | None = Field(None, description="by the device's clock; the envelope's time where absent")
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "operation_id": "J-000001",
                "where": "便民市场南门",
                "checked_in_at": "2026-03-02T09:58:00+08:00",
            }
        }
    )


OPERATIONS: tuple[type[Payload], ...] = (
    OperationCalled,
    OperationAnswered,
    OperationArrived,
    OperationStalled,
    OperationRecorded,
    OperationConcluded,
    OperationCancelled,
    OperationSucceeded,
)
OPERATION_COMMANDS: tuple[type[Payload], ...] = (AnswerOperation, ArriveOperation)
