"""The entry form of a place 一张表 as data: which fields, for which purpose, who may see them, who is told.

Every part names where it comes from; the numbers (an age, days) are the pack's, with their article beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Viewer = Annotated[str, StringConstraints(pattern=r"^(dept|desk|post):([A-Za-z0-9_.-]{1,64}|\*)$")]
"""Who asks: ``dept:<code>``, ``desk:<name>``, ``post:<id>``; in a purpose ``post:*`` is every post of the person's own
grid."""
FieldKind = Literal["name", "citizen_id", "phone", "address", "date", "choice", "text"]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Label(_Data):
    """A text in Chinese and English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class FormField(_Data):
    """One field: ``sensitive`` after PIPL art 28 (敏感个人信息); ``choices`` of the kind ``choice``."""

    code: Word
    name: Label
    kind: FieldKind
    required: bool = False
    sensitive: bool = False
    choices: tuple[str, ...] = ()


class Purpose(_Data):
    """What a person's data are kept for (处理目的), for how long, and who may see which of them.

    ``basis``: the person's consent (PIPL 13 (1)) or a statutory duty (13 (2)–(7), the article in ``source``).
    ``days``: how long after they were given or confirmed; ``statutory``: the law itself says that long, so a request
    cannot end it sooner (47, last sentence).
    """

    code: Word
    name: Label
    basis: Literal["consent", "duty"]
    fields: Annotated[tuple[Word, ...], Field(min_length=1)]
    viewers: tuple[Viewer, ...] = ()
    days: int = Field(ge=1, le=36_500)
    statutory: bool = False
    source: str = Field(min_length=1)


class System(_Data):
    """A system downstream (下游系统) that is told of changes: the department with whose queue, for which purpose,
    which fields it needs.  It may have those that the purpose has, no others."""

    dept: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,32}$")]
    purpose: Word
    fields: Annotated[tuple[Word, ...], Field(min_length=1)]
    source: str = Field(min_length=1)


class CareRules(_Data):
    """Care teams (关爱帮扶): which roles a team must have (S01: "6+1"), which groups of people are cared for."""

    roles: Annotated[tuple[Word, ...], Field(min_length=1)]
    groups: Annotated[tuple[Word, ...], Field(min_length=1)]
    purpose: Word
    source: str = Field(min_length=1)


class PersonRules(_Data):
    """The whole file ``persons.yaml``; a pack without one keeps no persons."""

    fields: tuple[FormField, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    systems: tuple[System, ...] = ()
    care: CareRules | None = None
    desk: Viewer = "desk:person"
    """Where a person's own requests are done: to see, to correct, to end, to delete (PIPL 44–47, 50)."""
    guardian_below: int = Field(default=14, ge=14, le=18, description="years of age; PIPL art 31")
    source: str = ""

    @cached_property
    def field(self) -> Mapping[str, FormField]:
        """By code."""
        return {one.code: one for one in self.fields}

    @cached_property
    def purpose(self) -> Mapping[str, Purpose]:
        """By code."""
        return {one.code: one for one in self.purposes}


NO_PERSONS = PersonRules()
"""Of a pack that keeps none."""
