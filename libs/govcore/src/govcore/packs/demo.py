"""Reports for a demo day: drawn with the real counts of class by unit, in composed words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Annotated, Generic, TypeVar

from pydantic import Field

from govcore.packs.schema import Strict
from govcore.ports import Chance

T = TypeVar("T")
Patterns = Annotated[tuple[str, ...], Field(min_length=1)]
_SLOT = re.compile(r"\{([a-z_]+)\}")
GIVEN = frozenset({"town", "village", "problem", "kind"})
"""What a text can say without a word list: the place that was drawn, what is wrong there, the name of its class."""
ANY = "*"


class DemoSpec(Strict):
    """``demo.yaml``.

    ``counts``: a CSV ``class,department,n`` of the pack; ``hours``: reports in each of the 24 hours of a
    day, in proportion; ``channels``: the same by channel; ``problems``: what can be wrong, by class, ``*`` for
    any other; ``titles`` and ``texts``: patterns around a ``{problem}``; ``words``: what stands for ``{word}`` in
    all of them, words within words allowed; one word has one meaning throughout a report.
    """

    counts: str
    source: str = Field(min_length=1)
    hours: Annotated[tuple[int, ...], Field(min_length=24, max_length=24)]
    channels: Annotated[dict[str, int], Field(min_length=1)]
    words: dict[str, Patterns]
    titles: Patterns
    texts: Patterns
    problems: dict[str, Patterns]

    def slots(self) -> dict[tuple[str, ...], set[str]]:
        """The slots in the patterns at each key: what must have a word list."""
        found: dict[tuple[str, ...], set[str]] = {("titles",): _slots(self.titles), ("texts",): _slots(self.texts)}
        for key, lists in (("words", self.words), ("problems", self.problems)):
            found.update({(key, name): _slots(patterns) for name, patterns in lists.items()})
        return found


@dataclass(frozen=True, slots=True)
class Count:
    """So many real work orders of this class went to this department."""

    class_code: str
    department: str
    n: int


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """A place that a demo report can come from."""

    code: str
    village: str
    town: str


@dataclass(frozen=True, slots=True)
class DemoReport:
    """One drawn report; ``department`` is whom the real city gave such a matter, ``hour`` its hour of the day."""

    class_code: str
    department: str
    title: str
    text: str
    place: DemoPlace
    channel: str
    hour: int


class DemoDraw:
    """Draws reports, the same ones for the same chance."""

    __slots__ = ("_channels", "_counts", "_hours", "_names", "_places", "_spec")

    def __init__(
        self, spec: DemoSpec, counts: Sequence[Count], places: Sequence[DemoPlace], names: Mapping[str, str]
    ) -> None:
        """``names``: of the classes, by code."""
        self._spec = spec
        self._places = tuple(places)
        self._names = names
        self._counts = _Urn({count: count.n for count in counts})
        self._hours = _Urn(dict(enumerate(spec.hours)))
        self._channels = _Urn(spec.channels)

    def report(self, chance: Chance) -> DemoReport:
        """One report."""
        count = self._counts.draw(chance)
        place = self._places[int(chance.random() * len(self._places))]
        problem = _one(self._spec.problems.get(count.class_code) or self._spec.problems[ANY], chance)
        kind = self._names.get(count.class_code, count.class_code)
        chosen = {"town": place.town, "village": place.village, "problem": problem, "kind": kind}
        return DemoReport(
            class_code=count.class_code,
            department=count.department,
            title=self._said(_one(self._spec.titles, chance), chosen, chance),
            text=self._said(_one(self._spec.texts, chance), chosen, chance),
            place=place,
            channel=self._channels.draw(chance),
            hour=self._hours.draw(chance),
        )

    def _said(self, text: str, chosen: dict[str, str], chance: Chance) -> str:
        while slot := _SLOT.search(text):
            name = slot.group(1)
            if name not in chosen:
                chosen[name] = _one(self._spec.words[name], chance)
            text = text[: slot.start()] + chosen[name] + text[slot.end() :]
        return text


class _Urn(Generic[T]):
    """Things drawn in proportion to their weights."""

    def __init__(self, weights: Mapping[T, int]) -> None:
        self._things = [thing for thing, weight in weights.items() if weight > 0]
        self._ends = list(accumulate(weights[thing] for thing in self._things))

    def draw(self, chance: Chance) -> T:
        return self._things[bisect_right(self._ends, chance.random() * self._ends[-1])]


def _slots(patterns: Sequence[str]) -> set[str]:
    return {slot for one in patterns for slot in _SLOT.findall(one)}


def _one(patterns: Sequence[str], chance: Chance) -> str:
    return patterns[int(chance.random() * len(patterns))]
