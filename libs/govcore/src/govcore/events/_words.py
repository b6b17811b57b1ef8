"""Which of many words occur in a text, in one pass.

Words without case; a word that begins or ends with an ASCII letter or digit counts only where the text
does not go on with another one, so ``cart`` is not found in ``carthorse``.  Chinese words count anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any


class WordScanner:
    """A fixed set of words, ready to be looked for in many texts."""

    __slots__ = ("_everywhere", "_inside", "_longest")

    def __init__(self, words: Iterable[str]) -> None:
        distinct = frozenset(word.lower() for word in words if word)
        known = sorted(distinct)
        pattern = _pattern(known)
        self._longest = re.compile(pattern) if known else None
        self._everywhere = re.compile(f"(?=({pattern}))") if known else None
        self._inside = {
            word: tuple(begin for end in range(1, len(word) + 1) if (begin := word[:end]) in distinct) for word in known
        }

    def all(self, text: str) -> frozenset[str]:
        """Every word that occurs, also inside another one."""
        if self._everywhere is None or not text:
            return frozenset()
        found: set[str] = set()
        lowered = text.lower()
        for match in self._everywhere.finditer(lowered):
            start = match.start()
            for word in self._inside[match.group(1)]:
                if word not in found and _stands_alone(lowered, start, start + len(word)):
                    found.add(word)
        return frozenset(found)

    def longest(self, text: str) -> list[str]:
        """The words of the text from left to right, the longest first, none overlapping another."""
        if self._longest is None or not text:
            return []
        lowered = text.lower()
        return [
            match.group()
            for match in self._longest.finditer(lowered)
            if _stands_alone(lowered, match.start(), match.end())
        ]


def occurs_in(word: str, longer: str) -> bool:
    """Whether every text in which ``longer`` counts has ``word`` counting too."""
    word, longer = word.lower(), longer.lower()
    at = longer.find(word) if word else -1
    while at >= 0:
        if _stands_alone(longer, at, at + len(word)):
            return True
        at = longer.find(word, at + 1)
    return False


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not (
        (start > 0 and _latin(text[start]) and _latin(text[start - 1]))
        or (end < len(text) and _latin(text[end - 1]) and _latin(text[end]))
    )


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _pattern(words: list[str]) -> str:
    """A regular expression shaped like a tree, so that a text position is compared with few words."""
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for character in word:
            node = node.setdefault(character, {})
        node[""] = True
    return _branch(tree)


def _branch(node: dict[str, Any]) -> str:
    ends = "" in node
    ways = [re.escape(character) + _branch(below) for character, below in sorted(node.items()) if character]
    if not ways:
        return ""
    joined = ways[0] if len(ways) == 1 and not ends else f"(?:{'|'.join(ways)})"
    return f"{joined}?" if ends else joined
