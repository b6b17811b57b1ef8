"""What a free text is about: words of the pack, weighed.

For reports that come without a class code.  It would rather say nothing than something wrong: without a
clear winner the answer is None and a person at the triage desk (分拨台) decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from govcore.events._words import WordScanner

READ_OF_TEXT = 1000
"""Characters of the body that are read; what a matter is about stands at its beginning."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A class, how strongly the words speak for it, and which words those were.

    ``score`` is in the weights of the pack; ``lead`` is how far the next best class is behind.
    """

    class_code: str
    score: float
    lead: float
    why: tuple[str, ...]


class Classifier:
    """Words of each class with their weights; a word can count for several classes, or against one.

    ``threshold``: the least score that counts as an answer; ``margin``: the least distance to the next
    class; ``share``: what a word is worth that stands only in the body, not in the title.
    """

    __slots__ = ("_margin", "_scanner", "_share", "_threshold", "_weights")

    def __init__(
        self,
        words: Mapping[str, Mapping[str, float]],
        *,
        threshold: float = 2.0,
        margin: float = 0.5,
        share: float = 0.3,
    ) -> None:
        self._weights: dict[str, list[tuple[str, float]]] = {}
        for code, weighed in words.items():
            for word, weight in weighed.items():
                self._weights.setdefault(word.lower(), []).append((code, weight))
        self._scanner = WordScanner(self._weights)
        self._threshold, self._margin, self._share = threshold, margin, share

    def classify(self, title: str, text: str = "") -> Guess | None:
        """The class of a report with this title and body, None when no class stands out."""
        strength = dict.fromkeys(self._scanner.longest(text[:READ_OF_TEXT]), self._share) if self._share else {}
        strength.update(dict.fromkeys(self._scanner.longest(title), 1.0))
        scores: dict[str, float] = {}
        for word, share in strength.items():
            for code, weight in self._weights[word]:
                scores[code] = scores.get(code, 0.0) + weight * share
        ranked = sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))
        if not ranked or ranked[0][1] < self._threshold:
            return None
        code, score = ranked[0]
        ahead = score - (ranked[1][1] if len(ranked) > 1 else 0.0)
        if ahead < self._margin:
            return None
        why = tuple(word for word in strength if any(of == code and weight > 0 for of, weight in self._weights[word]))
        return Guess(code, round(score, 3), round(ahead, 3), why)
