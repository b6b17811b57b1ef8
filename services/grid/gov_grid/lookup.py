"""Where something is and who is on duty: govcore's answer over the tables, built once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from gov_grid import store
from govcore.grids import Listed
from govcore.packs import ListedPlaces, Places
from govmesh.mesh import Mesh


class Lookup:
    """Reads the tables at the first question, after they have been seeded; of the list what a question needs."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    @cached_property
    def places(self) -> ListedPlaces:
        """The places of the tables.  Raises ``GRID_…``."""
        with self._mesh.database.read() as conn:
            own = Places(self._mesh.pack, store.registry(conn, self._mesh.pack), store.posts(conn))
        return ListedPlaces(own, self._versions)

    def _versions(self, codes: Sequence[str]) -> Mapping[str, Sequence[Listed]]:
        with self._mesh.database.read() as conn:
            return store.Book(conn, self._mesh.pack.header.code).versions(codes)
