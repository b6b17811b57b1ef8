"""What is done to boundaries through the API: an import, and taking one back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from govcore.grids.bounds import Drawn
from govcore.messages import Payload
from govcore.messages.words import Code, Id


class ImportBoundaries(Payload):
    """The boundaries of a file, every one of them sound, count from a day on (a date of the place; today without it).

    ``digest`` is of the file: the same file again, for the same day, is the same import as long as it was not undone.
    """

    type: ClassVar[str] = "boundaries.import.v1"
    file: Code
    digest: Code
    on: date | None = None
    by: Code
    boundaries: Annotated[tuple[Drawn, ...], Field(min_length=1, max_length=200_000)]


class UndoBoundaries(Payload):
    """What an import changed is again as it was."""

    type: ClassVar[str] = "boundaries.undo.v1"
    batch: Id
