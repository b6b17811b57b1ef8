"""Where something is and who is on duty: the locator over the registry, built once from the tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from govcore.grids import Located, Locator, Point, Registry, read_boundaries
from govmesh.mesh import Mesh

from gov_grid import store


@dataclass(frozen=True, slots=True)
class Found:
    """A place and the post (岗位) on duty there."""

    located: Located
    post: str | None

    def facts(self) -> dict[str, Any]:
        """The fields of ``event.located.v1``, less event and time."""
        grid = self.located.grid
        return {
            "place": self.located.place,
            "division": self.located.division.code,
            "grid": grid.code if grid else None,
            "grid_name": grid.name if grid else None,
            "duty_post": self.post,
            "duty_person": None,
            "how": self.located.how,
        }


class Lookup:
    """Finds; reads the tables at the first question, after they have been seeded."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    def find(self, grid: str | None, point: tuple[float, float] | None, division: str | None, at: datetime) -> Found:
        """A grid code before a point, a point before a division code.  Raises ``GRID_…``; see :class:`Locator`."""
        local = at.astimezone(self._mesh.pack.zone)
        there = Point(*point) if point else None
        located = self._locator.locate(grid=grid, point=there, division=division, at=local.date())
        return Found(located, self._duty(located, local))

    def _duty(self, located: Located, local: datetime) -> str | None:
        """The post on duty: of the grid by turns, else of one of the village's grids by turns."""
        grids = [located.grid] if located.grid else list(self._registry.grids_in(located.division.code))
        if not grids:
            return None
        day = local.toordinal()
        posts = self._posts.get(grids[day % len(grids)].code, [])
        workers = [post for post, kind in posts if kind != "chief"] or [post for post, _ in posts]
        return workers[day % len(workers)] if workers else None

    @cached_property
    def _registry(self) -> Registry:
        with self._mesh.database.read() as conn:
            return store.registry(conn, self._mesh.pack)

    @cached_property
    def _posts(self) -> dict[str, list[tuple[str, str]]]:
        with self._mesh.database.read() as conn:
            return store.posts(conn)

    @cached_property
    def _locator(self) -> Locator:
        boundary = self._mesh.pack.boundary
        shapes = read_boundaries(boundary).strict() if boundary else ()
        return Locator(self._registry, shapes)
