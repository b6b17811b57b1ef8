"""A petition as it comes in: what ``POST /api/v1/petitions`` accepts, and what is wrong with it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from govcore.errors import Refusal
from govcore.events.report_in import CLOCKS_APART, TEXT_CHARS, Code, Moment, Name, Point, Reporter, Said
from govcore.packs import Pack
from govcore.petitions.statute import Path


class PetitionIn(BaseModel):
    """One petition.  ``(source, external_id)`` recognises it when it comes again.

    ``path``: suggestion (art 29), accusation (30) or claim (31); None: the petition desk has to read it first.
    ``accused``: the unit it is about; ``received_at``: when the office got it, now where absent (its 15 days run from
    there).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    source: Code = "desk"
    external_id: Code | None = None
    channel: Literal["letter", "visit", "call", "online"]
    path: Path | None = None
    title: Annotated[Said, Field(max_length=500)] = ""
    text: Annotated[Said, Field(max_length=TEXT_CHARS)] = ""
    address: Annotated[Said, Field(max_length=500)] = ""
    class_code: Code | None = None
    class_name: Name | None = None
    division: Code | None = None
    grid: Code | None = None
    point: Point | None = None
    severity: Code | None = None
    accused: Name | None = None
    received_at: Moment | None = None
    petitioner: Reporter | None = Field(default=None, repr=False)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.title.strip() and not self.text.strip():
            raise ValueError("neither title nor text")
        return self

    @property
    def key(self) -> str | None:
        return f"{self.source}|{self.external_id}" if self.external_id else None


def read_petition(said: Any) -> PetitionIn:
    """Decoded JSON to a petition.

    Raises ``PETITION_EMPTY`` or ``PETITION_BAD_FIELD`` with the field; what stood in it is never quoted.
    """
    try:
        return PetitionIn.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    if not first["loc"] and first["type"] == "value_error":
        raise Refusal("PETITION_EMPTY", field="text")
    at = [str(part)[:80] for part in first["loc"]]
    if at[:1] == ["petitioner"] and first["type"] == "extra_forbidden":
        at = at[:1]  # a misplaced key could itself say who it was
    raise Refusal("PETITION_BAD_FIELD", field=".".join(at) or ".", why=first["msg"])


def check(said: PetitionIn, pack: Pack, now: datetime) -> None:
    """Raises ``PETITION_BAD_DIVISION`` (the pack knows no such division) or ``PETITION_IN_FUTURE``."""
    if said.division and said.division not in pack.divisions and said.division not in pack.header.areas:
        raise Refusal("PETITION_BAD_DIVISION", field="division", value=said.division)
    if said.received_at is not None and said.received_at > now + CLOCKS_APART:
        raise Refusal("PETITION_IN_FUTURE", field="received_at", value=said.received_at.isoformat())
