"""What a linked partner (联动单位: a court, the procuratorate, the police) may have of a message addressed to it.

A pack names the partners and the parts that may be shared with each; every other part is left out of what goes to it.
Numbers, codes, states, departments and times always go: without them nobody could take a task and answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

from pydantic.fields import FieldInfo

from govcore.messages import CommandRefused, Payload

Part = Literal["title", "text", "address", "point", "grid", "words", "evidence"]
PARTS: Mapping[Part, tuple[str, ...]] = {
    "title": ("title",),
    "text": ("text",),
    "address": ("address", "where"),
    "point": ("point", "metres"),
    "grid": ("grid", "grid_name", "was_grid", "duty_post", "duty_person"),
    "words": ("result", "note", "reason", "found", "measures", "what", "why", "words", "answer", "outcome", "zh", "en"),
    "evidence": ("evidence",),
}
"""The fields of payloads behind each part: what residents wrote, where it is, what officials wrote, what shows it."""
CODE = 120
"""How long a code may be (:data:`govcore.messages.words.Code`); words may be longer."""
WITHHELD = "—"
"""What stands for words that a message cannot be without."""
WHOLE: tuple[type[Payload], ...] = (CommandRefused,)
"""Messages about the partner's own command; they quote nobody else."""


def shared(data: Payload, share: frozenset[str]) -> Payload:
    """``data`` with nothing in it of the parts that are not in ``share``; ``data`` itself where nothing had to go."""
    if isinstance(data, WHOLE):
        return data
    fields = type(data).model_fields
    parts = [part for part in get_args(Part) if part not in share]
    hidden = [name for part in parts for name in PARTS[part] if name in fields and _free(part, fields[name])]
    blank = {name: _blank(fields[name]) for name in hidden}
    changed = {name: value for name, value in blank.items() if getattr(data, name) != value}
    return data.model_copy(update=changed) if changed else data


def addressed(links: Mapping[str, frozenset[str]], prefix: str) -> Callable[[str, Payload], Payload]:
    """What goes to a queue ``prefix`` + department: whole, or what is shared with that partner; ``links`` by code."""

    def show(queue: str, data: Payload) -> Payload:
        share = links.get(queue.removeprefix(prefix)) if queue.startswith(prefix) else None
        return data if share is None else shared(data, share)

    return show


def _free(part: Part, field: FieldInfo) -> bool:
    """Whether a field can hold what somebody wrote: a code among the words is none, and always goes."""
    if part != "words":
        return True
    if CODE in _limits(field):
        return False
    return not field.is_required() or field.annotation is str


def _limits(field: FieldInfo) -> list[int | None]:
    said = [*field.metadata, *(more for one in get_args(field.annotation) for more in getattr(one, "__metadata__", ()))]
    return [getattr(one, "max_length", None) for one in said]


def _blank(field: FieldInfo) -> Any:
    return WITHHELD if field.is_required() else field.get_default(call_default_factory=True)
