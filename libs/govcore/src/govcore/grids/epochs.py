"""Which boundaries held on which day: one locator an epoch, each made from another by what differs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from typing import Generic, Protocol, Self, TypeVar

from govcore.grids.boundaries import Boundary
from govcore.grids.bounds import BoundaryLife, Drawn


class Bounded(Protocol):
    """What locates by boundaries, as :class:`govcore.packs.Places` does."""

    def bounded(self, put: Iterable[Boundary], gone: Iterable[str]) -> Self:
        """The same with some boundaries put in and some gone; where one has gone its own from the beginning counts."""


P = TypeVar("P", bound=Bounded)


class Epochs(Generic[P]):
    """An epoch begins on a day on which a boundary begins; before the first what was there at the beginning holds.

    Learning a change touches the epochs that are in use, by that change alone.
    """

    def __init__(self) -> None:
        self._lives: dict[str, BoundaryLife] = {}
        self._days: list[date] = []
        self._made: dict[date | None, P] = {}
        self._base: P | None = None

    def learn(self, changed: Iterable[BoundaryLife]) -> None:
        """Take up lives that are newer than what is known of them."""
        new = [one for one in changed if one.id not in self._lives or self._lives[one.id].version < one.version]
        if not new:
            return
        before = {one.id: self._lives.get(one.id) for one in new}
        self._lives.update((one.id, one) for one in new)
        self._days = sorted({*self._days, *(version.since for one in new for version in one.versions)})
        for day, places in self._made.items():
            if day is not None:
                pairs = [(one.id, _at(before[one.id], day), one.at(day)) for one in new]
                self._made[day] = _moved(places, pairs)

    def on(self, base: P, day: date) -> P:
        """``base`` with the boundaries that hold on a day."""
        if base is not self._base:
            self._base, self._made = base, {None: base}
        number = bisect_right(self._days, day)
        epoch = self._days[number - 1] if number else None
        if epoch not in self._made:
            assert epoch is not None
            near = max((each for each in self._made if each is not None and each < epoch), default=None)
            pairs = [
                (code, life.at(near) if near is not None else None, life.at(epoch))
                for code, life in self._lives.items()
            ]
            self._made[epoch] = _moved(self._made[near], pairs)
        return self._made[epoch]


def _at(life: BoundaryLife | None, day: date) -> Drawn | None:
    return None if life is None else life.at(day)


def _moved(places: P, pairs: Iterable[tuple[str, Drawn | None, Drawn | None]]) -> P:
    """By what differs between two days, or before and after an import."""
    other = [(code, now) for code, was, now in pairs if (was and was.digest) != (now and now.digest)]
    if not other:
        return places
    return places.bounded([now.boundary for _, now in other if now], [code for code, now in other if not now])
