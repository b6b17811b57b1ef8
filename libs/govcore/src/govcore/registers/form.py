"""A form: what a register's rows hold, under which titles towns write it, and what a cell of it may be."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Declared
from pydantic_core import PydanticCustomError

from govcore.files.rows import Limits

SHIPPED = Path(__file__).parent / "forms"
Kind = Literal["text", "code", "date", "whole", "number", "phone", "choice"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Field(_Strict):
    """One value of a row.

    ``titles``: what the column is called, the usual one first; white space, brackets and width do not matter.
    ``digits``: how many digits a code may have; zeros that a spreadsheet has eaten are put back where only one length
    is possible.  ``choices``: the word in the sheet to the word that is kept.  ``key``: part of what tells rows apart.
    """

    name: str = Declared(pattern=r"^[a-z][a-z_]*$")
    titles: tuple[str, ...] = Declared(min_length=1)
    kind: Kind = "text"
    digits: tuple[int, ...] = ()
    choices: dict[str, str] = {}
    required: bool = False
    key: bool = False
    personal: bool = False
    """Whether it is a person's: never shown in a report of changes, only that it changes."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if bool(self.choices) != (self.kind == "choice"):
            raise PydanticCustomError("choices", "choices belong to the kind choice, and it needs them")
        if self.digits and self.kind != "code":
            raise PydanticCustomError("digits", "digits belong to the kind code")
        return self


class Form(_Strict):
    """A form of a register 台账表式, read from YAML.  ``skip``: first words of rows that are no entries (合计)."""

    name: str = Declared(pattern=r"^[a-z][a-z_]*$")
    title: str
    title_en: str
    fields: tuple[Field, ...] = Declared(min_length=1)
    skip: tuple[str, ...] = ("合计", "总计", "小计", "填表", "备注", "说明", "注", "制表", "审核", "单位", "联系")
    limits: Limits = Limits(row_chars=100_000)

    @model_validator(mode="after")
    def _has_a_key_and_each_title_once(self) -> Self:
        if not any(one.key for one in self.fields):
            raise PydanticCustomError("key", "no field is a key")
        seen: set[str] = set()
        for title in (title for one in self.fields for title in one.titles):
            if title in seen:
                raise PydanticCustomError("title", "the title {title} stands twice", {"title": title})
            seen.add(title)
        if len({one.name for one in self.fields}) < len(self.fields):
            raise PydanticCustomError("name", "a field stands twice")
        return self

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Its fields by name."""
        return {one.name: one for one in self.fields}

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the fields that tell rows apart."""
        return tuple(one.name for one in self.fields if one.key)


def load_form(path: Path | str) -> Form:
    """A form from its YAML file; raises :class:`Refusal` with file, line and key (codes ``PACK_…``, as a pack's)."""
    from govcore.files.shelf import read_model

    return read_model(Form, Path(path))


def shipped_forms() -> dict[str, Form]:
    """The forms that come with the package, by name."""
    return {form.name: form for form in map(load_form, sorted(SHIPPED.glob("*.yaml")))}
