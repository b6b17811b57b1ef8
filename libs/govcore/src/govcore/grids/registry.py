"""All divisions and grids of a locality in memory: up, down, by name."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from datetime import date
from functools import cached_property

from govcore.errors import Refusal
from govcore.grids.codes import CHINA_CODES, CodeProfile, GridCodeProfile
from govcore.grids.model import Area, Division, Grid, Match
from govcore.grids.search import Names


class Registry:
    """The index; built once from divisions and grids, never changed (:meth:`changed` answers another one).

    Codes are kept at their normal length; questions may come with noughts at the end.
    """

    def __init__(
        self,
        divisions: Iterable[Division],
        grids: Iterable[Grid] = (),
        *,
        profile: CodeProfile = CHINA_CODES,
        grid_profile: GridCodeProfile | None = None,
    ) -> None:
        """Raises ``GRID_BAD_CODE``, ``GRID_DUPLICATE_CODE``, ``GRID_UNKNOWN_CODE``, ``GRID_BAD_GRID_CODE``,
        ``GRID_NOT_IN_DIVISION`` (a grid's code names another division than its own),
        ``GRID_BAD_PARENT`` (unknown, in another division, or part of itself)."""
        self.profile, self.grid_profile = profile, grid_profile
        self._divisions: dict[str, Division] = {}
        for division in divisions:
            code = profile.normal(division.code)
            if code in self._divisions and code == division.code:
                raise Refusal("GRID_DUPLICATE_CODE", field="division", value=code)
            # A city without counties stands in the tables twice, once as its own county (4419, 441900): one is enough.
            self._divisions.setdefault(code, division if code == division.code else replace(division, code=code))
        self._grids: dict[str, Grid] = {}
        for grid in grids:
            self._add(grid)
        for grid in self._grids.values():
            self._check_parent(grid)

    def changed(self, grids: Iterable[Grid]) -> Registry:
        """One with some grids put in, in the place of those of the same code; only they are checked.

        Raises as the making of one does.
        """
        found, new = copy(self), list(grids)
        for made in ("_grids_of", "_parts", "_names"):
            found.__dict__.pop(made, None)
        found._grids = dict(self._grids)
        for grid in new:
            found._grids.pop(grid.code, None)
        for grid in new:
            found._add(grid)
        for grid in new:
            found._check_parent(found._grids[grid.code])
        return found

    # -- one of them --------------------------------------------------------------------------------------------

    def division(self, code: str) -> Division:
        """The division of a code.

        Raises ``GRID_BAD_CODE``, or ``GRID_UNKNOWN_CODE`` with the nearest known above (``known``, ``known_name``).
        """
        if (found := self.find_division(code)) is not None:
            return found
        above = next((self._divisions[up] for up in self.profile.chain(code) if up in self._divisions), None)
        raise Refusal(
            "GRID_UNKNOWN_CODE",
            field="division",
            value=code,
            known=above.code if above else "",
            known_name=above.name if above else "",
        )

    def find_division(self, code: str) -> Division | None:
        """The division of a code, None where nobody knows it.  Raises ``GRID_BAD_CODE``."""
        return self._divisions.get(code) or self._divisions.get(self.profile.normal(code))

    def grid(self, code: str) -> Grid:
        """The grid of a code, also one no longer in force.  Raises ``GRID_BAD_GRID_CODE`` or ``GRID_UNKNOWN_GRID``."""
        if (found := self._grids.get(code)) is not None:
            return found
        if self.grid_profile is not None:
            self.grid_profile.parts(code)
        raise Refusal("GRID_UNKNOWN_GRID", field="grid", value=code[:40])

    def find_grid(self, code: str) -> Grid | None:
        """The grid of a code, None where nobody knows it."""
        return self._grids.get(code)

    def names_grid(self, code: str) -> bool:
        """Whether a code is a grid's: a known one, or made up as the locality's grid codes are."""
        if code in self._grids or self.grid_profile is None:
            return code in self._grids
        return self.grid_profile.fits(code)

    def area(self, code: str) -> Area:
        """The grid or division of a code; grids first.  Raises as :meth:`division` does."""
        return self._grids.get(code) or self.division(code)

    @property
    def divisions(self) -> tuple[Division, ...]:
        return tuple(self._divisions.values())

    @property
    def grids(self) -> tuple[Grid, ...]:
        return tuple(self._grids.values())

    # -- up and down --------------------------------------------------------------------------------------------

    def chain(self, code: str) -> tuple[Area, ...]:
        """The area and all above it, nearest first: grids, then village, town, county, … as far as they are known."""
        grid = self._grids.get(code)
        return self.chain_from(grid if grid is not None else self.division(code))

    def chain_from(self, area: Area) -> tuple[Area, ...]:
        """As :meth:`chain`, beginning with what a grid was on an earlier day."""
        found: list[Area] = []
        grid, code = (area, area.division) if isinstance(area, Grid) else (None, area.code)
        while grid is not None:
            found.append(grid)
            grid = self._grids.get(grid.parent) if grid.parent else None
        found += [self._divisions[up] for up in self.profile.chain(code) if up in self._divisions]
        return tuple(found)

    def areas(self, code: str) -> tuple[str, ...]:
        """The codes of :meth:`chain`: what :class:`govcore.persons.Duty` climbs."""
        return tuple(area.code for area in self.chain(code))

    def children(self, code: str) -> tuple[Division, ...]:
        """The divisions directly below, in the order they were given; empty for none.  Raises ``GRID_BAD_CODE``."""
        return self._below.get(self.profile.normal(code), ())

    def roots(self) -> tuple[Division, ...]:
        """The divisions with none above them here."""
        return self._below.get("", ())

    def grids_in(self, division: str, *, at: date | None = None, deep: bool = False) -> tuple[Grid, ...]:
        """The grids in force of a division; ``deep`` adds those of all below it.  Raises ``GRID_BAD_CODE``."""
        code = self.profile.normal(division)
        found = [then for grid in self._grids_of.get(code, ()) if (then := grid.as_of(at)) is not None]
        if deep:
            for child in self.children(code):
                found += self.grids_in(child.code, at=at, deep=True)
        return tuple(found)

    def parts_of(self, grid: str, *, at: date | None = None) -> tuple[Grid, ...]:
        """The grids in force that are part of a grid."""
        found = [part.as_of(at) for part in self._parts.get(grid, ())]
        return tuple(part for part in found if part is not None and part.parent == grid)

    # -- words --------------------------------------------------------------------------------------------------

    def place(self, code: str) -> str:
        """The dotted place of an area: ``34.08.81.103.004``; a grid's is its division's."""
        grid = self._grids.get(code)
        return self.profile.place(grid.division if grid else code)

    def full_name(self, code: str, *, joined: str = "") -> str:
        """The names from the top down to the area: 安徽省安庆市桐城市文昌街道…"""
        return joined.join(area.name for area in reversed(self.chain(code)))

    def search(self, name: str, *, within: str | None = None, limit: int = 10) -> tuple[Match, ...]:
        """Divisions and grids by name, best fit first; ``within`` keeps those in or below a division."""
        under = self.profile.normal(within) if within else None
        found: list[Match] = []
        for area, match in self._names.find(name, limit=limit if under is None else len(self._divisions) + 1_000_000):
            if under is None or under in self.areas(area.code):
                found.append(replace(match, full_name=self.full_name(area.code)))
                if len(found) == limit:
                    break
        return tuple(found)

    # -- making -------------------------------------------------------------------------------------------------

    def _add(self, grid: Grid) -> None:
        if grid.code in self._grids:
            raise Refusal("GRID_DUPLICATE_CODE", field="grid", value=grid.code)
        division = self.division(grid.division).code
        if self.grid_profile is not None:
            named = self.profile.normal(self.grid_profile.parts(grid.code).division)
            if named != division:
                raise Refusal("GRID_NOT_IN_DIVISION", field="grid", value=grid.code, division=division)
        self._grids[grid.code] = grid if division == grid.division else replace(grid, division=division)

    def _check_parent(self, grid: Grid) -> None:
        seen = {grid.code}
        above = grid
        while above.parent is not None:
            parent = self._grids.get(above.parent)
            outside = parent is None or parent.division not in self.profile.chain(above.division)
            if parent is None or outside or parent.code in seen:
                raise Refusal("GRID_BAD_PARENT", field="parent", value=above.parent, grid=above.code)
            seen.add(parent.code)
            above = parent

    @cached_property
    def _below(self) -> dict[str, tuple[Division, ...]]:
        found: dict[str, list[Division]] = {}
        for code, division in self._divisions.items():
            above = next((up for up in self.profile.chain(code)[1:] if up in self._divisions), "")
            found.setdefault(above, []).append(division)
        return {code: tuple(children) for code, children in found.items()}

    @cached_property
    def _grids_of(self) -> dict[str, list[Grid]]:
        found: dict[str, list[Grid]] = {}
        for grid in self._grids.values():
            found.setdefault(grid.division, []).append(grid)
        return found

    @cached_property
    def _parts(self) -> dict[str, list[Grid]]:
        found: dict[str, list[Grid]] = {}
        for grid in self._grids.values():
            for parent in {each.parent: None for each in (grid, *grid.earlier) if each.parent}:
                found.setdefault(parent, []).append(grid)
        return found

    @cached_property
    def _names(self) -> Names:
        return Names([*self._divisions.values(), *self._grids.values()])
