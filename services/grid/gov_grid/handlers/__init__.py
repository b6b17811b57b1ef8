"""Load → ask the domain → save.  Every business ``if`` lives in :mod:`govcore.grids` and :mod:`govcore.persons`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gov_grid.handlers.boundaries import Boundaries
from gov_grid.handlers.divisions import Divisions
from gov_grid.handlers.places import Places
from gov_grid.lookup import Lookup
from govmesh.handlers import On
from govmesh.mesh import Mesh

__all__ = ["build"]


class Part(Protocol):
    """Handlers of one topic."""

    def handlers(self) -> Sequence[On]: ...


def build(mesh: Mesh) -> Sequence[On]:
    """All handlers of grid; the one place that makes them."""
    parts: tuple[Part, ...] = (Places(Lookup.of(mesh)), Divisions(mesh), Boundaries(mesh))
    return [on for part in parts for on in part.handlers()]
