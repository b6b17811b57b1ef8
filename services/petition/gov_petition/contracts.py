"""What petition says and hears; the local commands its own API takes."""

from __future__ import annotations

from typing import ClassVar

from pydantic import ConfigDict, Field

from gov_petition.petition_in import PetitionIn
from govcore.messages import (
    PETITIONS,
    EventAttached,
    EventClosed,
    EventFiled,
    EventReopened,
    EventReworked,
    EventTriaged,
    EventVoided,
    HandOffAccepted,
    Payload,
)
from govcore.messages.calendar import CalendarNoticed
from govcore.messages.words import Code, Dept, Holder, Id, Words
from govcore.petitions import OFFICE

RESULTS: tuple[type[Payload], ...] = (
    EventFiled,
    EventTriaged,
    EventAttached,
    EventReworked,
    EventReopened,
    EventVoided,
    EventClosed,
)
"""What dispatch tells of an event; ``cause`` names the petition it came from."""

HEARS: tuple[type[Payload], ...] = (*RESULTS, HandOffAccepted, CalendarNoticed)
SAYS: tuple[type[Payload], ...] = PETITIONS
COMMANDS: tuple[type[Payload], ...] = ()


class RegisterPetition(Payload):
    """A petition has come in.  Taken over HTTP only: who petitioned never crosses the broker."""

    type: ClassVar[str] = "petition.register.v1"
    petition: PetitionIn


class StepPetition(Payload):
    """The desk, an organ or the petitioner does the next thing; ``verb`` is an action of the statute's table."""

    model_config = ConfigDict(hide_input_in_errors=True)
    type: ClassVar[str] = "petition.step.v1"
    petition_id: Id
    verb: Code
    by: Holder = OFFICE
    to: Dept | None = Field(None, description="refer: the organ the office names")
    outcome: Code | None = None
    result: Words = ""
    reason: Words = ""
    approved_by: Words = ""


class ReadPetition(Payload):
    """Somebody reads the words of a petition that is otherwise withheld; who and what for goes into the history."""

    type: ClassVar[str] = "petition.read.v1"
    petition_id: Id
    by: Holder
    purpose: Code


class RenewPetition(Payload):
    """A year's notice has come out: reckon the petition's terms again."""

    type: ClassVar[str] = "petition.renew.v1"
    petition_id: Id


LOCAL: tuple[type[Payload], ...] = (RegisterPetition, StepPetition, ReadPetition, RenewPetition)
