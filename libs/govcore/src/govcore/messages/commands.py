"""What departments and services ask for (imperative), and the answer when it is refused.

A department's command says which offer it answers (``generation``).  Who sent it is what the broker
stamped on the message, never a field of the payload.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, StringConstraints

from govcore.messages.base import Payload
from govcore.messages.claims import CLAIM_COMMANDS
from govcore.messages.visit import VISIT_COMMANDS
from govcore.messages.words import Code, Dept, Evidence, Id, Time, Words

Reason = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
_ANSWER: dict[str, Any] = {"handoff_id": "H-000001", "generation": 1, "answered_at": "2026-03-02T09:10:00+08:00"}


def _example(**more: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": {**_ANSWER, **more}})


class Answer(Payload):
    """What every command about a hand-off carries."""

    handoff_id: Id
    generation: int = Field(ge=1, description="the offer it answers")
    answered_at: Time | None = Field(
        None, description="by the department's own clock; the envelope's time where absent"
    )


class AcceptHandOff(Answer):
    """We take it."""

    type: ClassVar = "handoff.accept.v1"
    model_config = _example()


class ReturnHandOff(Answer):
    """Not ours: why, and whose it is. Both are required."""

    type: ClassVar = "handoff.return.v1"
    reason: Code = Field(description="the pack's reason code")
    proposed: Dept
    note: Words = ""
    model_config = _example(reason="not_responsible", proposed="shichang", note="属市场内部，由市场监管负责")


class TransferHandOff(Answer):
    """We pass it on; we stay answerable until they accept."""

    type: ClassVar = "handoff.transfer.v1"
    to: Dept
    reason: Reason
    model_config = _example(to="shichang", reason="经现场核实属市场内部")


class FinishHandOff(Answer):
    """Done, with the result."""

    type: ClassVar = "handoff.finish.v1"
    result: Reason
    evidence: Evidence = ()
    model_config = _example(result="已清运", evidence=["sha256:9f86d081884c7d65"])


class SuspendHandOff(Answer):
    """We cannot go on (缓办): why, and for how long at most."""

    type: ClassVar = "handoff.suspend.v1"
    reason: Code = Field(description="the pack's reason code")
    term: Code | None = Field(None, description="how long, e.g. 5wd; the pack's longest where absent")
    note: Words = ""
    model_config = _example(reason="awaiting_reporter", term="5wd", note="须诉求人补充地址")


class ResumeHandOff(Answer):
    """We go on."""

    type: ClassVar = "handoff.resume.v1"
    note: Words = ""
    model_config = _example(note="诉求人已补充地址")


class ExtendHandOff(Answer):
    """We ask for more time (延期), before ours is over; the triage desk decides."""

    type: ClassVar = "handoff.extend.v1"
    term: Code = Field(description="how much longer, e.g. 2wd")
    reason: Reason
    model_config = _example(term="2wd", reason="配件须从外地调运")


class AnswerOrder(Payload):
    """What we did about an order (三单一函) addressed to us."""

    type: ClassVar = "order.answer.v1"
    order_id: Id
    round: int = Field(1, ge=1, description="the asking it answers; 2 after an answer was sent back")
    words: Reason
    evidence: Evidence = ()
    answered_at: Time | None = Field(
        None, description="by the department's own clock; the envelope's time where absent"
    )
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "order_id": "O-000002",
                "round": 1,
                "words": "已完成整治，现场照片附后",
                "evidence": ["sha256:9f86d081884c7d65"],
                "answered_at": "2026-03-03T10:00:00+08:00",
            }
        }
    )


class MessagesReceived(Payload):
    """A receipt: these messages (by envelope id) have arrived."""

    type: ClassVar = "message.received.v1"
    ids: Annotated[list[Id], Field(min_length=1, max_length=1000)]
    model_config = ConfigDict(json_schema_extra={"example": {"ids": ["M-000001", "M-000002"]}})


class ArchiveWanted(Payload):
    """A late service asks a speaker to feed its queue from the archive."""

    type: ClassVar = "archive.wanted.v1"
    queue: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]{1,80}$")]
    types: Annotated[list[Code], Field(min_length=1, max_length=100)]
    after: int = Field(0, ge=0, description="the archive's cursor; 0 for everything")
    model_config = ConfigDict(
        json_schema_extra={"example": {"queue": "points.inbox", "types": ["event.closed.v1"], "after": 0}}
    )


class CommandRefused(Payload):
    """A command was not carried out: the reason code, in both languages."""

    type: ClassVar = "command.refused.v1"
    command_id: Id = Field(description="envelope id of the refused command")
    command: Code = Field(description="its type")
    code: Code
    zh: str
    en: str
    handoff_id: Id | None = None
    generation: int | None = Field(None, description="the generation the command answered")
    refused_at: Time
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "command_id": "M-000009",
                "command": "handoff.accept.v1",
                "code": "HANDOFF_STALE_GENERATION",
                "zh": "所答复的是第 1 次交办，现已是第 2 次",
                "en": "it answers offer 1, the hand-off is at offer 2 now",
                "handoff_id": "H-000001",
                "generation": 1,
                "refused_at": "2026-03-02T10:05:00+08:00",
            }
        }
    )


COMMANDS: tuple[type[Payload], ...] = (
    AcceptHandOff,
    ReturnHandOff,
    TransferHandOff,
    FinishHandOff,
    SuspendHandOff,
    ResumeHandOff,
    ExtendHandOff,
    *CLAIM_COMMANDS,
    *VISIT_COMMANDS,
    AnswerOrder,
    MessagesReceived,
    ArchiveWanted,
)
ANSWERS: tuple[type[Payload], ...] = (CommandRefused,)
