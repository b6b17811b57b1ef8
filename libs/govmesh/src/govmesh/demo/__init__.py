"""``govmesh demo``: a working day of reports, answered by the pack's departments under a sped-up clock."""

from govmesh.demo.day import Day
from govmesh.demo.run import run

__all__ = ["Day", "run"]
