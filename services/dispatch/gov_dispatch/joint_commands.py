"""The local commands about operations that the API takes: a desk or a street calls, records, ends."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from govcore.joint import Meeting, Rating
from govcore.messages import Payload
from govcore.messages.operation import Kind
from govcore.messages.words import Evidence, Id, Words


class CallOperation(Payload):
    """A desk or a street (``street:<division code>``) calls departments about a matter, a task force about several.

    ``handoff_id``: the task a consultation is to find a holder for; ``lasts``: a term, where not the pack's.
    """

    type: ClassVar[str] = "operation.call.v1"
    written: ClassVar[tuple[str, ...]] = ("why",)
    kind: Kind
    events: tuple[Id, ...] = Field(max_length=50)
    departments: tuple[str, ...] = Field(max_length=100)
    why: Words
    by: str = "desk:triage"
    meeting: Meeting | None = None
    handoff_id: Id | None = None
    lasts: str | None = None

    @property
    def event_id(self) -> str | None:
        """The first of the matters."""
        return next(iter(self.events), None)


class RecordOperation(Payload):
    """The caller writes the joint record (联合检查记录)."""

    type: ClassVar[str] = "operation.record.v1"
    written: ClassVar[tuple[str, ...]] = ("found",)
    operation_id: Id
    found: Words
    measures: Words = ""
    evidence: Evidence = ()
    by: str = "desk:triage"


class ConcludeOperation(Payload):
    """The caller ends it, as its kind must: with ``ratings`` of the units, or the ``dept`` that holds the task."""

    type: ClassVar[str] = "operation.conclude.v1"
    written: ClassVar[tuple[str, ...]] = ("outcome",)
    operation_id: Id
    outcome: Words = ""
    ratings: tuple[Rating, ...] = ()
    dept: str | None = None
    by: str = "desk:triage"


class CancelOperation(Payload):
    """The caller calls it off, with the reason."""

    type: ClassVar[str] = "operation.cancel.v1"
    operation_id: Id
    reason: Words
    by: str = "desk:triage"


LOCAL: tuple[type[Payload], ...] = (CallOperation, RecordOperation, ConcludeOperation, CancelOperation)
