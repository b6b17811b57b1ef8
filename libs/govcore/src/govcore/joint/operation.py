"""The operation (联合行动): departments called together over one matter, and what each of them did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, StringConstraints

from govcore.events.decision import NOTHING_CHANGED, Changed, Note, Promise, Said
from govcore.joint.table import OPERATION
from govcore.messages.operation import Grade, Kind
from govcore.messages.words import Dept, Evidence, Point, Time, Words


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Meeting(_Value):
    """Where and when to be; the point in WGS-84."""

    at: Time
    address: Annotated[Words, StringConstraints(min_length=1)]
    point: Point | None = None


class Record(_Value):
    """The joint record (联合检查记录): who was there, what was found, what was done; photos by their evidence keys."""

    present: tuple[Dept, ...] = ()
    found: Words
    measures: Words = ""
    evidence: Evidence = ()
    recorded_at: Time


class Rating(_Value):
    """The caller's grade of a unit, 5 very good to 1 very bad; never of a person."""

    dept: Dept
    grade: Grade
    note: Words = ""


class CheckIn(_Value):
    """On the spot (到场签到): where, by the device's clock and by the mesh's; ``metres`` from the meeting place."""

    where: str = ""
    point: Point | None = None
    metres: int | None = None
    at: Time
    received_at: Time


class Part(_Value):
    """What one called department did.  ``state`` stands in :data:`govcore.joint.table.PART`.

    ``answered_at`` is the department's own clock, ``answer_received_at`` the mesh's.  ``orders``: how often it was
    told that it is late; ``absent_at``: found missing at the meeting.  ``grade``: the caller's, 1 to 5: of the unit,
    never of a person.
    """

    dept: Dept
    state: str = "called"
    reason: str = ""
    answered_at: Time | None = None
    answer_received_at: Time | None = None
    check_in: CheckIn | None = None
    orders: int = 0
    silent_at: Time | None = None
    absent_at: Time | None = None
    grade: int | None = None
    grade_note: str = ""


class Operation(_Value):
    """Departments called together.

    ``caller`` answers for it until it has ended.  ``events``: the matters it is about, one but for a task force;
    ``handoff_id``: the task a consultation is to find a holder for.  ``why`` are the caller's words.  ``place`` is the
    jurisdiction, ``meeting`` where and when to be.  ``answer_due_at``: until when each department says whether it
    comes; ``conclude_due_at``: until when the caller ends it.  ``forced``: opened by itself, after the pack's number
    of returns.  ``designated``: who holds the task a consultation was about.
    """

    id: str
    kind: Kind
    state: str = "called"
    version: int = 1
    trace: str = ""
    events: tuple[str, ...]
    handoff_id: str | None = None
    caller: str
    why: str
    place: str = ""
    class_code: str | None = None
    meeting: Meeting | None = None
    called_at: Time
    answer_due_at: Time
    conclude_due_at: Time
    provisional: bool = False
    forced: bool = False
    parts: tuple[Part, ...]
    record: Record | None = None
    orders: int = 0
    ended_at: Time | None = None
    outcome: str = ""
    designated: Dept | None = None

    @property
    def event_id(self) -> str:
        """The first of the matters it is about."""
        return self.events[0]

    @property
    def open(self) -> bool:
        """Whether somebody must still end it."""
        return self.state not in OPERATION.ends

    @property
    def departments(self) -> tuple[str, ...]:
        return tuple(part.dept for part in self.parts)

    def part(self, dept: str) -> Part | None:
        """What the department did, None where it was not called."""
        return next((part for part in self.parts if part.dept == dept), None)

    def in_state(self, *states: str) -> Iterator[Part]:
        return (part for part in self.parts if part.state in states)

    @property
    def late_at(self) -> datetime | None:
        """When it is late: to be answered by all, then to be ended; None once it has ended."""
        if not self.open:
            return None
        return self.answer_due_at if any(self.in_state("called", "silent")) else self.conclude_due_at


Timer = Literal["answer", "muster", "conclude"]


@dataclass(frozen=True, slots=True)
class Terms:
    """The pack's terms of one kind: to answer the call, and to end the operation; words of the calendar."""

    answer: str
    conclude: str


@dataclass(frozen=True, slots=True)
class JointRules:
    """The pack's numbers: ``terms`` by kind, ``muster`` after the meeting's time until who is missing is told.

    ``streets``: divisions (code → place) that may call departments (吹哨).
    """

    terms: Mapping[str, Terms]
    muster: str
    streets: Mapping[str, str] = field(default_factory=dict)


class Decided(NamedTuple):
    """All that a decision changes: the operation, what is said, noted and promised, and what became of the matter."""

    operation: Operation | None = None
    said: tuple[Said, ...] = ()
    notes: tuple[Note, ...] = ()
    promises: tuple[Promise, ...] = ()
    matter: Changed = NOTHING_CHANGED


NOTHING_DECIDED = Decided()
