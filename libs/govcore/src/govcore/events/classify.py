"""What a free text is about: words of the pack, weighed.

For reports that come without a class code.  It would rather say nothing than something wrong: without a
clear winner the answer is None and a person at the triage desk (分拨台) decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from govcore.events._words import WordScanner

READ_OF_TEXT = 1000
"""Characters of the body that are read; what a matter is about stands at its beginning."""
HEADING = 60
"""Characters of the body that stand for a missing title."""


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
    class; ``share``: what a word is worth that stands only in the body, not in the title; all of the body
    together is worth at most ``most``, for a long text mentions much that it is not about.
    """

    __slots__ = ("_margin", "_most", "_scanner", "_share", "_threshold", "_weights")

    def __init__(
        self,
        words: Mapping[str, Mapping[str, float]],
        *,
        threshold: float = 2.0,
        margin: float = 0.5,
        share: float = 0.25,
        most: float = 1.0,
    ) -> None:
        self._weights: dict[str, list[tuple[str, float]]] = {}
        for code, weighed in words.items():
            for word, weight in weighed.items():
                self._weights.setdefault(word.lower(), []).append((code, weight))
        self._scanner = WordScanner(self._weights)
        self._threshold, self._margin, self._share, self._most = threshold, margin, share, most

    def classify(self, title: str, text: str = "") -> Guess | None:
        """The class of a report with this title and body, None when no class stands out.

        Without a title the beginning of the body stands for it.
        """
        heading = title.strip() or text.strip()[:HEADING]
        said = dict.fromkeys(self._scanner.longest(heading))
        told = [word for word in dict.fromkeys(self._scanner.longest(text[:READ_OF_TEXT])) if word not in said]
        scores = self._weigh(said)
        for code, weight in self._weigh(told).items():
            scores[code] = scores.get(code, 0.0) + max(-self._most, min(self._most, weight * self._share))
        ranked = sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))
        if not ranked or ranked[0][1] < self._threshold:
            return None
        code, score = ranked[0]
        ahead = score - (ranked[1][1] if len(ranked) > 1 else 0.0)
        if ahead < self._margin:
            return None
        why = tuple(word for word in (*said, *told) if any(of == code and w > 0 for of, w in self._weights[word]))
        return Guess(code, round(score, 3), round(ahead, 3), why)

    def _weigh(self, words: Iterable[str]) -> dict[str, float]:
        scores: dict[str, float] = {}
        for word in words:
            for code, weight in self._weights[word]:
                scores[code] = scores.get(code, 0.0) + weight
        return scores
