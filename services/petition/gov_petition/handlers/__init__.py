"""Load → ask the domain → save.  Every business ``if`` lives in :mod:`govcore.petitions` and ``following.py``."""

from __future__ import annotations

from collections.abc import Sequence

from gov_petition.handlers import clock, desk, intake, results
from govcore.petitions import Law
from govmesh.handlers import On
from govmesh.mesh import Mesh


def build(mesh: Mesh) -> Sequence[On]:
    """All handlers of petition; the one place that makes them."""
    law = Law(mesh.pack.calendars)
    parts = (intake.Intake(mesh, law), desk.Desk(law), results.Results(law), clock.Clock(law))
    return [on for part in parts for on in part.handlers()]


__all__ = ["build"]
