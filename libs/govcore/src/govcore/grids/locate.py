"""Where is it 定位: by grid code, by point, by division code, or by what of these is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import cached_property
from math import cos, radians
from typing import Any, NamedTuple

from govcore.errors import Refusal
from govcore.grids.boundaries import Boundary
from govcore.grids.coordinates import Pair, Point, distance_m
from govcore.grids.model import COMPREHENSIVE, Area, Candidate, Grid, Located, Sure, Way
from govcore.grids.registry import Registry

_M_A_DEGREE = 111_195.0


class _Spot(NamedTuple):
    """An area seen from a point: metres to it (0 inside), metres to its border, its rank and its size."""

    area: Area
    metres: float
    border: float
    rank: tuple[int, int]
    size: float


class _Plane(NamedTuple):
    """The boundaries stretched so that one unit is about a metre (``east`` units a degree of longitude), in a tree."""

    shapely: Any
    tree: Any
    shapes: list[Any]
    lines: list[Any]
    east: float


class Locator:
    """Answers where something is from a registry and boundaries.

    Boundaries are those of the grids that have one, and ``boundaries`` of divisions (or further grids) by code.
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
        self._bounded = [(registry.area(boundary.code), boundary.shape) for boundary in (*own, *boundaries)]

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
        grid = self.registry.grid(code)
        if not grid.in_force(at):
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

        Raises ``GRID_POINT_OUTSIDE`` with the ``nearest`` area's name and its distance (``metres``),
        ``GRID_NO_BOUNDARIES`` when there are none to ask.
        """
        here = point.to("wgs84")
        spots = self._around((here.lon, here.lat), at)
        if not spots:
            raise Refusal("GRID_NO_BOUNDARIES", field="point")
        best, *others = spots
        if best.metres > self.outside_m:
            raise Refusal("GRID_POINT_OUTSIDE", field="point", nearest=best.area.name, metres=round(best.metres))
        rival = any(isinstance(each.area, Grid) and each.rank == best.rank and not each.metres for each in others)
        sure: Sure = "likely" if best.metres or best.border < self.border_m or rival else "certain"
        candidates = tuple(
            Candidate(each.area.code, each.area.name, round(each.metres, 1))
            for each in others
            if isinstance(each.area, Grid)
        )
        if isinstance(best.area, Grid):
            return self._located(best.area, "point", sure, candidates)
        inside = self.by_division(best.area.code, at=at)
        if inside.grid is not None:
            # Its own boundary, if it has one, does not hold the point.
            return replace(inside, how="point", sure="likely" if inside.grid.boundary is not None else sure)
        sure = "unsure" if inside.sure == "unsure" else sure
        return self._located(best.area, "point", sure, candidates or inside.candidates)

    def _located(self, area: Area, how: Way, sure: Sure, candidates: tuple[Candidate, ...] = ()) -> Located:
        chain = self.registry.chain(area.code)
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

    def _rank(self, area: Area) -> tuple[int, int]:
        """Grids before divisions, wanted kinds before others; parts and lower divisions first."""
        if isinstance(area, Grid):
            kind = self.kinds.index(area.kind) if area.kind in self.kinds else len(self.kinds)
            return kind, -sum(isinstance(above, Grid) for above in self.registry.chain(area.code))
        return len(self.kinds) + 1, -self.registry.profile.level(area.code)

    def _around(self, at: Pair, day: date | None) -> list[_Spot]:
        """The areas around a point, best first, then those near it, nearest first; if none is, the nearest there is."""
        plane = self._plane
        spot = plane.shapely.Point(at[0] * plane.east, at[1] * _M_A_DEGREE)
        near = plane.tree.query(spot, predicate="dwithin", distance=max(self.near_m, self.outside_m))
        found = [self._spot(int(index), spot, at) for index in near if self._in_force(int(index), day)]
        if not found:
            left = [index for index in range(len(self._bounded)) if self._in_force(index, day)]
            nearest = min(left, key=lambda index: float(plane.shapes[index].distance(spot)), default=None)
            found = [] if nearest is None else [self._spot(nearest, spot, at)]
        return sorted(found, key=lambda each: (each.metres, each.rank, each.size, each.area.code))

    def _in_force(self, index: int, day: date | None) -> bool:
        area = self._bounded[index][0]
        return not isinstance(area, Grid) or area.in_force(day)

    def _spot(self, index: int, spot: Any, at: Pair) -> _Spot:
        area, shape = self._bounded[index][0], self._plane.shapes[index]
        inside = bool(shape.intersects(spot))
        border = self._metres(self._plane.lines[index], spot, at)
        return _Spot(area, 0.0 if inside else border, border, self._rank(area), float(shape.area))

    def _metres(self, line: Any, spot: Any, at: Pair) -> float:
        nearest, _ = self._plane.shapely.ops.nearest_points(line, spot)
        return distance_m((nearest.x / self._plane.east, nearest.y / _M_A_DEGREE), at)

    @cached_property
    def _plane(self) -> _Plane:
        import shapely
        import shapely.affinity
        import shapely.ops

        raw = [shape for _, shape in self._bounded]
        low, high = (min(s.bounds[1] for s in raw), max(s.bounds[3] for s in raw)) if raw else (0.0, 0.0)
        east = _M_A_DEGREE * cos(radians((low + high) / 2))
        flat = [shapely.affinity.affine_transform(shape, [east, 0, 0, _M_A_DEGREE, 0, 0]) for shape in raw]
        shapely.prepare(flat)
        return _Plane(shapely, shapely.STRtree(flat), flat, [shape.boundary for shape in flat], east)
