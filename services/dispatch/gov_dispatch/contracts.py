"""What dispatch says, hears and obeys; the local commands its own API takes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from gov_dispatch import claim_commands, joint_commands, notice_commands, project_commands, succession_commands
from gov_dispatch.order_commands import ORDER_COMMANDS
from govcore.events.report_in import Code as Name
from govcore.events.report_in import ReportIn, Said
from govcore.messages import (
    ALERTS,
    BROUGHT,
    CLAIMS,
    EVENTS,
    HANDOFFS,
    NOTICES,
    OPERATION_COMMANDS,
    OPERATIONS,
    ORDERS,
    PROJECTS,
    STEWARDS,
    SURGES,
    SUSPENSIONS,
    VISIT_COMMANDS,
    VISITS,
    AcceptHandOff,
    AnswerOrder,
    EventLocated,
    EventUnlocated,
    ExtendHandOff,
    FinishClaim,
    FinishHandOff,
    FinishVisit,
    Payload,
    PetitionReferred,
    ResumeHandOff,
    ReturnClaim,
    ReturnHandOff,
    SuspendHandOff,
    TakeClaim,
    TransferHandOff,
)

HEARS: tuple[type[Payload], ...] = (EventLocated, EventUnlocated, PetitionReferred)
SAYS: tuple[type[Payload], ...] = (
    *(payload for payload in EVENTS if payload not in (EventLocated, EventUnlocated)),
    *HANDOFFS,
    *SUSPENSIONS,
    *ORDERS,
    *OPERATIONS,
    *SURGES,
    *CLAIMS,
    *ALERTS,
    *NOTICES,
    *STEWARDS,
    *VISITS,
    *PROJECTS,
)
COMMANDS: tuple[type[Payload], ...] = (
    AcceptHandOff,
    ReturnHandOff,
    TransferHandOff,
    FinishHandOff,
    SuspendHandOff,
    ResumeHandOff,
    ExtendHandOff,
    TakeClaim,
    ReturnClaim,
    FinishClaim,
    *VISIT_COMMANDS,
    AnswerOrder,
    *OPERATION_COMMANDS,
)

DOOR: tuple[type[Payload], ...] = BROUGHT


class FileReport(Payload):
    """A report through the API.  Taken over HTTP only: who reported never crosses the broker."""

    type: ClassVar[str] = "report.file.v1"
    report: ReportIn
    history: bool = False


class AssignEvent(Payload):
    """The triage desk (分拨台) names the departments.

    ``terms``: of those with one of their own; ``after``: whom a department waits for; ``join``: None: the pack's.
    """

    type: ClassVar[str] = "event.assign.v1"
    event_id: str
    lead: str
    assists: tuple[str, ...] = ()
    reason: str
    by: str = "desk:triage"
    term: str | None = None
    severity: str | None = None
    terms: dict[str, str] = Field(default_factory=dict)
    after: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    join: str | None = None


class DesignateHandOff(Payload):
    """The triage desk designates (指定) whose task it is; it cannot be returned."""

    type: ClassVar[str] = "handoff.designate.v1"
    event_id: str
    handoff_id: str
    dept: str
    reason: str
    by: str = "desk:triage"


class DecideRequest(Payload):
    """The triage desk grants or refuses the suspension or the extension (缓办、延期审批) the holder asked for."""

    type: ClassVar[str] = "handoff.decide.v1"
    event_id: str
    handoff_id: str
    ok: bool
    reason: str = ""
    by: str = "desk:triage"


class EndPause(Payload):
    """The triage desk lets a suspended task go on: what it waited for is there."""

    type: ClassVar[str] = "handoff.end_pause.v1"
    event_id: str
    handoff_id: str
    reason: str
    by: str = "desk:triage"


class VerifyEvent(Payload):
    """Whoever verifies found it handled, or not; ``by`` None: the desk, department or street that has to."""

    type: ClassVar[str] = "event.verify.v1"
    event_id: str
    ok: bool
    by: str | None = None
    reason: str = ""


class RateEvent(Payload):
    """The resident's grade, 5 very satisfied to 1 very dissatisfied (满意度评价)."""

    type: ClassVar[str] = "event.rate.v1"
    event_id: str
    grade: int = Field(ge=1, le=5)
    by: str = "reporter"


class AgreeVisits(Payload):
    """A desk agrees days on which somebody looks whether what was agreed is kept (约定回访)."""

    type: ClassVar[str] = "visit.agree.v1"
    event_id: str
    days: tuple[date, ...] = Field(max_length=100)
    what: str = Field(max_length=4000)
    holder: str | None = Field(None, pattern=r"^(desk|dept):[a-z0-9_]{1,32}$")
    by: str = "desk:verify"


class CancelVisit(Payload):
    """A desk takes an agreed day back."""

    type: ClassVar[str] = "visit.cancel.v1"
    visit_id: str
    reason: str = Field(max_length=4000)
    by: str = "desk:verify"


class RecordVisit(FinishVisit):
    """A desk writes down what its visit or call found."""

    type: ClassVar[str] = "visit.record.v1"
    by: str = "desk:visit"


class VoidEvent(Payload):
    """Nobody's matter (作废), with the reason."""

    type: ClassVar[str] = "event.void.v1"
    event_id: str
    reason: str
    by: str = "desk:triage"


class ReopenEvent(Payload):
    """The reporter objects within the pack's window."""

    type: ClassVar[str] = "event.reopen.v1"
    event_id: str
    reason: str


class RenewTimes(Payload):
    """A year's notice has come out: reckon again what was reckoned without it."""

    type: ClassVar[str] = "event.renew.v1"
    event_id: str


class AttachEvent(Payload):
    """A person says that the whole event is the same matter as another (并案)."""

    type: ClassVar[str] = "event.attach.v1"
    event_id: str
    into: str
    reason: str
    by: str = "desk:triage"


class DetachEvent(Payload):
    """An event that is part of ``original`` is a matter of its own after all (撤销并案)."""

    type: ClassVar[str] = "event.detach.v1"
    event_id: str
    original: str
    reason: str
    by: str = "desk:triage"


class DetachReport(Payload):
    """A report that was attached to an event is a matter of its own."""

    type: ClassVar[str] = "report.detach.v1"
    event_id: str
    report_id: str
    reason: str
    by: str = "desk:triage"


class CheckSurges(Payload):
    """Look for surges that one day, in the pack's time zone, is the last of."""

    type: ClassVar[str] = "surge.check.v1"
    day: date


class ReferSurge(Payload):
    """A surge becomes a matter of a class, so that who licenses or supervises it answers (激增反馈)."""

    type: ClassVar[str] = "surge.refer.v1"
    surge_id: str
    class_code: Name
    title: Annotated[Said, Field(min_length=1, max_length=200)]
    text: Annotated[Said, Field(min_length=1, max_length=4000)]
    division: Name | None = None
    by: Name = "desk:triage"


LOCAL: tuple[type[Payload], ...] = (
    FileReport,
    AssignEvent,
    DesignateHandOff,
    DecideRequest,
    EndPause,
    VerifyEvent,
    RateEvent,
    VoidEvent,
    ReopenEvent,
    RenewTimes,
    *succession_commands.LOCAL,
    AttachEvent,
    DetachEvent,
    DetachReport,
    CheckSurges,
    ReferSurge,
    *claim_commands.LOCAL,
    *notice_commands.LOCAL,
    AgreeVisits,
    CancelVisit,
    RecordVisit,
    *project_commands.LOCAL,
    *ORDER_COMMANDS,
    *joint_commands.LOCAL,
)
