"""Load → ask the domain → save.  Every business ``if`` lives in :mod:`govcore.grids` and :mod:`govcore.persons`."""

from __future__ import annotations

from collections.abc import Sequence

from gov_grid.handlers import elements, persons
from gov_grid.handlers.care import Care
from gov_grid.handlers.clock import Clock
from gov_grid.handlers.divisions import Divisions
from gov_grid.handlers.elements import Elements
from gov_grid.handlers.inspections import Inspections
from gov_grid.handlers.persons import Persons
from gov_grid.handlers.places import Places
from gov_grid.handlers.unmasking import Unmasking
from gov_grid.lookup import Lookup
from govmesh.handlers import On
from govmesh.mesh import Mesh

__all__ = ["build"]


def build(mesh: Mesh) -> Sequence[On]:
    """All handlers of grid; the one place that makes them."""
    register, objects = Persons(mesh), Elements(mesh)
    clock = Clock({persons.TIMER: register.woken, elements.TIMER: objects.woken})
    people = (register, Unmasking(mesh, register), Care(mesh))
    parts = (Places(Lookup(mesh)), Divisions(mesh), *people, objects, Inspections(mesh), clock)
    return [on for part in parts for on in part.handlers()]
