"""Where something is and who is on duty: govcore's answer over the tables, read again when they have changed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from gov_grid import store
from gov_grid.store import boundaries
from gov_grid.store.grids import REGISTRY, turns
from gov_grid.store.posts import absences, holdings
from govcore.grids import Listed
from govcore.grids.epochs import Epochs
from govcore.packs import ListedPlaces, Places
from govmesh.mesh import Mesh

RECENT_SECONDS = 0.1
"""How long what another process has changed may stay unseen by the handling of messages; whoever asks over HTTP, and
whatever this process has changed, is answered with the state of that moment."""
LATE = timedelta(minutes=1)
"""An import may have taken so long between its moment and its commit; what is read twice changes nothing."""
_OF: WeakKeyDictionary[Mesh, Lookup] = WeakKeyDictionary()


def lookup_of(mesh: Mesh) -> Lookup:
    """The one of a service in a process."""
    found = _OF.get(mesh)
    if found is None:
        found = _OF[mesh] = Lookup(mesh)
    return found


class Lookup:
    """Reads the tables at the first question, after they have been seeded, and again once they have changed.

    Of imported boundaries it reads what is new, of the list of divisions what a question needs.
    """

    def __init__(self, mesh: Mesh) -> None:
        self._pack, self._database = mesh.pack, mesh.database
        self._read: tuple[Mapping[str, int], Places] | None = None
        self._epochs: Epochs[Places] = Epochs()
        self._imported_at: datetime | None = None
        self._looked_at = 0.0

    def on(self, at: datetime, *, now: bool = False) -> ListedPlaces:
        """As :meth:`places`, with the boundaries of the day of ``at`` and the list of divisions.  Raises ``GRID_…``."""
        own = self._epochs.on(self.places(now=now), at.astimezone(self._pack.zone).date())
        return ListedPlaces(own, self._versions)

    def places(self, *, now: bool = False) -> Places:
        """The registry and the posts; ``now``: of this very moment."""
        known = self._read
        if known is None or now or time.monotonic() - self._looked_at > RECENT_SECONDS:
            with self._database.read() as conn:
                there = turns(conn)
                if known is None or there.get(REGISTRY) != known[0].get(REGISTRY):
                    known = there, store.places(conn, self._pack)
                elif there != known[0]:
                    known = there, known[1].with_people(holdings(conn), absences(conn))
            self._read = known
            self.refresh()
            self._looked_at = time.monotonic()
        return known[1]

    def refresh(self) -> None:
        """Read what boundaries have been imported since the last time, here or in another process, and nothing else."""
        before = self._imported_at
        with self._database.read() as conn:
            changed = boundaries.changed_since(conn, None if before is None else before - LATE)
        self._imported_at = max([each.changed_at for each in changed] + ([before] if before else []), default=None)
        self._epochs.learn(changed)

    def forget(self) -> None:
        """Look whether it has changed at the next question."""
        self._looked_at = 0.0

    def _versions(self, codes: Sequence[str]) -> Mapping[str, Sequence[Listed]]:
        with self._database.read() as conn:
            return store.Book(conn, self._pack.header.code).versions(codes)
