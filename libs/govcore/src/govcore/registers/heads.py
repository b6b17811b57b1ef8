"""Where the head of a sheet stands, and which column is which field.

Above a head stand titles, dates and notes; a head may be two rows high (网格长 over 姓名 and 电话); it may be printed
again on each page.  The row whose cells name most of the form's fields is the head.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from govcore.files import Cell
from govcore.registers.form import Form

LOOK = 40
"""Rows from the top among which a head is looked for."""
_ASIDE = re.compile(r"[(\[【〔{][^)\]】〕}]*[)\]】〕}]")
_NOISE = re.compile(r"[\s*:：、，,.。/／\\|_\-—()\[\]{}#]+")


@dataclass(frozen=True, slots=True)
class Head:
    """``last``: the row its last line stands in (as numbered in the sheet); ``columns``: field name to position from 0;
    ``ignored``: titles that name no field; ``words``: what it says, to know it when it is printed again."""

    last: int
    columns: dict[str, int]
    ignored: tuple[str, ...]
    words: tuple[str, ...]


@lru_cache(maxsize=4096)
def plain(title: str) -> str:
    """A title without width, white space, stars and what stands in brackets: ``网格编码 （必填）*`` is ``网格编码``."""
    text = unicodedata.normalize("NFKC", title)
    return _NOISE.sub("", _ASIDE.sub("", text)).casefold()


def find_head(rows: Sequence[tuple[int, list[Cell]]], form: Form) -> Head | None:
    """The head with the most fields, the higher row of two alike; None where no row names every key."""
    known = {plain(title): field.name for field in form.fields for title in field.titles}
    best: tuple[int, Head] | None = None
    for at in range(min(LOOK, len(rows))):
        number, cells = rows[at]
        lines = [_words(cells)]
        if at + 1 < len(rows):
            below = _words(rows[at + 1][1])
            pairs = zip(_spread(lines[0], below), below, strict=True)
            lines.append([f"{over}{under}" if over != under else under for over, under in pairs])
        for high, words in enumerate(lines):
            alone = [word for word in _words(rows[at + 1][1])] if high else words
            columns = _columns(words, alone, known)
            if set(form.keys) <= columns.keys() and (best is None or len(columns) > best[0]):
                taken = set(columns.values())
                ignored = tuple(word for place, word in enumerate(alone) if word and place not in taken)
                best = len(columns), Head(rows[at + high][0] if high else number, columns, ignored, tuple(alone))
    return best[1] if best else None


def _words(cells: Sequence[Cell]) -> list[str]:
    return [plain(cell) if isinstance(cell, str) else "" for cell in cells]


def _spread(over: list[str], below: list[str]) -> list[str]:
    """``over`` as wide as ``below``: a group's title holds for the columns to its right that have none of their own."""
    found: list[str] = []
    for place in range(len(below)):
        own = over[place] if place < len(over) else ""
        found.append(own or (found[-1] if found and below[place] else ""))
    return found


def _columns(words: Sequence[str], alone: Sequence[str], known: dict[str, str]) -> dict[str, int]:
    """Field to position; the joined title of a two-row head goes before the title of its lower row alone."""
    found: dict[str, int] = {}
    for titles in (words, alone):
        for place, word in enumerate(titles):
            name = known.get(word)
            if name is not None and name not in found and place not in found.values():
                found[name] = place
    return found
