"""From what pydantic found wrong to refusals with file, line and key."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from govcore.errors import Refusal
from govcore.packs._yaml import Document, KeyPath

M = TypeVar("M", bound=BaseModel)

_CODES = {
    "missing": "PACK_KEY_MISSING",
    "extra_forbidden": "PACK_KEY_UNKNOWN",
    "literal_error": "PACK_NOT_ONE_OF",
    "enum": "PACK_NOT_ONE_OF",
    "string_pattern_mismatch": "PACK_PATTERN",
    "greater_than": "PACK_RANGE",
    "greater_than_equal": "PACK_RANGE",
    "less_than": "PACK_RANGE",
    "less_than_equal": "PACK_RANGE",
    "too_short": "PACK_RANGE",
    "too_long": "PACK_RANGE",
    "string_too_short": "PACK_RANGE",
}


_OWN = ("PACK_", "GRID_", "PERSON_", "POINTS_", "ROUTING_", "CALENDAR_")
"""How the codes begin that our own validators give."""


def validated(model: type[M], document: Document, findings: list[Refusal], value: Any, *at: str | int) -> M | None:
    """``value``, which stands at ``at`` in the document, as a ``model``; None with the reasons among ``findings``."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        seen: set[tuple[str, int, str | None]] = set()
        for details in error.errors(include_url=False):
            refusal = _refusal(document, details, at)
            where = (refusal.code, refusal.line or 0, refusal.field)
            if where not in seen:
                seen.add(where)
                findings.append(refusal)
        return None


def _refusal(document: Document, details: ErrorDetails, at: tuple[str | int, ...]) -> Refusal:
    kind, context = details["type"], details.get("ctx") or {}
    path = _existing(document, (*at, *details["loc"]), keep_last=kind in ("missing", "extra_forbidden"))
    code = kind if kind.startswith(_OWN) else _CODES.get(kind)
    if code is None:
        code = "PACK_TYPE" if kind.endswith(("_type", "_parsing", "_from_float")) else "PACK_VALUE"
    shown = None if code in ("PACK_KEY_MISSING", "PACK_KEY_UNKNOWN") else _short(details["input"])
    expected = context.get("expected") or context.get("pattern") or details["msg"]
    return document.refuse(code, path, shown, **{**context, "why": details["msg"], "expected": expected})


def _existing(document: Document, path: KeyPath, *, keep_last: bool) -> KeyPath:
    """The path without the parts that pydantic adds for alternatives (``int``, ``function-before[…]``)."""
    kept: KeyPath = ()
    for position, part in enumerate(path):
        last = position == len(path) - 1
        if (*kept, part) in document.lines or (last and keep_last):
            kept = (*kept, part)
    return kept


def _short(value: Any) -> Any:
    if isinstance(value, dict | list):
        return None
    return value if len(str(value)) <= 80 else str(value)[:80]


def validated_list(
    model: type[M],
    document: Document | None,
    key: str,
    findings: list[Refusal],
    *,
    beside: frozenset[str] = frozenset(),
) -> list[tuple[int, M]]:
    """The entries of the list ``key``, each judged alone, with its position; wrong ones are among ``findings``.

    Other top-level keys than ``key`` and those ``beside`` it are refused.
    """
    if document is None:
        return []
    top = document.value
    if not isinstance(top, dict) or not isinstance(top.get(key), list):
        code = "PACK_TYPE" if isinstance(top, dict) and key in top else "PACK_KEY_MISSING"
        findings.append(document.refuse(code, (key,), why="list", expected="list"))
        return []
    for name in top:
        if name != key and name not in beside:
            findings.append(document.refuse("PACK_KEY_UNKNOWN", (str(name),)))
    return [
        (position, made)
        for position, entry in enumerate(top[key])
        if (made := validated(model, document, findings, entry, key, position)) is not None
    ]


def listed_codes(document: Document | None, key: str) -> set[str]:
    """The codes that the list ``key`` gives its entries, also those that are wrong otherwise."""
    top = document.value if document is not None else None
    entries = top.get(key) if isinstance(top, dict) else None
    return (
        {str(entry.get("code")) for entry in entries if isinstance(entry, dict)} if isinstance(entries, list) else set()
    )
