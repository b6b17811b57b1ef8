"""Where is it 定位: by grid code, by point, by division code, or by what of these is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from govcore.errors import Refusal
from govcore.grids.boundaries import Boundary
from govcore.grids.coordinates import Pair, Point
from govcore.grids.index import Seen, Shaped, ShapeIndex
from govcore.grids.model import COMPREHENSIVE, Area, Candidate, Grid, Located, Sure, Way
from govcore.grids.registry import Registry

_DEPTHS = 1_000


class Locator:
    """Answers where something is from a registry and boundaries.

    Boundaries are those of the grids that have one, and ``boundaries`` of divisions (or further grids) by code; of
    several for one code the last counts.
    """

    def __init__(
        self,
        registry: Registry,
        boundaries: Iterable[Boundary] = (),
        *,
        kinds: tuple[str, ...] = (COMPREHENSIVE,),
        nearest: int = 3,
        near_m: float = 1_000.0,
        border_m: float = 10.0,
        outside_m: float = 0.0,
    ) -> None:
        """``kinds``: which kinds of grid answer first where several lie over each other; ``nearest``: how many
        candidates, none further off than ``near_m`` metres; ``border_m``: so near a border an answer is only likely;
        ``outside_m``: so far outside everything a point is still taken for the nearest area.

        Raises as :meth:`Registry.area` for a boundary of an unknown area."""
        self.registry = registry
        self.kinds, self.nearest, self.near_m = kinds, nearest, near_m
        self.border_m, self.outside_m = border_m, outside_m
        own = [grid.boundary for grid in registry.grids if grid.boundary is not None]
        self._bounded = {boundary.code: boundary for boundary in (*own, *boundaries)}
        for code in self._bounded:
            registry.area(code)

    def changed(self, registry: Registry, put: Iterable[Boundary] = (), gone: Iterable[str] = ()) -> Locator:
        """One that knows a changed registry and the boundaries that were put in or have gone, and reads no other.

        Raises as :meth:`Registry.area` for a boundary of an unknown area."""
        new, old = {boundary.code: boundary for boundary in put}, set(gone)
        found = copy(self)
        found.registry = registry
        shapes = list(found._shaped(new.values()))
        found._bounded = {code: each for code, each in self._bounded.items() if code not in old} | new
        found.__dict__["_index"] = self._index.changed(shapes, old - set(new))
        return found

    def locate(
        self,
        *,
        grid: str | None = None,
        point: Point | None = None,
        division: str | None = None,
        at: date | None = None,
    ) -> Located:
        """The best answer to what is given: a grid code before a point, a point before a division code.

        A way that is refused leaves its refusal among the ``doubts``; where the ways name different divisions the
        answer is *unsure* with ``GRID_PLACES_DISAGREE``.  A point that only says the county, given with a village of
        that county, does not disagree: the village decides.  Raises the first refusal when every way is refused,
        ``GRID_NOTHING_GIVEN`` when there is none.  ``at``: the date of the grids in force.
        """
        ways: list[Callable[[], Located]] = []
        if grid:
            ways.append(lambda: self.by_grid(grid, at=at))
        if point:
            ways.append(lambda: self.by_point(point, at=at))
        if division:
            ways.append(lambda: self.by_division(division, at=at))
        answers: list[Located] = []
        doubts: list[Refusal] = []
        for ask in ways:
            try:
                answers.append(ask())
            except Refusal as no:
                doubts.append(no)
        if not answers:
            raise doubts[0] if doubts else Refusal("GRID_NOTHING_GIVEN", field="place")
        best, *others = answers
        for other in others:
            if other.place.startswith(f"{best.place}."):
                best = replace(other, candidates=other.candidates or best.candidates)
            elif other.place != best.place and not best.place.startswith(f"{other.place}."):
                doubts.append(Refusal("GRID_PLACES_DISAGREE", field="place", value=other.place, decided=best.place))
        disagree = any(no.code == "GRID_PLACES_DISAGREE" for no in doubts)
        return replace(best, sure="unsure" if disagree else best.sure, doubts=tuple(doubts))

    def by_grid(self, code: str, *, at: date | None = None) -> Located:
        """Where a grid code says.  Raises ``GRID_BAD_GRID_CODE``, ``GRID_UNKNOWN_GRID``, ``GRID_NOT_IN_FORCE``."""
        grid = self.registry.grid(code).as_of(at)
        if grid is None:
            raise Refusal("GRID_NOT_IN_FORCE", field="grid", value=code)
        return self._located(grid, "grid_code", "certain")

    def by_division(self, code: str, *, at: date | None = None) -> Located:
        """Where a division code says: its one grid, or the division with its grids as candidates.

        Raises ``GRID_BAD_CODE`` or ``GRID_UNKNOWN_CODE``.
        """
        division = self.registry.division(code)
        grids = self._of_first_kind(self.registry.grids_in(division.code, at=at))
        if len(grids) == 1:
            return self._located(grids[0], "division", "certain")
        candidates = tuple(Candidate(grid.code, grid.name, None) for grid in grids)
        return self._located(division, "division", "unsure" if grids else "certain", candidates)

    def by_point(self, point: Point, *, at: date | None = None) -> Located:
        """Where a point lies: the grid around it, else the lowest division around it and that one's only grid.

        The candidates are the grids that it lies in as well, near a border those beyond it, and where no grid was
        found those within ``near_m``, nearest first with their metres.

        Raises ``GRID_POINT_OUTSIDE`` with the ``nearest`` area's name and its distance (``metres``) and with
        ``candidates``, ``GRID_NO_BOUNDARIES`` when there are none to ask.
        """
        here = point.to("wgs84")
        around = self._in_force(self._index.around((here.lon, here.lat)), at)
        if not around:
            return self._outside((here.lon, here.lat), at)
        best = min(around, key=lambda seen: (seen.rank, seen.size, seen.key))
        area, on_border = self.registry.area(best.key), best.border_m < self.border_m
        others = around
        if on_border or not isinstance(area, Grid):
            reach = self.border_m if isinstance(area, Grid) else self.near_m
            others = self._in_force(self._index.near((here.lon, here.lat), reach), at)
        candidates = self._candidates(others, best.key)
        if isinstance(area, Grid):
            rival = any(seen.rank == best.rank and seen.key != best.key for seen in around)
            then = area.as_of(at) or area
            return self._located(then, "point", "likely" if on_border or rival else "certain", candidates)
        return self._in_division(area, "likely" if on_border else "certain", candidates, at)

    def by_points(self, lons: Any, lats: Any, *, at: date | None = None) -> list[str | None]:
        """For each of many points (two arrays of degrees, WGS-84) the code of the area that :meth:`by_point` decides
        on before it looks for a village's only grid; None outside everything."""
        grids = self.registry.find_grid

        def standing(code: str) -> bool:
            grid = grids(code)
            return grid is None or grid.in_force(at)

        return self._index.many(lons, lats, standing)

    def _outside(self, here: Pair, at: date | None) -> Located:
        few = self.nearest + 1
        while not (seen := self._in_force(self._index.nearest(here, few), at)) and few <= len(self._bounded):
            few *= 4  # those nearest are no longer in force
        if not seen:
            raise Refusal("GRID_NO_BOUNDARIES", field="point")
        best = seen[0]
        area, candidates = self.registry.area(best.key), self._candidates(seen, best.key)
        if best.metres > self.outside_m:
            nearest = Candidate(area.code, area.name, round(best.metres, 1))
            raise Refusal(
                "GRID_POINT_OUTSIDE",
                field="point",
                nearest=area.name,
                metres=round(best.metres),
                candidates=(nearest, *candidates)[: self.nearest],
            )
        if isinstance(area, Grid):
            return self._located(area.as_of(at) or area, "point", "likely", candidates)
        return self._in_division(area, "likely", candidates, at)

    def _in_division(self, area: Area, sure: Sure, candidates: tuple[Candidate, ...], at: date | None) -> Located:
        inside = self.by_division(area.code, at=at)
        if inside.grid is not None:
            # Its own boundary, if it has one, does not hold the point.
            return replace(inside, how="point", sure="likely" if inside.grid.code in self._bounded else sure)
        return self._located(
            area, "point", inside.sure if inside.sure == "unsure" else sure, candidates or inside.candidates
        )

    def _candidates(self, seen: Iterable[Seen], decided: str) -> tuple[Candidate, ...]:
        """The grids among them, nearest first, less the one decided on."""
        found = [(each.metres, each.rank, each.size, each.key) for each in seen if each.key != decided]
        grids = ((metres, self.registry.find_grid(key)) for metres, *_, key in sorted(found))
        return tuple(Candidate(grid.code, grid.name, round(metres, 1)) for metres, grid in grids if grid is not None)

    def _located(self, area: Area, how: Way, sure: Sure, candidates: tuple[Candidate, ...] = ()) -> Located:
        chain = self.registry.chain_from(area)
        grid = area if isinstance(area, Grid) else None
        division = self.registry.division(grid.division if grid else area.code)
        place = self.registry.profile.place(division.code)
        return Located(grid, division, place, chain, how, sure, candidates[: self.nearest])

    def _of_first_kind(self, grids: tuple[Grid, ...]) -> tuple[Grid, ...]:
        """Those of the first kind that there are any of, without those that are parts of another of them."""
        for kind in self.kinds:
            if found := [grid for grid in grids if grid.kind == kind]:
                codes = {grid.code for grid in found}
                return tuple(grid for grid in found if grid.parent not in codes)
        return grids

    # -- geometry -----------------------------------------------------------------------------------------------

    def _rank(self, area: Area) -> int:
        """Grids before divisions, wanted kinds before others; parts and lower divisions first."""
        if isinstance(area, Grid):
            kind = self.kinds.index(area.kind) if area.kind in self.kinds else len(self.kinds)
            depth = sum(1 for _ in self._grids_above(area))
        else:
            kind, depth = len(self.kinds) + 1, self.registry.profile.level(area.code)
        return kind * _DEPTHS - depth

    def _grids_above(self, grid: Grid) -> Iterator[Grid]:
        above: Grid | None = grid
        while above is not None and above.parent:
            above = self.registry.find_grid(above.parent)
            if above is not None:
                yield above

    def _in_force(self, seen: Iterable[Seen], day: date | None) -> list[Seen]:
        areas = ((each, self.registry.find_grid(each.key)) for each in seen)
        return [each for each, grid in areas if grid is None or grid.in_force(day)]

    def _shaped(self, boundaries: Iterable[Boundary]) -> Iterator[Shaped]:
        for boundary in boundaries:
            yield Shaped(boundary.code, boundary.shape, self._rank(self.registry.area(boundary.code)))

    @cached_property
    def _index(self) -> ShapeIndex:
        return ShapeIndex(self._shaped(self._bounded.values()))
