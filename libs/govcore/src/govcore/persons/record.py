"""A person of the register 人员信息: what is known without opening it, and what only its key opens.

The two travel together through the rules of :mod:`govcore.persons.keeping`; whoever stores them seals the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from govcore.messages.words import Time


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Ground(_Kept):
    """Why data may be kept for a purpose (合法性基础): who agreed, seen from which paper, until when."""

    basis: Literal["consent", "duty"]
    given_by: Literal["self", "guardian"] | None = None
    separate: bool = False
    """Sensitive data were agreed to by themselves (单独同意, PIPL 29)."""
    proof: str = ""
    since: Time
    until: Time


class Source(_Kept):
    """Who gave a field, and when."""

    by: str
    at: Time


class Conflict(_Kept):
    """Two sources say two things (数据冲突): the first stays until a person decides; the other value is sealed."""

    id: str
    field: str
    by: str
    at: Time


class Erasure(_Kept):
    """Proof of a deletion (删除凭证): digests of the key and of the record that it alone could open."""

    at: Time
    by: str
    reason: str
    proof: str
    key_digest: str
    record_digest: str


class Person(_Kept):
    """What is known of a person without opening the record.  ``sealed`` and the indexes are the store's."""

    id: str
    version: int = 0
    state: Literal["kept", "erased"] = "kept"
    household_id: str | None = None
    division: str
    grid: str | None = None
    place: str
    minor: bool = False
    """Under the age below which a guardian agrees, on the day it was last given."""
    purposes: Mapping[str, Ground] = {}
    sources: Mapping[str, Source] = {}
    conflicts: tuple[Conflict, ...] = ()
    created_at: Time
    changed_at: Time
    erasure: Erasure | None = None
    sealed: str | None = None
    id_index: str | None = None
    phone_index: str | None = None

    @property
    def wake_at(self) -> datetime | None:
        """When the first purpose ends; nothing wakes for who is erased."""
        ends = [ground.until for ground in self.purposes.values()]
        return min(ends) if ends and self.state == "kept" else None


@dataclass(frozen=True, slots=True)
class Secret:
    """What the key opens: the values now, and those of open conflicts by the conflict's id."""

    now: Mapping[str, str] = field(default_factory=dict, repr=False)
    other: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Told:
    """One system is told: which fields it may have, none where it has to delete them."""

    dept: str
    purpose: str
    change: Literal["registered", "changed", "withdrawn", "erased"]
    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """A decision about a person: how it stands, who is told, what is written into the history."""

    person: Person
    secret: Secret
    told: tuple[Told, ...]
    what: str
    reason: str = ""
