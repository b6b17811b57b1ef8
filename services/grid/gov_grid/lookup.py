"""Where something is and who is on duty: govcore's answer over the tables, built once."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from gov_grid import store
from govcore.packs import Found, Places
from govmesh.mesh import Mesh


class Lookup:
    """Finds; reads the tables at the first question, after they have been seeded."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    def find(
        self,
        grid: str | None,
        point: tuple[float, float] | None,
        division: str | None,
        at: datetime,
        *,
        code: str | None = None,
    ) -> Found:
        """As :meth:`Places.find`; raises ``GRID_…``."""
        return self._places.find(grid=grid, point=point, division=division, code=code, at=at)

    @cached_property
    def _places(self) -> Places:
        with self._mesh.database.read() as conn:
            return Places(self._mesh.pack, store.registry(conn, self._mesh.pack), store.posts(conn))
