"""What is said when a task's clock stands (缓办), runs again, or gets more time (延期)."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import ConfigDict, Field

from govcore.messages.base import Payload
from govcore.messages.event import EventFacts, example
from govcore.messages.handoff import HandOffFacts, task_example
from govcore.messages.words import Code, Holder, Time, Words

_HELD: dict[str, Any] = {"state": "accepted", "holder": "dept:chengguan"}


def _task(**more: Any) -> ConfigDict:
    return task_example(**{**_HELD, **more})


class HandOffRequested(HandOffFacts):
    """The holder asks the triage desk for a suspension or more time; its clock runs on until the desk decides."""

    type: ClassVar = "handoff.requested.v1"
    request: Code = Field(description="suspend | extend")
    reason: Words
    note: Words = ""
    term: Code = Field(description="how long, e.g. 5wd")
    answered_at: Time
    answer_received_at: Time
    model_config = _task(
        request="extend",
        reason="配件须从外地调运",
        term="2wd",
        answered_at="2026-03-02T11:00:00+08:00",
        answer_received_at="2026-03-02T11:00:01+08:00",
    )


class HandOffDenied(HandOffFacts):
    """The triage desk refused what was asked for; the clock runs as before."""

    type: ClassVar = "handoff.denied.v1"
    request: Code = Field(description="suspend | extend")
    reason: Words
    denied_by: Holder
    denied_at: Time
    model_config = _task(
        request="extend", reason="可先行围挡", denied_by="desk:triage", denied_at="2026-03-02T11:20:00+08:00"
    )


class HandOffSuspended(HandOffFacts):
    """The clock stands (缓办); there is no due time until it runs again."""

    type: ClassVar = "handoff.suspended.v1"
    reason: Code = Field(description="the pack's reason code")
    note: Words = ""
    since: Time
    until: Time = Field(description="when it runs again at the latest")
    model_config = _task(
        state="suspended",
        due_at=None,
        reason="awaiting_reporter",
        note="须诉求人补充地址",
        since="2026-03-02T10:00:00+08:00",
        until="2026-03-09T10:00:00+08:00",
    )


class HandOffResumed(HandOffFacts):
    """The clock runs again; ``due_at`` leaves the pause out."""

    type: ClassVar = "handoff.resumed.v1"
    reason: Words
    since: Time = Field(description="when it had stopped")
    resumed_by: Code = Field(description="the holder, desk:triage, or clock")
    resumed_at: Time
    model_config = _task(
        due_at="2026-03-03T14:00:00+08:00",
        reason="诉求人已补充地址",
        since="2026-03-02T10:00:00+08:00",
        resumed_by="dept:chengguan",
        resumed_at="2026-03-03T10:00:00+08:00",
    )


class HandOffExtended(HandOffFacts):
    """More time, approved (延期)."""

    type: ClassVar = "handoff.extended.v1"
    reason: Words
    term: Code = Field(description="how much longer, e.g. 2wd")
    was_due_at: Time
    extensions: int = Field(ge=1, description="times this task's term has been extended")
    extended_by: Holder
    extended_at: Time
    model_config = _task(
        due_at="2026-03-04T14:00:00+08:00",
        reason="配件须从外地调运",
        term="2wd",
        was_due_at="2026-03-02T14:00:00+08:00",
        extensions=1,
        extended_by="desk:triage",
        extended_at="2026-03-02T11:20:00+08:00",
    )


class EventSuspended(EventFacts):
    """The lead's task is suspended, and the matter with it."""

    type: ClassVar = "event.suspended.v1"
    reason: Code
    since: Time
    until: Time
    model_config = example(
        state="suspended",
        lead="chengguan",
        reason="awaiting_reporter",
        since="2026-03-02T10:00:00+08:00",
        until="2026-03-09T10:00:00+08:00",
    )


class EventResumed(EventFacts):
    """The lead's task goes on, and the matter with it."""

    type: ClassVar = "event.resumed.v1"
    reason: Words
    resumed_at: Time
    model_config = example(
        state="handling",
        lead="chengguan",
        due_at="2026-03-03T14:00:00+08:00",
        reason="诉求人已补充地址",
        resumed_at="2026-03-03T10:00:00+08:00",
    )


class EventExtended(EventFacts):
    """The lead's task got more time, and the matter with it."""

    type: ClassVar = "event.extended.v1"
    reason: Words
    was_due_at: Time | None = None
    extended_at: Time
    model_config = example(
        state="handling",
        lead="chengguan",
        due_at="2026-03-04T14:00:00+08:00",
        reason="配件须从外地调运",
        was_due_at="2026-03-02T14:00:00+08:00",
        extended_at="2026-03-02T11:20:00+08:00",
    )


SUSPENSIONS: tuple[type[Payload], ...] = (
    HandOffRequested,
    HandOffDenied,
    HandOffSuspended,
    HandOffResumed,
    HandOffExtended,
    EventSuspended,
    EventResumed,
    EventExtended,
)
