"""Load → ask the domain → save.  Every business ``if`` lives in :mod:`govcore.grids` and :mod:`govcore.persons`."""

from __future__ import annotations

from collections.abc import Sequence

from gov_grid.handlers.divisions import Divisions
from gov_grid.handlers.places import Places
from gov_grid.lookup import Lookup
from govmesh.handlers import On
from govmesh.mesh import Mesh

__all__ = ["build"]


def build(mesh: Mesh) -> Sequence[On]:
    """All handlers of grid; the one place that makes them."""
    parts = (Places(Lookup(mesh)), Divisions(mesh))
    return [on for part in parts for on in part.handlers()]
