"""What grid's API takes about persons.  Over HTTP only: none of it crosses the broker.

What a person is said to be comes as it was sent and is read by :mod:`govcore.persons.said`, whose refusals quote
nothing.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from govcore.messages import Payload
from govcore.persons.form import Viewer

Ident = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Said = Annotated[str, StringConstraints(max_length=400)]
Codes = Annotated[
    tuple[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")], ...], Field(max_length=99)
]


class RegisterHousehold(Payload):
    """A household and where it lives."""

    type: ClassVar[str] = "household.register.v1"
    by: Viewer
    division: Ident
    grid: Ident | None = None
    address: Any = None


class ReadHousehold(Payload):
    """Its address, for a purpose of the pack."""

    type: ClassVar[str] = "household.read.v1"
    household_id: Ident
    by: Viewer
    purpose: Ident
    reason: Said


class RegisterPerson(Payload):
    """A person's form; whose id is known already is not registered again, what is said counts as said by ``by``."""

    type: ClassVar[str] = "person.register.v1"
    by: Viewer
    division: Ident
    grid: Ident | None = None
    household_id: Ident | None = None
    fields: Any = None
    consents: Any = None


class ChangePerson(Payload):
    """A source says other values; ``consents``: to further purposes, or again."""

    type: ClassVar[str] = "person.change.v1"
    person_id: Ident
    by: Viewer
    fields: Any = None
    consents: Any = None


class CorrectPerson(Payload):
    """The person asks for a correction (PIPL 46)."""

    type: ClassVar[str] = "person.correct.v1"
    person_id: Ident
    by: Viewer
    fields: Any = None
    proof: Said


class DecideConflict(Payload):
    """The desk decides between two sources."""

    type: ClassVar[str] = "person.decide.v1"
    person_id: Ident
    conflict_id: Ident
    by: Viewer
    take: bool


class WithdrawConsent(Payload):
    """The person takes a consent back (PIPL 15)."""

    type: ClassVar[str] = "person.withdraw.v1"
    person_id: Ident
    by: Viewer
    purposes: Annotated[Codes, Field(min_length=1)]
    proof: Said


class ErasePerson(Payload):
    """The person asks for deletion (PIPL 47)."""

    type: ClassVar[str] = "person.erase.v1"
    person_id: Ident
    by: Viewer
    reason: Said
    proof: Said


class ReadPerson(Payload):
    """Unmask fields, for a purpose of the pack; all of the purpose's where none is named."""

    type: ClassVar[str] = "person.read.v1"
    person_id: Ident
    by: Viewer
    purpose: Ident
    reason: Said
    fields: Codes = ()


class FindPerson(Payload):
    """Who has this id or telephone number: masked."""

    type: ClassVar[str] = "person.find.v1"
    by: Viewer
    purpose: Ident
    citizen_id: Any = None
    phone: Any = None


class ExportPerson(Payload):
    """All that is kept about a person, for that person (PIPL 45)."""

    type: ClassVar[str] = "person.export.v1"
    person_id: Ident
    by: Viewer
    proof: Said


class AppointCare(Payload):
    """A care team for a person: a member for each role."""

    type: ClassVar[str] = "care.appoint.v1"
    person_id: Ident
    by: Viewer
    group: Said
    members: Any = None


class RecordCare(Payload):
    """A member writes down a visit; ``money_fen``: help given, in fen."""

    type: ClassVar[str] = "care.record.v1"
    care_team_id: Ident
    by: Viewer
    words: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    money_fen: int = Field(0, ge=0, le=10**9)


class ReadCare(Payload):
    """A member reads what the team wrote."""

    type: ClassVar[str] = "care.read.v1"
    care_team_id: Ident
    by: Viewer
    reason: Said


class EndCare(Payload):
    """The desk ends a team; nobody reads its notes any more."""

    type: ClassVar[str] = "care.end.v1"
    care_team_id: Ident
    by: Viewer


LOCAL: tuple[type[Payload], ...] = (
    RegisterHousehold, ReadHousehold, RegisterPerson, ChangePerson, CorrectPerson, DecideConflict, WithdrawConsent,
    ErasePerson, ReadPerson, FindPerson, ExportPerson, AppointCare, RecordCare, ReadCare, EndCare,
)  # fmt: skip
