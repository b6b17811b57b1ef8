"""Place words 地名 in what people write: villages, towns, estates, roads of the registry, with a score and a reason.

Names are looked for in every form in which people write them: with another official ending (``桃元社区`` for
``桃元居委会``), without one, with a letter wrong.  A name that several places have is decided by the towns and
counties that the text names too.  Scores are composed by us and measured on real messages (docs/howto/divisions.md).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from govcore.grids.registry import Registry
from govcore.grids.search import core, plain

Form = Literal["name", "ending", "stem", "near"]
SCORES: dict[Form, float] = {"name": 0.9, "ending": 0.85, "stem": 0.6, "near": 0.65}
"""The whole name; its stem with another ending; its stem alone; one letter off."""
HELPS, ADJOINS, HURTS, SHARED = 0.08, 0.1, 0.35, 0.3
"""A place above it is named too; right before it; another place is named; several have the name, nothing decides."""
CLOSE = 0.13
"""A place within another counts before it where its score is so close."""
LOW = ("社区居民委员会", "社区居委会", "村民委员会", "居民委员会", "居委会", "村委会", "社区", "村")
TOWN = ("街道办事处", "街道办", "街道", "镇政府", "乡政府", "镇", "乡")
_ROAD = re.compile(r"(?:[东南西北中一二三四五]|延长)?(?:路|大道|大街|街(?!道)|巷|线)")
_NAMED = re.compile(r"(?=([\u4e00-\u9fff]{2,5}(?:社区|居委会|村委会|街道|村|镇|乡)))")


class PlaceWordRules(BaseModel):
    """A locality's rule: from which score (0 … 1) a place named in words is taken for a matter's place."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [{"least": 0.8}]})
    least: float = Field(default=0.75, ge=0, le=1)
    source: str = ""


class Mention(NamedTuple):
    """A place word found: where in the plain text, how it is written, and whose name it is."""

    text: str
    start: int
    form: Form
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """One place the text may mean: the code of its area, how sure (0 … 1), and the words it rests on."""

    code: str
    score: float
    words: tuple[str, ...]


class PlaceWords:
    """The place words of a registry, ready to be looked for.

    ``words``: further names by what they are in: estates, roads, landmarks to the code of a division or grid.
    ``areas``: the locality's own divisions; they and what lies above them say which place is meant, never where.
    """

    def __init__(self, registry: Registry, words: Mapping[str, str] | None = None, areas: Iterable[str] = ()) -> None:
        """Raises as :meth:`Registry.area` for a word of an unknown area."""
        self._registry = registry
        self._home = {area.code for code in areas for area in registry.chain(code)}
        self._forms: dict[str, dict[str, Form]] = defaultdict(dict)
        levels = len(registry.profile.widths) or 5
        for division in registry.divisions:
            self._learn(plain(division.name), division.code, registry.profile.level(division.code) - levels)
        for grid in registry.grids:
            self._add(plain(grid.name), grid.code, "name")
        for name, code in (words or {}).items():
            self._add(plain(name), registry.area(code).code, "name")
        self._lengths: dict[str, list[int]] = defaultdict(list)
        for form in self._forms:
            self._lengths[form[:2]].append(len(form))
        for lengths in self._lengths.values():
            lengths[:] = sorted(set(lengths), reverse=True)
        self._whole: dict[int, list[str]] = defaultdict(list)
        for form, codes in self._forms.items():
            if {"name", "ending"} & set(codes.values()):
                self._whole[len(form)].append(form)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """The place words of a text, in their order, the longest at each point, near ones where none is."""
        said = plain(text)
        found: list[Mention] = []
        at = 0
        while at < len(said) - 1:
            length = next((n for n in self._lengths.get(said[at : at + 2], ()) if said[at : at + n] in self._forms), 0)
            word = said[at : at + length]
            if length and not self._is_road(word, said, at + length):
                found.append(_mention(word, at, self._forms[word]))
                at += length
            else:
                at += 1
        return tuple(sorted((*found, *self._near(said, found)), key=lambda one: one.start))

    def guesses(self, *texts: str) -> tuple[Guess, ...]:
        """What the texts may mean, likeliest first, the lower place first where two are as likely."""
        found = [self.mentions(text) for text in texts]
        named = {
            code
            for mentions in found
            for one in mentions
            if one.form in ("name", "ending") and len(one.codes) == 1
            for code in one.codes
        }
        scored: dict[str, tuple[float, list[str]]] = {}
        for mentions in found:
            for before, mention in zip((None, *mentions), mentions, strict=False):
                for code, score in self._scores(mention, before, named):
                    best, words = scored.get(code, (0.0, []))
                    scored[code] = (max(best, score), words if mention.text in words else [*words, mention.text])
        guesses = [
            Guess(code, round(min(score, 0.99), 2), tuple(words))
            for code, (score, words) in scored.items()
            if code not in self._home
        ]
        return tuple(sorted(guesses, key=lambda one: (-one.score, -len(self._registry.areas(one.code)), one.code)))

    def _scores(self, mention: Mention, before: Mention | None, named: set[str]) -> list[tuple[str, float]]:
        """Each place a mention may be of, with its score in this text."""
        above = {code: set(self._registry.areas(code)) - {code} - self._home for code in mention.codes}
        helped = [code for code in mention.codes if above[code] & named]
        adjoins = before is not None and mention.start - before.start - len(before.text) <= 1
        found = []
        for code in helped or mention.codes:
            score = SCORES[mention.form]
            if helped:
                score += HELPS + (ADJOINS if adjoins and before and above[code] & set(before.codes) else 0)
            else:
                score -= SHARED if len(mention.codes) > 1 else 0
                score -= HURTS if self._elsewhere({code, *above[code]}, named) else 0
            found.append((code, score))
        return found

    def best(self, *texts: str) -> Guess | None:
        """The likeliest place, or one in it that is nearly as likely; of two unrelated ones what lies above both.

        None where nothing is named, or what is named has nothing in common.
        """
        guesses = self.guesses(*texts)
        if not guesses:
            return None
        first, risen = guesses[0], False
        for other in guesses[1:]:
            if other.score < first.score - CLOSE:
                break
            chain, there = self._registry.areas(first.code), self._registry.areas(other.code)
            if first.code in there and not risen:
                first = Guess(other.code, other.score, (*first.words, *other.words))
            elif other.code not in chain and other.score >= first.score - 0.02:
                above = next((code for code in chain if code in there), None)
                if above is None or above in self._home:
                    return None
                first, risen = Guess(above, first.score, (*first.words, *other.words)), True
        return first

    def _elsewhere(self, chain: set[str], named: set[str]) -> bool:
        """Whether the text names places of which none lies on this chain or below it."""
        others = named - chain - self._home
        return any(not chain & {*self._registry.areas(code)} - self._home for code in others)

    def _learn(self, name: str, code: str, level: int) -> None:
        self._add(name, code, "name")
        stem = core(name)
        if level == 0 and len(stem) > 1:
            for ending in LOW:
                self._add(stem + ending, code, "ending")
        if level == -1 and len(stem) > 1:
            for ending in TOWN:
                self._add(stem + ending, code, "ending")
        if len(stem) > 2 or (level < 0 and len(stem) > 1):
            self._add(stem, code, "stem")

    def _add(self, form: str, code: str, how: Form) -> None:
        if len(form) > 1:
            self._forms[form].setdefault(code, how)

    def _is_road(self, word: str, said: str, end: int) -> bool:
        """A road is called after a place and need not lie in it: a stem before 路 is no place."""
        return "stem" in self._forms[word].values() and _ROAD.match(said, end) is not None

    def _near(self, said: str, found: list[Mention]) -> Iterable[Mention]:
        """Names with a proper ending of which one letter is wrong."""
        from rapidfuzz import process
        from rapidfuzz.distance import Levenshtein

        taken = {at for one in found for at in range(one.start, one.start + len(one.text))}
        for named in _NAMED.finditer(said):
            for cut in range(len(named[1]) - 3):
                word, start = named[1][cut:], named.start() + cut
                if taken & set(range(start, start + len(word))):
                    continue
                hits = process.extract(
                    word, self._whole[len(word)], scorer=Levenshtein.distance, score_cutoff=1, limit=2
                )
                same = [form for form, _, _ in hits if core(form) != form and form.endswith(word[len(core(word)) :])]
                if len(same) == 1 and len(core(word)) > 2:
                    taken |= set(range(start, start + len(word)))
                    yield Mention(word, start, "near", tuple(sorted(self._forms[same[0]])))
                    break


def _mention(word: str, at: int, codes: Mapping[str, Form]) -> Mention:
    """By the best form that any place has of it: a name before another's stem, a town's stem before a village's."""
    best = max(codes.values(), key=lambda form: SCORES[form])
    whose = [code for code, form in codes.items() if form == best]
    if best == "stem":
        whose = [code for code in whose if not any(code != up and code.startswith(up) for up in whose)]
    return Mention(word, at, best, tuple(sorted(whose)))
