"""What is said about a hand-off (交接): offered, answered, ended, late."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import ConfigDict, Field

from govcore.messages.base import Payload
from govcore.messages.words import Code, Dept, Evidence, Grid, Holder, Id, Place, Point, Role, Time, Words

_TASK: dict[str, Any] = {
    "handoff_id": "H-000001",
    "event_id": "E-000001",
    "role": "lead",
    "dept": "chengguan",
    "state": "offered",
    "generation": 1,
    "holder": "desk:intake",
    "class_code": "10401",
    "class_name": "暴露垃圾",
    "severity": "general",
    "place": "34.08.81.103.004",
    "grid": "340881103004001",
    "duty_post": "post-340881103004001",
    "offered_at": "2026-03-02T09:00:02+08:00",
    "accept_due_at": "2026-03-02T10:00:02+08:00",
    "due_at": "2026-03-02T14:00:00+08:00",
}


def task_example(**more: Any) -> ConfigDict:
    """A payload's example: the facts of one task and ``more``."""
    return ConfigDict(json_schema_extra={"example": {**_TASK, **more}})


class HandOffFacts(Payload):
    """What every message about a hand-off carries, so that each can be read alone."""

    handoff_id: Id
    event_id: Id
    role: Role
    dept: Dept = Field(description="the department it is addressed to now")
    state: Code = Field(description="the hand-off's state after what is said")
    generation: int = Field(ge=1, description="counts the offers; an answer must name the one it answers")
    holder: Holder | None = Field(None, description="who answers for it now; none once it has ended")
    class_code: Code | None = None
    class_name: Code | None = None
    severity: Code | None = None
    place: Place = ""
    grid: Grid | None = None
    duty_post: Code | None = None
    offered_at: Time
    accept_due_at: Time | None = None
    due_at: Time | None = None
    provisional: bool | None = Field(
        None, description="true where a year whose notice is not out was needed: it may move"
    )


class HandOffOffered(HandOffFacts):
    """A department is asked to take a task; until it accepts, the offerer holds it."""

    type: ClassVar = "handoff.offered.v1"
    offerer: Holder
    lead: Dept = Field(description="the leading department of the joint operation")
    title: str = Field("", description="identity masked")
    text: str = Field("", description="identity masked")
    address: str = ""
    point: Point | None = None
    term: Code | None = Field(None, description="the pack's term, e.g. 4wh")
    designated: bool = Field(False, description="named by the triage desk: it cannot be returned")
    reason: Words | None = Field(None, description="why it is offered again")
    opened_at: Time
    model_config = task_example(
        offerer="desk:intake",
        lead="chengguan",
        title="菜市场门口垃圾两天没人清",
        text="文昌街道菜市场东门口垃圾堆了两天。",
        address="文昌街道菜市场东门",
        point=[116.95, 31.05],
        term="4wh",
        opened_at="2026-03-02T09:00:00+08:00",
    )


class HandOffAccepted(HandOffFacts):
    """The department holds it from now on."""

    type: ClassVar = "handoff.accepted.v1"
    answered_at: Time = Field(description="when the department answered, by its own clock")
    answer_received_at: Time
    model_config = task_example(
        state="accepted",
        holder="dept:chengguan",
        answered_at="2026-03-02T09:10:00+08:00",
        answer_received_at="2026-03-02T09:10:01+08:00",
    )


class HandOffReturned(HandOffFacts):
    """The department says it is not responsible, why, and who is (退回)."""

    type: ClassVar = "handoff.returned.v1"
    returned_by: Dept
    reason: Code
    note: Words = ""
    proposed: Dept
    returns: int = Field(ge=1, description="times this task has been returned")
    answered_at: Time
    answer_received_at: Time
    model_config = task_example(
        state="returned",
        holder="desk:triage",
        returned_by="chengguan",
        reason="not_responsible",
        note="属市场内部，由市场监管负责",
        proposed="shichang",
        returns=1,
        answered_at="2026-03-02T09:10:00+08:00",
        answer_received_at="2026-03-02T09:10:01+08:00",
    )


class HandOffTransferred(HandOffFacts):
    """The holder passes it on (转办) and stays answerable until the next one accepts."""

    type: ClassVar = "handoff.transferred.v1"
    transferred_by: Dept
    reason: Words
    answered_at: Time
    answer_received_at: Time
    model_config = task_example(
        dept="shichang",
        generation=2,
        holder="dept:chengguan",
        transferred_by="chengguan",
        reason="经现场核实属市场内部",
        answered_at="2026-03-02T09:40:00+08:00",
        answer_received_at="2026-03-02T09:40:01+08:00",
    )


class HandOffDesignated(HandOffFacts):
    """The triage desk named the department (指定); it cannot be returned."""

    type: ClassVar = "handoff.designated.v1"
    designated_by: Holder
    reason: Words
    model_config = task_example(
        generation=3, holder="desk:triage", designated_by="desk:triage", reason="经会商由城管牵头"
    )


class HandOffRegained(HandOffFacts):
    """Whoever had passed it on has it again: the one asked returned it or kept silent."""

    type: ClassVar = "handoff.regained.v1"
    reason: Words
    regained_at: Time
    model_config = task_example(
        state="accepted",
        generation=3,
        holder="dept:chengguan",
        reason="not_responsible",
        regained_at="2026-03-02T10:20:00+08:00",
    )


class HandOffExpired(HandOffFacts):
    """Nobody accepted in time; it fell back to the offerer, or is offered once more."""

    type: ClassVar = "handoff.expired.v1"
    expired_dept: Dept
    expired_generation: int = Field(ge=1)
    expired_at: Time
    expiries: int = Field(ge=1)
    model_config = task_example(
        state="expired",
        holder="desk:triage",
        expired_dept="chengguan",
        expired_generation=2,
        expired_at="2026-03-02T10:00:02+08:00",
        expiries=2,
    )


class HandOffWithdrawn(HandOffFacts):
    """The task is no longer asked for (撤回)."""

    type: ClassVar = "handoff.withdrawn.v1"
    reason: Words
    withdrawn_at: Time
    model_config = task_example(
        state="withdrawn", holder=None, reason="EVENT_JOIN_MET", withdrawn_at="2026-03-02T11:00:00+08:00"
    )


class HandOffDone(HandOffFacts):
    """The department finished, with its result (办结)."""

    type: ClassVar = "handoff.done.v1"
    result: Words
    evidence: Evidence = ()
    on_time: bool | None = None
    done_at: Time
    answered_at: Time
    answer_received_at: Time
    model_config = task_example(
        state="done",
        holder=None,
        result="已清运",
        evidence=["sha256:9f86d081884c7d65"],
        on_time=True,
        done_at="2026-03-02T11:00:00+08:00",
        answered_at="2026-03-02T10:59:59+08:00",
        answer_received_at="2026-03-02T11:00:00+08:00",
    )


class HandOffStalled(HandOffFacts):
    """A finding: it stands past its time, or goes round in circles."""

    type: ClassVar = "handoff.stalled.v1"
    finding: Code = Field(description="late | passed_round | reworked")
    since: Time
    returns: int = Field(0, ge=0)
    model_config = task_example(
        state="accepted", holder="dept:chengguan", finding="late", since="2026-03-02T14:00:00+08:00"
    )


class HandOffUndelivered(HandOffFacts):
    """A finding: no receipt came back for the offer in the pack's minutes."""

    type: ClassVar = "handoff.undelivered.v1"
    found_at: Time
    model_config = task_example(found_at="2026-03-02T09:15:02+08:00")


class HandOffRenewed(HandOffFacts):
    """A year's notice has come out: when it is to be accepted and done was reckoned again (重新计算时限)."""

    type: ClassVar = "handoff.renewed.v1"
    reason: Code
    was_due_at: Time | None = None
    was_accept_due_at: Time | None = None
    renewed_at: Time
    model_config = task_example(
        state="accepted",
        holder="dept:chengguan",
        offered_at="2026-12-30T09:00:00+08:00",
        accept_due_at=None,
        due_at="2027-02-15T09:00:00+08:00",
        reason="HANDOFF_NOTICE_OUT",
        was_due_at="2027-02-08T09:00:00+08:00",
        renewed_at="2026-12-31T10:00:00+08:00",
    )


class HandOffSucceeded(HandOffFacts):
    """Its department was renamed, merged or closed: the task, or what it had passed on, is its successor's (承继)."""

    type: ClassVar = "handoff.succeeded.v1"
    was_dept: Dept
    was_holder: Holder | None = None
    was_generation: int = Field(ge=1)
    reason: Code
    succeeded_at: Time
    model_config = task_example(
        generation=2,
        was_dept="lvhua",
        was_holder="dept:lvhua",
        was_generation=1,
        reason="HANDOFF_DEPARTMENT_GONE",
        succeeded_at="2026-03-02T09:30:00+08:00",
    )


HANDOFFS: tuple[type[Payload], ...] = (
    HandOffOffered,
    HandOffAccepted,
    HandOffReturned,
    HandOffTransferred,
    HandOffDesignated,
    HandOffRegained,
    HandOffExpired,
    HandOffWithdrawn,
    HandOffDone,
    HandOffStalled,
    HandOffUndelivered,
    HandOffRenewed,
    HandOffSucceeded,
)
