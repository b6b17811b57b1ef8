"""What grid says, hears and obeys."""

from __future__ import annotations

from typing import ClassVar

from gov_grid import element_commands, grid_commands, person_commands, post_commands
from gov_grid.boundary_commands import ImportBoundaries, UndoBoundaries
from govcore.grids.divisions_change import Change
from govcore.messages import BOUNDARIES, DIVISIONS, GRIDS, PERSONS, EventLocated, EventReported, EventUnlocated, Payload
from govcore.messages.calendar import CalendarNoticed

HEARS: tuple[type[Payload], ...] = (EventReported, CalendarNoticed)
SAYS: tuple[type[Payload], ...] = (EventLocated, EventUnlocated, *BOUNDARIES, *DIVISIONS, *PERSONS, *GRIDS)
COMMANDS: tuple[type[Payload], ...] = ()


class ChangeDivision(Payload):
    """A change of the list of divisions 区划变更, through the API."""

    type: ClassVar[str] = "division.change.v1"
    change: Change


LOCAL: tuple[type[Payload], ...] = (
    ChangeDivision,
    ImportBoundaries,
    UndoBoundaries,
    *person_commands.LOCAL,
    *element_commands.LOCAL,
    *grid_commands.LOCAL,
    *post_commands.LOCAL,
)
