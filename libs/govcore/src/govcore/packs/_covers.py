"""Whether one rule's conditions surely hold wherever another's do, and whether they can hold at all.

Every kind of condition is looked at.  "Surely" is on the safe side: what cannot be shown is answered with no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import time

from govcore.errors import Refusal
from govcore.events._words import occurs_in
from govcore.events.routing_rules import When, Words, read_hours

Spans = tuple[tuple[float, float], ...]


def covers(wide: When, narrow: When) -> bool:
    """Whether everything that fulfils ``narrow`` surely fulfils ``wide``; places are dotted paths in both."""
    return (
        _unclassed(wide, narrow)
        and _each_in(narrow.classes, wide.classes, _class_under)
        and _each_in(narrow.place, wide.place, _place_under)
        and all(
            not getattr(wide, key) or (getattr(narrow, key) and set(getattr(narrow, key)) <= set(getattr(wide, key)))
            for key in ("channel", "source", "severity")
        )
        and (wide.working is None or narrow.working is wide.working)
        and _hours(wide.hours, narrow.hours)
        and (wide.words is None or _words(wide.words, narrow.words or Words()))
    )


def impossible(when: When) -> str | None:
    """The key of a condition that no report can fulfil, None where each can be."""
    if when.unclassed and when.classes:
        return "unclassed"
    spans = _spans(when.hours)
    if when.hours and spans is not None and not spans:
        return "hours"
    words = when.words or Words()
    if "" in words.all or (words.any and not any(words.any)):
        return "words"

    def excluded(word: str) -> bool:
        return any(occurs_in(no, word) for no in words.none)

    if any(map(excluded, words.all)) or (words.any and all(map(excluded, words.any))):
        return "words"
    return None


def class_patterns(code: str) -> Iterable[str]:
    """Every way a rule can write a condition that surely holds for the class (or beginning with ``*``) ``code``."""
    yield code
    stem = code.rstrip("*")
    for length in range(len(stem) + 1):
        yield stem[:length] + "*"


def _unclassed(wide: When, narrow: When) -> bool:
    return wide.unclassed is None or (False if narrow.classes else narrow.unclassed) is wide.unclassed


def _each_in(narrow: tuple[str, ...], wide: tuple[str, ...], under: Callable[[str, str], bool]) -> bool:
    return not wide or (bool(narrow) and all(any(under(code, above) for above in wide) for code in narrow))


def _class_under(code: str, above: str) -> bool:
    return code == above or (above.endswith("*") and code.rstrip("*").startswith(above[:-1]))


def _place_under(place: str, above: str) -> bool:
    return place == above or place.startswith(above + ".")


def _hours(wide: tuple[str, ...], narrow: tuple[str, ...]) -> bool:
    if not wide:
        return True
    outer, inner = _spans(wide), _spans(narrow)
    if not narrow or outer is None or inner is None:
        return False
    return all(any(start <= begin and end <= stop for start, stop in outer) for begin, end in inner)


def _spans(hours: tuple[str, ...]) -> Spans | None:
    """The spans of a day in seconds, joined where they touch; None where one cannot be read."""
    found: list[tuple[float, float]] = []
    for text in hours:
        try:
            start, end = map(_second, read_hours(text))
        except Refusal:
            return None
        found += [(start, end)] if start <= end else [(start, 86_400.0), (0.0, end)]
    joined: list[tuple[float, float]] = []
    for start, end in sorted(span for span in found if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _second(at: time) -> float:
    return 86_400.0 if at == time.max else at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6


def _words(wide: Words, narrow: Words) -> bool:
    """Longer words count for the shorter ones within them: who says 燃气泄漏 has said 泄漏 too."""

    def surely(word: str) -> bool:
        return any(occurs_in(word, said) for said in narrow.all) or (
            bool(narrow.any) and all(occurs_in(word, said) for said in narrow.any)
        )

    some = (
        not wide.any
        or any(surely(word) for word in wide.any)
        or (bool(narrow.any) and all(any(occurs_in(word, said) for word in wide.any) for said in narrow.any))
    )
    return (
        some
        and all(surely(word) for word in wide.all)
        and all(any(occurs_in(no, word) for no in narrow.none) for word in wide.none)
    )
