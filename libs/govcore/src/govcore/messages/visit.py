"""What is said about visits 回访, and what a department that makes one, or verifies a matter, says.

``what`` and ``found`` are officials' words with identity masked; whom a call reached never stands here.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from govcore.messages.base import Payload
from govcore.messages.words import Code, Dept, Holder, Id, Place, Time, Words

_VISIT: dict[str, Any] = {
    "visit_id": "V-000001",
    "event_id": "E-000001",
    "kind": "visit",
    "state": "planned",
    "holder": "desk:visit",
    "what": "三个月后回访，看协议是否履行",
    "opens_at": "2026-06-02T00:00:00+08:00",
    "place": "34.08.81.103.004",
    "class_code": "10401",
    "lead": "chengguan",
}


def _example(**more: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": {**_VISIT, **more}})


class VisitFacts(Payload):
    """What every message about a visit carries."""

    visit_id: Id
    event_id: Id
    kind: Literal["call", "visit"] = Field(description="asks the reporter | looks whether what was agreed is kept")
    state: Code
    holder: Holder = Field(description="who makes it")
    what: Words = Field("", description="what to look for; identity masked")
    closing: int = Field(1, ge=1, description="which closing of the event it follows")
    opens_at: Time
    due_at: Time | None = None
    provisional: bool | None = Field(None, description="true where a year whose notice is not out was needed")
    place: Place = ""
    class_code: Code | None = None
    lead: Dept | None = None


class VisitAgreed(VisitFacts):
    """A day was agreed on which somebody comes back."""

    type: ClassVar = "visit.agreed.v1"
    agreed_at: Time
    model_config = _example(agreed_at="2026-03-02T14:00:00+08:00")


class VisitOpened(VisitFacts):
    """Its day has come, or a return call is due: whoever is named makes it by ``due_at``."""

    type: ClassVar = "visit.opened.v1"
    opened_at: Time
    model_config = _example(state="open", due_at="2026-06-05T00:00:00+08:00", opened_at="2026-06-02T00:00:01+08:00")


class VisitMissed(VisitFacts):
    """Nobody was reached; it is tried again."""

    type: ClassVar = "visit.missed.v1"
    tries: int = Field(ge=1, description="how often by now")
    missed_at: Time
    model_config = _example(
        state="open", due_at="2026-06-05T00:00:00+08:00", tries=1, missed_at="2026-06-02T09:00:00+08:00"
    )


class VisitDone(VisitFacts):
    """Made, or tried often enough."""

    type: ClassVar = "visit.done.v1"
    outcome: Code = Field(description="kept | not_kept | satisfied | dissatisfied | reached | not_reached")
    grade: int | None = Field(None, ge=1, le=5, description="of a call; the first grade stands beside it")
    found: Words = Field("", description="identity masked")
    tries: int = Field(ge=1)
    done_at: Time
    model_config = _example(state="done", outcome="kept", found="已履行", tries=1, done_at="2026-06-02T10:00:00+08:00")


class VisitDropped(VisitFacts):
    """Agreed and not made: the matter was opened again, or a desk took the day back."""

    type: ClassVar = "visit.dropped.v1"
    reason: Words
    dropped_at: Time
    model_config = _example(state="dropped", reason="VISIT_MATTER_OPEN", dropped_at="2026-06-02T00:00:01+08:00")


class VisitSucceeded(VisitFacts):
    """The department that was to make it is no more: its successor (承继) makes it, by the same time."""

    type: ClassVar = "visit.succeeded.v1"
    was_holder: Holder
    reason: Code
    succeeded_at: Time
    model_config = _example(
        holder="dept:zongzhi",
        was_holder="dept:chengguan",
        reason="HANDOFF_DEPARTMENT_GONE",
        succeeded_at="2026-03-02T16:00:00+08:00",
    )


class FinishVisit(Payload):
    """We made the visit, or tried to: what was found."""

    type: ClassVar = "visit.finish.v1"
    visit_id: Id
    reached: bool = Field(True, description="false: nobody was there; it is tried again")
    kept: bool | None = Field(None, description="of a visit: whether what was agreed is kept")
    grade: int | None = Field(None, description="of a call: what the reporter says now, 5 to 1")
    found: Words = ""
    attempt: int | None = Field(None, ge=1, description="the how-manieth it is; a repeat of an earlier one is refused")
    model_config = ConfigDict(
        json_schema_extra={"example": {"visit_id": "V-000001", "kept": True, "found": "已履行", "attempt": 1}}
    )


class CheckEvent(Payload):
    """We verify it: it is handled, or not, and then why."""

    type: ClassVar = "event.check.v1"
    event_id: Id
    ok: bool
    reason: Words = ""
    model_config = ConfigDict(
        json_schema_extra={"example": {"event_id": "E-000001", "ok": False, "reason": "现场仍有垃圾"}}
    )


VISITS: tuple[type[Payload], ...] = (VisitAgreed, VisitOpened, VisitMissed, VisitDone, VisitDropped, VisitSucceeded)
VISIT_COMMANDS: tuple[type[Payload], ...] = (FinishVisit, CheckEvent)
