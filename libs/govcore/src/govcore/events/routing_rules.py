"""What a routing rule can say: its conditions and its answer, as a pack writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import time
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from govcore.errors import Refusal

Many = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]
"""One text or a list of texts."""

CONDITIONS = ("unclassed", "class", "place", "channel", "source", "severity", "hours", "working", "words")
"""The conditions a rule can have, in the order in which an explanation looks at them."""


class Words(BaseModel):
    """Words in the report's text: at least one of ``any``, each of ``all``, none of ``none``."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    any: Many = ()
    all: Many = ()
    none: Many = ()

    def listed(self) -> Iterable[str]:
        """Every word, lower case."""
        return (word.lower() for word in (*self.any, *self.all, *self.none))


class When(BaseModel):
    """The conditions of a rule; an empty one always holds.

    ``class``: codes, or beginnings of codes with ``*`` (``0601*``); ``place``: a place and all below it;
    ``hours``: spans ``HH:MM-HH:MM`` of the day, over midnight too; ``working``: inside or outside
    working hours; ``unclassed``: only (or never) reports whose class nobody knows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)
    classes: Many = Field(default=(), alias="class")
    place: Many = ()
    channel: Many = ()
    source: Many = ()
    severity: Many = ()
    hours: Many = ()
    working: bool | None = None
    unclassed: bool | None = None
    words: Words | None = None


class Rule(BaseModel):
    """One line of the table.  ``reason`` says why in words, ``basis`` names the document it rests on.

    ``after``: those whom the rule lets assist are asked only when these departments, where they are asked too, are
    done; ``join``: when the matter's tasks count as done together, ``all``, ``lead`` or ``quorum:n``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str = Field(pattern=r"^[a-z0-9_.]+$")
    when: When = When()
    lead: str | None = None
    assist: Many = ()
    after: Many = ()
    severity: str | None = None
    term: str | None = None
    join: str | None = Field(default=None, pattern=r"^(all|lead|quorum:[1-9][0-9]*)$")
    stop: bool = False
    reason: str = ""
    basis: str = ""


def placed(rule: Rule, dotted: Callable[[str], str]) -> Rule:
    """``rule`` with its places, division codes as a pack writes them, as dotted paths."""
    if not rule.when.place:
        return rule
    return rule.model_copy(update={"when": rule.when.model_copy(update={"place": tuple(map(dotted, rule.when.place))})})


def read_hours(text: str) -> tuple[time, time]:
    """``"22:00-06:00"`` to two times of day; ``24:00`` is the end of the day."""
    try:
        start, end = (
            time.max if part.strip() == "24:00" else time.fromisoformat(part.strip()) for part in text.split("-")
        )
    except ValueError as error:
        raise Refusal("ROUTING_BAD_HOURS", field="hours", value=text) from error
    return start, end
