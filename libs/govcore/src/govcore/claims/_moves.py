"""What the decisions about claims, stewardships and led projects share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from govcore.errors import Refusal
from govcore.events.decision import Note, Said
from govcore.events.redact import without_identity

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Rules:
    """The pack's numbers.  ``due(start, term, place)``: when a term ends by the calendar of a dotted place.

    ``fulfil``: how long a claimer has; ``confirm``: the desk, to say whether it is so; ``visit``: from one visit of a
    steward to the next.  ``offer``: departments told of each wish and post on the board.
    """

    departments: frozenset[str]
    due: Callable[[datetime, str, str], datetime]
    fulfil: str
    confirm: str
    visit: str
    offer: tuple[str, ...] = ()


class Changed(NamedTuple, Generic[A]):
    """All that a decision changes; ``after`` None: nothing."""

    after: A | None = None
    said: tuple[Said, ...] = ()
    notes: tuple[Note, ...] = ()


def plain(text: str, field: str, hidden: Iterable[str] = ()) -> str:
    """``text``, if it says something and says not who: no telephone, citizen id or mail address, nothing ``hidden``.

    Raises ``WORDS_MISSING`` and ``WORDS_SHOW_WHO``, neither with the words themselves.
    """
    if not text.strip():
        raise Refusal("WORDS_MISSING", field=field)
    if without_identity(text, hidden) != text:
        raise Refusal("WORDS_SHOW_WHO", field=field)
    return text
