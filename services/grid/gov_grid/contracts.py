"""What grid says, hears and obeys."""

from __future__ import annotations

from typing import ClassVar

from gov_grid.boundary_commands import ImportBoundaries, UndoBoundaries
from govcore.grids.divisions_change import Change
from govcore.messages import BOUNDARIES, DIVISIONS, EventLocated, EventReported, EventUnlocated, Payload

HEARS: tuple[type[Payload], ...] = (EventReported,)
SAYS: tuple[type[Payload], ...] = (EventLocated, EventUnlocated, *DIVISIONS, *BOUNDARIES)
COMMANDS: tuple[type[Payload], ...] = ()


class ChangeDivision(Payload):
    """A change of the list of divisions 区划变更, through the API."""

    type: ClassVar[str] = "division.change.v1"
    change: Change


LOCAL: tuple[type[Payload], ...] = (ChangeDivision, ImportBoundaries, UndoBoundaries)
