"""Rules that can never speak, or whose answer never counts, because of earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from govcore.events.routing_rules import Rule, When, Words
from govcore.packs._covers import class_patterns, covers

ANSWERS = ("lead", "severity", "term", "join")
"""Of these only the first one said counts."""
LISTED = ("classes", "place", "channel", "source", "severity")
"""Conditions that hold when one of their values does."""
MOST_PARTS = 256
"""A rule with more combinations of listed values than this is looked at class by class."""


def dead_parts(rules: Sequence[Rule]) -> Iterator[tuple[int, str, str]]:
    """(position, key, ids of the earlier rules): ``id`` if it is never read, else the answer that never counts.

    A rule that lists several values is dead when each of them is taken by some earlier rule.  Places are dotted paths.
    """
    earlier = _Earlier()
    for position, rule in enumerate(rules):
        before = [earlier.covering(part) for part in _parts(rule.when)]
        if stopped := _all_taken(before, "stop"):
            yield position, "id", stopped
        else:
            for key in ANSWERS:
                if getattr(rule, key) and (taken := _all_taken(before, key)):
                    yield position, key, taken
        earlier.add(rule)


def _all_taken(before: list[list[Rule]], key: str) -> str:
    """The rules that say ``key`` first, part by part; empty where one part is free."""
    first = [next((rule.id for rule in rules if getattr(rule, key)), "") for rules in before]
    return ", ".join(dict.fromkeys(first)) if all(first) else ""


def _parts(when: When) -> Iterator[When]:
    """The rule's conditions, one value of each list at a time."""
    names = [name for name in LISTED if getattr(when, name)]
    size = 1
    for name in names:
        size *= len(getattr(when, name))
    if size > MOST_PARTS:
        names = [name for name in names if name == "classes"]
    for values in product(*(getattr(when, name) for name in names)):
        yield when.model_copy(update={name: (value,) for name, value in zip(names, values, strict=True)})


class _Earlier:
    """The rules read so far, found by class and by word: comparing each with each takes seconds for a thousand."""

    def __init__(self) -> None:
        self._by_class: dict[str, list[tuple[int, Rule]]] = {}
        self._by_word: dict[str, list[tuple[int, Rule]]] = {}
        self._others: list[tuple[int, Rule]] = []
        self._count = 0

    def add(self, rule: Rule) -> None:
        self._count += 1
        if not (rule.stop or any(getattr(rule, key) for key in ANSWERS)):
            return
        entry = self._count, rule
        words = (rule.when.words or Words()).any
        for code in rule.when.classes:
            self._by_class.setdefault(code, []).append(entry)
        if not rule.when.classes:
            for word in words:
                self._by_word.setdefault(word.lower(), []).append(entry)
            if not words:
                self._others.append(entry)

    def covering(self, part: When) -> list[Rule]:
        """Those that surely hold wherever ``part`` does, in order."""
        found = dict(self._others)
        for code in part.classes:
            for pattern in class_patterns(code):
                found.update(self._by_class.get(pattern, ()))
        words = part.words or Words()
        for word in (*words.any, *words.all):
            for inner in _pieces(word.lower()):
                found.update(self._by_word.get(inner, ()))
        return [rule for _, rule in sorted(found.items(), key=lambda entry: entry[0]) if covers(rule.when, part)]


def _pieces(word: str) -> Iterator[str]:
    return (word[start:end] for start in range(len(word)) for end in range(start + 1, len(word) + 1))
