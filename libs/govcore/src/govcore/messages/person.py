"""What is said about persons of the register, to one system at a time and in no topic."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import ConfigDict, Field

from govcore.messages.base import Payload
from govcore.messages.words import Code, Dept, Id, Place, Time


class PersonChanged(Payload):
    """A person was registered, changed or is to be deleted (人员变更): to one addressee, with the fields it may have.

    ``sealed`` holds the values as a JSON object of exactly ``fields``, under the addressee's exchange key (the cipher's
    name, a colon, base64 of nonce 12 + ciphertext + tag 16, bound to ``<person_id>@dept.<code>``), so that no queue,
    log or archive can read them; ``withdrawn`` and ``erased`` carry none and ask to delete what was sent before.
    """

    type: ClassVar = "person.changed.v1"
    person_id: Id
    change: Literal["registered", "changed", "withdrawn", "erased"]
    dept: Dept = Field(description="whom it is for; nobody else is sent this message")
    purpose: Code = Field(description="the purpose of the pack that the fields may be used for")
    fields: tuple[Code, ...] = Field((), max_length=200, description="codes of the fields inside, no others")
    sealed: str | None = Field(None, max_length=60_000)
    place: Place = ""
    changed_at: Time
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "person_id": "N-000001",
                "change": "changed",
                "dept": "gongan",
                "purpose": "migrant",
                "fields": ["name", "phone"],
                "sealed": "aes-gcm:bm9uY2Vub25jZWNpcGhlcnRleHQ=",
                "place": "65.02.03.001",
                "changed_at": "2026-03-02T09:00:00+08:00",
            }
        }
    )


PERSONS: tuple[type[Payload], ...] = (PersonChanged,)
