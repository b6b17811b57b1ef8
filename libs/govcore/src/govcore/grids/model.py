"""Divisions and grids 网格 as they are known, and what a search for a place answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from govcore.errors import Refusal
    from govcore.grids.boundaries import Boundary

COMPREHENSIVE = "comprehensive"
"""综合网格: together they cover everything without overlap; other kinds (dedicated 专属网格, …) may lie across them."""


@dataclass(frozen=True, slots=True)
class Division:
    """A division 行政区划: its code, name, and the locality's word for its level."""

    code: str
    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid of one village or community.

    ``level`` is the locality's word (town grid, microgrid 微网格), ``parent`` the grid it is part of; in force from
    ``since`` (included) to ``until`` (not included), without limit where None.  ``households``: how many, None where
    nobody counted.  ``earlier``: what the same code stood for before, each with its own dates.
    """

    code: str
    name: str
    division: str
    kind: str = COMPREHENSIVE
    level: str = ""
    parent: str | None = None
    since: date | None = None
    until: date | None = None
    boundary: Boundary | None = None
    households: int | None = None
    earlier: tuple[Grid, ...] = ()

    def in_force(self, at: date | None) -> bool:
        """Whether it exists on a date of its place; without a date, whether it has not been ended."""
        return self.as_of(at) is not None

    def as_of(self, at: date | None) -> Grid | None:
        """What the code stood for on a date of its place, None where for nothing; without a date, what it stands for
        if it has not been ended."""
        if at is None:
            return self if self.until is None else None
        for each in (self, *self.earlier):
            if (each.since is None or each.since <= at) and (each.until is None or at < each.until):
                return each
        return None


Area = Division | Grid
"""What has a code, a name, and areas above it."""


@dataclass(frozen=True, slots=True)
class Match:
    """A name found: the area's code, its own and its full name, and how it fits."""

    code: str
    name: str
    full_name: str
    fit: Literal["exact", "core", "start", "part"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An area that could be meant as well; ``distance_m`` is metres from the point, 0 inside, None without a point."""

    code: str
    name: str
    distance_m: float | None


Way = Literal["grid_code", "point", "division", "address"]
Sure = Literal["certain", "likely", "unsure"]


@dataclass(frozen=True, slots=True)
class Located:
    """Where it is 定位: the grid if one is known, the division, and the chain of areas upward.

    ``how`` is the way that decided.  ``sure``: *certain*, one answer and nothing against it; *likely*, near a border,
    where areas overlap, or just outside; *unsure*, the grid stays open or what was given disagrees.  ``doubts`` are
    the refusals of ways that did not help, none of which holds a person's data.  ``score`` (0 … 1) and ``words``:
    what place words in a text were worth, and which they were.
    """

    grid: Grid | None
    division: Division
    place: str
    chain: tuple[Area, ...]
    how: Way
    sure: Sure
    candidates: tuple[Candidate, ...] = ()
    doubts: tuple[Refusal, ...] = ()
    score: float | None = None
    words: tuple[str, ...] = ()
