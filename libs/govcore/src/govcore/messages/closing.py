"""What is said about an event (事件/案卷) that has ended: closed, rated, or taken over from the past."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from govcore.messages.base import Payload
from govcore.messages.event import EventFacts, example
from govcore.messages.words import Code, Id, Time


class CreditFacts(EventFacts):
    """An ended event with all that points and statistics ask for."""

    outcome: Code
    on_time: bool | None = Field(None, description="closed by due_at; none where there was no term")
    closed_at: Time
    closing: int = Field(1, ge=1, description="1 for the first closing, 2 after one reopening …")
    reworks: int = Field(0, ge=0)
    handoffs: int = Field(0, ge=0, description="hand-offs the event had")


class EventClosed(CreditFacts):
    """Closed (结案)."""

    type: ClassVar = "event.closed.v1"
    still_open: int = Field(0, ge=0, description="sibling tasks that live on after the closing")
    model_config = example(
        state="closed",
        lead="chengguan",
        outcome="handled",
        on_time=True,
        closed_at="2026-03-02T13:00:00+08:00",
        handoffs=2,
    )


class EventRated(CreditFacts):
    """The resident rated it: 5 very satisfied … 1 very dissatisfied (满意度五级)."""

    type: ClassVar = "event.rated.v1"
    grade: int = Field(ge=1, le=5)
    rated_at: Time
    model_config = example(
        state="rated",
        lead="chengguan",
        outcome="handled",
        on_time=True,
        closed_at="2026-03-02T13:00:00+08:00",
        handoffs=2,
        grade=5,
        rated_at="2026-03-04T18:00:00+08:00",
    )


class EventImported(EventFacts):
    """An event of the past was taken over with its own times; it starts no offer, timer, order or point."""

    type: ClassVar = "event.imported.v1"
    report_id: Id
    source: Code
    external_id: Code | None = None
    outcome: Code | None = None
    on_time: bool | None = None
    closed_at: Time | None = None
    model_config = example(
        state="closed",
        report_id="R-000002",
        source="boston311",
        external_id="101001234567",
        outcome="handled",
        on_time=True,
        closed_at="2026-03-02T13:00:00+08:00",
    )


ENDED_EVENTS: tuple[type[Payload], ...] = (EventClosed, EventRated, EventImported)
