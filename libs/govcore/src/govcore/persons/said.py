"""What comes in about a person, read so that no reason code has any of it: not even a key that is no field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from govcore.errors import Refusal
from govcore.events.redact import without_identity


class Consent(BaseModel):
    """What was agreed to, by whom, and the paper (or its evidence key) that shows it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    given_by: Literal["self", "guardian"] = "self"
    separate: bool = False
    proof: str = Field(default="", max_length=200)


def fields_of(said: Any) -> dict[str, str]:
    """Field code to value, as said.  Raises ``PERSON_BAD_FIELDS``."""
    if not isinstance(said, Mapping) or not all(isinstance(one, str) for pair in said.items() for one in pair):
        raise Refusal("PERSON_BAD_FIELDS", field="fields")
    return {code: value for code, value in said.items() if value.strip()}


def consents_of(said: Any) -> dict[str, Consent]:
    """Purpose to what was agreed.  Raises ``PERSON_BAD_CONSENT``, and ``WORDS_SHOW_WHO`` for a proof that names
    somebody."""
    if not isinstance(said, Mapping) or len(said) > 100:
        raise Refusal("PERSON_BAD_CONSENT", field="consents")
    try:
        found = {str(code): Consent.model_validate(one) for code, one in said.items()}
    except ValidationError:
        raise Refusal("PERSON_BAD_CONSENT", field="consents") from None
    for one in found.values():
        words(one.proof, "proof", needed=False)
    return found


def words(text: str, field: str, hidden: Iterable[str] = (), *, needed: bool = True) -> str:
    """What goes into the history in clear: it says something, and not who.

    Raises ``WORDS_MISSING`` and ``WORDS_SHOW_WHO``.
    """
    if needed and not text.strip():
        raise Refusal("WORDS_MISSING", field=field)
    if without_identity(text, hidden) != text:
        raise Refusal("WORDS_SHOW_WHO", field=field)
    return text
