"""Where something is and who is on duty: govcore's answer over the tables, read once, and kept up with imports."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from weakref import WeakKeyDictionary

from gov_grid import store
from gov_grid.store import boundaries
from govcore.grids import Listed
from govcore.grids.epochs import Epochs
from govcore.packs import ListedPlaces, Places
from govmesh.mesh import Mesh

AGAIN_SECONDS = 1.0
"""So old at most is what this process knows of imports in another one."""
LATE = timedelta(minutes=1)
"""An import may have taken so long between its moment and its commit; what is read twice changes nothing."""
_OF: WeakKeyDictionary[Mesh, Lookup] = WeakKeyDictionary()


class Lookup:
    """Reads the tables at the first question, after they have been seeded; of the list what a question needs.

    One a mesh, for all who ask.
    """

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh
        self._epochs: Epochs[Places] = Epochs()
        self._read_at: datetime | None = None
        self._ask_at = 0.0

    @classmethod
    def of(cls, mesh: Mesh) -> Lookup:
        """The one of this mesh."""
        if mesh not in _OF:
            _OF[mesh] = cls(mesh)
        return _OF[mesh]

    def on(self, at: datetime) -> ListedPlaces:
        """The places, with the boundaries of the day of ``at``.  Raises ``GRID_…``."""
        if time.monotonic() >= self._ask_at:
            self.refresh()
        own = self._epochs.on(self.places, at.astimezone(self._mesh.pack.zone).date())
        return ListedPlaces(own, self._versions)

    @cached_property
    def places(self) -> Places:
        """The places of the tables as they were seeded.  Raises ``GRID_…``."""
        with self._mesh.database.read() as conn:
            return Places(self._mesh.pack, store.registry(conn, self._mesh.pack), store.posts(conn))

    def refresh(self) -> None:
        """Read what has been imported since the last time, here or in another process, and nothing else."""
        before = self._read_at
        with self._mesh.database.read() as conn:
            changed = boundaries.changed_since(conn, None if before is None else before - LATE)
        self._read_at = max([each.changed_at for each in changed] + ([before] if before else []), default=None)
        self._epochs.learn(changed)
        self._ask_at = time.monotonic() + AGAIN_SECONDS

    def _versions(self, codes: Sequence[str]) -> Mapping[str, Sequence[Listed]]:
        with self._mesh.database.read() as conn:
            return store.Book(conn, self._mesh.pack.header.code).versions(codes)
