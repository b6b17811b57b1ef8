"""Terms 时限: ``4wh``, ``3uh``, ``5wd``, ``15d``, and stages joined by ``+`` (``3uh+8uh+5wd``).

The four time kinds are those of digital city management (GB/T 30428, GB/T 47678) and of the statutes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from govcore.errors import Refusal

_STAGE = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(uh|wh|wd|d)", re.ASCII)
_PATTERN = r"^\d+(\.\d+)?(uh|wh)$|^\d+(wd|d)$|\+"
MOST = 10_000
"""The largest amount of one stage: what is longer is a slip of the pen, not a term."""


class Unit(StrEnum):
    """How a term's time runs."""

    URGENT_HOURS = "uh"
    """紧急工作时: day and night, without a break."""
    WORKING_HOURS = "wh"
    """工作时: only inside the calendar's sessions on working days."""
    WORKING_DAYS = "wd"
    """工作日: keeps the clock time, rolled into working hours."""
    CALENDAR_DAYS = "d"
    """自然日: whole days, the last one after the counting rule of the place."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One amount of one unit; hours may have decimals, days may not."""

    amount: float
    unit: Unit

    def __post_init__(self) -> None:
        whole = self.unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)
        if not self.amount > 0 or (whole and self.amount != int(self.amount)):
            raise Refusal("CALENDAR_BAD_TERM", field="term", value=str(self))
        if self.amount > MOST:
            raise Refusal("CALENDAR_TERM_TOO_LONG", field="term", value=str(self), most=MOST)

    def __str__(self) -> str:
        return f"{self.amount:.10g}{self.unit.value}"


@dataclass(frozen=True, slots=True)
class Term:
    """One or more stages, each starting where the one before it ends."""

    stages: tuple[Stage, ...]

    @classmethod
    def parse(cls, text: str) -> Term:
        """Read ``3uh+8uh+5wd``; spaces around ``+`` are allowed.

        Raises ``CALENDAR_BAD_TERM`` (not a term, or zero) or ``CALENDAR_TERM_TOO_LONG``.
        """
        return _parse(text)

    def extended(self, by: Term | str) -> Term:
        """This term with ``by`` added 延期: the same unit is added to the last stage, another one follows it.

        So 60 d extended by 30 d is one period of 90 d, whose last-day rule is applied once.
        """
        more = (Term.parse(by) if isinstance(by, str) else by).stages
        last, first = self.stages[-1], more[0]
        if last.unit is not first.unit:
            return Term((*self.stages, *more))
        return Term((*self.stages[:-1], Stage(last.amount + first.amount, last.unit), *more[1:]))

    def __str__(self) -> str:
        return "+".join(map(str, self.stages))


@lru_cache(maxsize=4096)
def _parse(text: str) -> Term:
    stages: list[Stage] = []
    for part in text.split("+"):
        if (found := _STAGE.fullmatch(part.strip())) is None:
            raise Refusal("CALENDAR_BAD_TERM", field="term", value=text[:80])
        number, unit = found.groups()
        stages.append(Stage(float(number) if "." in number else int(number), Unit(unit)))
    return Term(tuple(stages))


def _term_field(value: Any) -> Term:
    if isinstance(value, Term):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("CALENDAR_BAD_TERM", "a term is written like 5wd or 3uh+8uh+5wd")
    try:
        return Term.parse(value)
    except Refusal as no:
        raise PydanticCustomError("CALENDAR_BAD_TERM", "{text}", {"text": no.text("en")}) from no


TermField = Annotated[
    Term,
    BeforeValidator(_term_field),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["5wd", "3uh+8uh+5wd"]}),
]
"""A term as a field of a pydantic model: written and kept as text, read as :class:`Term`."""
