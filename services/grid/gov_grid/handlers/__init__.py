"""Load → ask the domain → save.  Every business ``if`` lives in :mod:`govcore.grids` and :mod:`govcore.persons`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gov_grid.handlers import cover, elements, persons
from gov_grid.handlers.boundaries import Boundaries
from gov_grid.handlers.care import Care
from gov_grid.handlers.changing import Changing
from gov_grid.handlers.clock import Clock
from gov_grid.handlers.divisions import Divisions
from gov_grid.handlers.elements import Elements
from gov_grid.handlers.following import Following
from gov_grid.handlers.inspections import Inspections
from gov_grid.handlers.persons import Persons
from gov_grid.handlers.places import Places
from gov_grid.handlers.posts import Posts
from gov_grid.handlers.unmasking import Unmasking
from gov_grid.lookup import lookup_of
from govmesh.handlers import On
from govmesh.mesh import Mesh

__all__ = ["build"]


class Part(Protocol):
    """Handlers of one topic."""

    def handlers(self) -> Sequence[On]: ...


def build(mesh: Mesh) -> Sequence[On]:
    """All handlers of grid; the one place that makes them."""
    register, objects, watch = Persons(mesh), Elements(mesh), cover.Cover(mesh)
    woken = {persons.TIMER: register.woken, elements.TIMER: objects.woken}
    clock = Clock({**woken, cover.ONE: watch.one, cover.ALL: watch.all})
    people = (register, Unmasking(mesh, register), Care(mesh))
    grids = (Changing(mesh, Following(mesh.pack)), Posts(mesh), watch)
    places = (Places(lookup_of(mesh)), Divisions(mesh), Boundaries(mesh))
    parts: tuple[Part, ...] = (*places, *people, objects, Inspections(mesh), *grids, clock)
    return [on for part in parts for on in part.handlers()]
