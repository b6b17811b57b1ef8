"""The local commands about grids; a ``key`` recognises a repeat, ``on`` is the first day it holds, else today."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from govcore.events.report_in import Said
from govcore.grids import GridPart
from govcore.messages import Payload

Word = Annotated[Said, Field(min_length=1, max_length=40)]
Reason = Annotated[Said, Field(min_length=1, max_length=400)]


class GridCommand(Payload):
    """What every one of them says."""

    reason: Reason
    by: Annotated[Said, Field(min_length=1, max_length=80)] = "desk:grid"
    on: date | None = None
    key: Annotated[Said, Field(min_length=1, max_length=120)] | None = None


class CreateGrid(GridCommand):
    """A new grid."""

    type: ClassVar[str] = "grid.create.v1"
    grid: GridPart
    division: Word
    kind: Word = "comprehensive"
    level: Annotated[Said, Field(max_length=40)] = ""
    parent: Word | None = None


class SplitGrid(GridCommand):
    """One grid becomes several."""

    type: ClassVar[str] = "grid.split.v1"
    code: Word
    into: Annotated[tuple[GridPart, ...], Field(max_length=50)]


class MergeGrids(GridCommand):
    """Several grids of one village become one."""

    type: ClassVar[str] = "grid.merge.v1"
    grids: Annotated[tuple[Word, ...], Field(max_length=50)]
    into: GridPart


class AmendGrid(GridCommand):
    """Another name, level or number of households."""

    type: ClassVar[str] = "grid.amend.v1"
    code: Word
    name: Annotated[Said, Field(min_length=1, max_length=100)] | None = None
    level: Annotated[Said, Field(max_length=40)] | None = None
    households: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class EndGrid(GridCommand):
    """A grid is no more."""

    type: ClassVar[str] = "grid.end.v1"
    code: Word


LOCAL: tuple[type[Payload], ...] = (CreateGrid, SplitGrid, MergeGrids, AmendGrid, EndGrid)
