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
_SLOT = re.compile(r"\{([a-z_]+)\}")
PLACE_SLOTS = frozenset({"town", "village"})
"""What a text can say without a word list: the names of the place that was drawn."""


class DemoSpec(Strict):
    """``demo.yaml``.

    ``counts``: a CSV ``class,department,n`` of the pack; ``hours``: reports in each of the 24 hours of a
    day, in proportion; ``channels``: the same by channel; ``titles`` and ``texts``: patterns by class, ``*`` for
    any; ``words``: what stands for ``{word}`` in them, words within words allowed.
    """

    counts: str
    source: str = Field(min_length=1)
    hours: Annotated[tuple[int, ...], Field(min_length=24, max_length=24)]
    channels: Annotated[dict[str, int], Field(min_length=1)]
    words: dict[str, Annotated[tuple[str, ...], Field(min_length=1)]]
    titles: dict[str, Annotated[tuple[str, ...], Field(min_length=1)]]
    texts: dict[str, Annotated[tuple[str, ...], Field(min_length=1)]]

    def slots(self) -> dict[str, set[str]]:
        """Each class's (or word's) patterns' slots: what must have a word list."""
        found: dict[str, set[str]] = {}
        for lists in (self.titles, self.texts, self.words):
            for name, patterns in lists.items():
                found.setdefault(name, set()).update(slot for one in patterns for slot in _SLOT.findall(one))
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

    __slots__ = ("_channels", "_counts", "_hours", "_places", "_spec")

    def __init__(self, spec: DemoSpec, counts: Sequence[Count], places: Sequence[DemoPlace]) -> None:
        self._spec = spec
        self._places = tuple(places)
        self._counts = _Urn({count: count.n for count in counts})
        self._hours = _Urn(dict(enumerate(spec.hours)))
        self._channels = _Urn(spec.channels)

    def report(self, chance: Chance) -> DemoReport:
        """One report."""
        count = self._counts.draw(chance)
        place = self._places[int(chance.random() * len(self._places))]
        return DemoReport(
            class_code=count.class_code,
            department=count.department,
            title=self._said(self._spec.titles, count.class_code, place, chance),
            text=self._said(self._spec.texts, count.class_code, place, chance),
            place=place,
            channel=self._channels.draw(chance),
            hour=self._hours.draw(chance),
        )

    def _said(self, patterns: Mapping[str, Sequence[str]], code: str, place: DemoPlace, chance: Chance) -> str:
        text = _one(patterns.get(code) or patterns["*"], chance)
        known = {"town": (place.town,), "village": (place.village,), **self._spec.words}
        while slot := _SLOT.search(text):
            text = text[: slot.start()] + _one(known[slot.group(1)], chance) + text[slot.end() :]
        return text


class _Urn(Generic[T]):
    """Things drawn in proportion to their weights."""

    def __init__(self, weights: Mapping[T, int]) -> None:
        self._things = [thing for thing, weight in weights.items() if weight > 0]
        self._ends = list(accumulate(weights[thing] for thing in self._things))

    def draw(self, chance: Chance) -> T:
        return self._things[bisect_right(self._ends, chance.random() * self._ends[-1])]


def _one(patterns: Sequence[str], chance: Chance) -> str:
    return patterns[int(chance.random() * len(patterns))]
