"""Load → ask the domain → save.  Every business ``if`` lives in :mod:`govcore.events`."""

from __future__ import annotations

from collections.abc import Sequence

from gov_dispatch.handlers import clock, departments, desks, intake, places, renewals
from govcore.packs import way_of
from govmesh.handlers import On
from govmesh.mesh import Mesh

__all__ = ["build"]


def build(mesh: Mesh) -> Sequence[On]:
    """All handlers of dispatch; the one place that makes them."""
    way = way_of(mesh.pack, mesh.ids)
    parts = (
        intake.Intake(mesh, way),
        places.Places(way),
        departments.Departments(way),
        desks.Desks(way),
        clock.Clock(way),
        renewals.Renewals(way),
    )
    return [on for part in parts for on in part.handlers()]
