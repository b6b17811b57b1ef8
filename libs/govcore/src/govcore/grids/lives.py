"""What a grid code has stood for, spell after spell, and what one change of grids says.

A *life* is all that a grid code has stood for; it is never written over, only continued.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from govcore.grids.model import COMPREHENSIVE, Grid

Count = Annotated[int, Field(ge=0, le=1_000_000)]
Change = Literal["created", "split", "merged", "amended", "ended"]


class Data(BaseModel):
    """Frozen; a key that nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Spell(Data):
    """What a grid code stands for from ``since`` (included) to ``until`` (not included), without limit where None."""

    name: str
    kind: str = COMPREHENSIVE
    level: str = ""
    parent: str | None = None
    households: Count | None = None
    since: date | None = None
    until: date | None = None

    def holds(self, at: date) -> bool:
        """Whether it is so on a date of its place."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


class GridLife(Data):
    """A grid code and its spells, the latest last; ``origin``: ``pack``, or the id of the change that made it.

    ``version`` grows with every change; ``seeded``: nobody has changed it since it came from the pack.
    """

    id: str
    division: str
    place: str
    spells: Annotated[tuple[Spell, ...], Field(min_length=1)]
    version: int = 1
    seeded: bool = False

    @property
    def last(self) -> Spell:
        return self.spells[-1]

    def at(self, day: date) -> Spell | None:
        """What it stood for on a date, None where for nothing."""
        return next((each for each in self.spells if each.holds(day)), None)

    @property
    def grid(self) -> Grid:
        """As the registry takes it: the latest spell, with the earlier ones behind it."""
        *earlier, last = [
            Grid(
                code=self.id,
                name=each.name,
                division=self.division,
                kind=each.kind,
                level=each.level,
                parent=each.parent,
                since=each.since,
                until=each.until,
                households=each.households,
            )
            for each in self.spells
        ]
        return replace(last, earlier=tuple(earlier)) if earlier else last


class GridPart(Data):
    """A grid that begins with a change.

    ``takes``: grids that were part of the one that is split, and are part of this from then on; ``posts``: posts of it
    that go on here.
    """

    code: Annotated[str, Field(min_length=1, max_length=40)]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    households: Count | None = None
    takes: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()


class GridState(Data):
    """A grid on one side of a change."""

    code: str
    name: str
    kind: str
    level: str = ""
    parent: str | None = None
    households: Count | None = None


class GridChange(Data):
    """One change: from ``on`` (a date of its place) the grids ``before`` are the grids ``after``.

    ``key`` recognises a repeat of the command; ``by`` and ``reason`` are who decided it and why.
    """

    id: str
    key: str | None
    kind: Change
    on: date
    division: str
    place: str
    before: tuple[GridState, ...]
    after: tuple[GridState, ...]
    by: str
    reason: str
    at: AwareDatetime
