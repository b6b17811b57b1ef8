"""What is said about an event (事件/案卷) while it is open; how it ends stands in ``closing``.

Nothing here says who reported: that is a record of its own that never crosses the broker.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import ConfigDict, Field

from govcore.messages.base import Payload
from govcore.messages.words import Code, Dept, Grid, Holder, Id, Place, Point, Time, Words

_MATTER: dict[str, Any] = {
    "event_id": "E-000001",
    "state": "reported",
    "channel": "hotline",
    "class_code": "10401",
    "class_name": "暴露垃圾",
    "severity": "general",
    "place": "34.08.81.103.004",
    "division": "340881103004",
    "grid": "340881103004001",
    "duty_post": "post-340881103004001",
    "duty_person": "W-0001",
    "opened_at": "2026-03-02T09:00:00+08:00",
    "due_at": "2026-03-02T14:00:00+08:00",
}


def example(**more: Any) -> ConfigDict:
    """A payload's example: the facts of one matter and ``more``."""
    return ConfigDict(json_schema_extra={"example": {**_MATTER, **more}})


class EventFacts(Payload):
    """What every message about an event carries, so that each can be read alone."""

    event_id: Id
    state: Code = Field(description="the event's state after what is said")
    holder: Holder | None = Field(None, description="the desk that holds it; none while hand-offs do, or once ended")
    channel: Code
    class_code: Code | None = None
    class_name: Code | None = None
    severity: Code | None = None
    place: Place = ""
    division: Code | None = Field(None, description="division code (行政区划代码)")
    grid: Grid | None = None
    duty_post: Code | None = Field(None, description="the post (岗位) on duty there")
    duty_person: Id | None = Field(None, description="the worker's id, never a name")
    opened_at: Time
    due_at: Time | None = None
    provisional: bool | None = Field(
        None, description="true where a year whose notice is not out was needed: it may move"
    )
    lead: Dept | None = None
    cause: Id | None = Field(None, description="the petition this event was referred from")


class EventReported(EventFacts):
    """A first report opened an event; the intake desk holds it."""

    type: ClassVar = "event.reported.v1"
    report_id: Id
    source: Code = Field(description="the system the report came from")
    external_id: Code | None = Field(None, description="the report's number in that system")
    reported_at: Time
    title: str = Field("", description="identity masked")
    address: str = Field("", description="as the report words the place; identity masked")
    point: Point | None = None
    model_config = example(
        holder="desk:intake",
        report_id="R-000001",
        source="12345",
        external_id="2026030200017",
        reported_at="2026-03-02T08:58:00+08:00",
        title="菜市场门口垃圾两天没人清",
        address="文昌街道菜市场东门",
        point=[116.95, 31.05],
        due_at=None,
    )


class EventLocated(Payload):
    """The grid service found where it is and who is on duty there (subject: the event)."""

    type: ClassVar = "event.located.v1"
    event_id: Id
    place: Place
    division: Code
    grid: Grid | None = None
    grid_name: Code | None = None
    duty_post: Code | None = None
    duty_person: Id | None = None
    how: Code = Field(description="point | grid_code | division | address")
    sure: Code | None = Field(None, description="of an address: likely | unsure")
    score: float | None = Field(None, ge=0, le=1, description="of an address: what its place words were worth")
    located_at: Time
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "event_id": "E-000001",
                "place": "34.08.81.103.004",
                "division": "340881103004",
                "grid": "340881103004001",
                "grid_name": "文昌街道第四社区第一网格",
                "duty_post": "post-340881103004001",
                "duty_person": "W-0001",
                "how": "point",
                "located_at": "2026-03-02T09:00:01+08:00",
            }
        }
    )


class EventUnlocated(Payload):
    """The grid service cannot say where it is; the event goes on with the division that came with the report."""

    type: ClassVar = "event.unlocated.v1"
    event_id: Id
    reason: Code = Field(description="reason code")
    division: Code | None = None
    model_config = ConfigDict(
        json_schema_extra={
            "example": {"event_id": "E-000001", "reason": "GRID_POINT_OUTSIDE", "division": "340881103004"}
        }
    )


class EventFiled(EventFacts):
    """Filed (立案): the rules named departments, or the triage desk has it because none did."""

    type: ClassVar = "event.filed.v1"
    assists: tuple[Dept, ...] = ()
    planned: tuple[Dept, ...] | None = Field(None, description="those of them that are asked when others are done")
    matched: tuple[Code, ...] = Field((), description="ids of the routing rules that matched")
    located: bool = Field(description="false: the place is the report's own, the grid service did not confirm it")
    reason: Code | None = Field(None, description="why triage, or why unlocated: a reason code")
    filed_at: Time
    model_config = example(
        state="assigned",
        lead="chengguan",
        assists=["shichang"],
        matched=["R-waste"],
        located=True,
        filed_at="2026-03-02T09:00:02+08:00",
    )


class EventTriaged(EventFacts):
    """The triage desk (分拨) named the departments itself."""

    type: ClassVar = "event.triaged.v1"
    assists: tuple[Dept, ...] = ()
    planned: tuple[Dept, ...] | None = Field(None, description="those of them that are asked when others are done")
    reason: Words
    triaged_at: Time
    model_config = example(
        state="assigned", lead="chengguan", reason="职责清单第12项", triaged_at="2026-03-02T09:30:00+08:00"
    )


class EventAttached(EventFacts):
    """A further report of the same matter was attached to it (并案)."""

    type: ClassVar = "event.attached.v1"
    report_id: Id
    source: Code
    external_id: Code | None = None
    reported_at: Time
    reason: Code
    score: float | None = Field(None, ge=0, le=1)
    reports: int = Field(ge=1, description="reports the event has now")
    into: Id | None = Field(None, description="set when the whole event became part of another")
    model_config = example(
        state="handling",
        report_id="R-000009",
        source="12345",
        reported_at="2026-03-02T10:00:00+08:00",
        reason="EVENT_REPEAT_SAME_TEXT",
        score=1.0,
        reports=2,
    )


class EventDetached(EventFacts):
    """What had been attached is an event of its own again (撤销并案)."""

    type: ClassVar = "event.detached.v1"
    report_id: Id
    was_part_of: Id = Field(description="the event it had been attached to")
    reports_left: int = Field(ge=1, description="reports that event has now")
    reason: Words
    detached_at: Time
    model_config = example(
        holder="desk:intake",
        report_id="R-000009",
        was_part_of="E-000000",
        reports_left=1,
        reason="地点不同",
        detached_at="2026-03-02T10:30:00+08:00",
    )


class EventCorrected(EventFacts):
    """A late location corrected the place; the matter stays with whoever has it."""

    type: ClassVar = "event.corrected.v1"
    was_place: Place
    was_grid: Grid | None = None
    corrected_at: Time
    model_config = example(state="handling", was_place="34.08.81.103", corrected_at="2026-03-02T09:20:00+08:00")


class EventHandled(EventFacts):
    """Enough departments are done after the join rule; the verifying desk has it, or it closes at once."""

    type: ClassVar = "event.handled.v1"
    handled_at: Time
    model_config = example(
        state="verifying", holder="desk:verify", lead="chengguan", handled_at="2026-03-02T11:00:00+08:00"
    )


class EventReworked(EventFacts):
    """Verification said no: the lead has to put it right (返工)."""

    type: ClassVar = "event.reworked.v1"
    reason: Words
    reworks: int = Field(ge=1)
    reworked_at: Time
    model_config = example(
        state="assigned", lead="chengguan", reason="现场仍有垃圾", reworks=1, reworked_at="2026-03-02T12:00:00+08:00"
    )


class EventReopened(EventFacts):
    """The reporter objected within the pack's window (重办)."""

    type: ClassVar = "event.reopened.v1"
    reason: Words
    reopens: int = Field(ge=1)
    reopened_at: Time
    model_config = example(
        state="assigned", lead="chengguan", reason="又堆上了", reopens=1, reopened_at="2026-03-03T09:00:00+08:00"
    )


class EventVoided(EventFacts):
    """Not a matter for anybody (作废), with the reason."""

    type: ClassVar = "event.voided.v1"
    reason: Words
    voided_at: Time
    model_config = example(state="void", reason="误报", voided_at="2026-03-02T09:05:00+08:00")


class EventSucceeded(EventFacts):
    """The department that verifies it is no more: its successor (承继) does, by the same time."""

    type: ClassVar = "event.succeeded.v1"
    was_holder: Holder
    reason: Code
    succeeded_at: Time
    model_config = example(
        state="verifying",
        holder="dept:zongzhi",
        was_holder="dept:chengguan",
        reason="HANDOFF_DEPARTMENT_GONE",
        succeeded_at="2026-03-02T12:00:00+08:00",
    )


OPEN_EVENTS: tuple[type[Payload], ...] = (
    EventReported,
    EventLocated,
    EventUnlocated,
    EventFiled,
    EventTriaged,
    EventAttached,
    EventDetached,
    EventCorrected,
    EventHandled,
    EventReworked,
    EventReopened,
    EventVoided,
    EventSucceeded,
)
