"""One row of a file, and how large one may be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from govcore.errors import Refusal

Cell = str | int | float | bool | datetime | date | time | timedelta | None
"""What stands in a cell: texts from csv, real dates and numbers from xlsx and json."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL and halves of surrogate pairs: no database and no UTF-8 text takes them."""


class Limits(BaseModel):
    """How much of a file is held in memory at once; a mapping may set its own.

    ``cell_chars``: characters of one cell (Excel itself stops at 32,767); ``row_chars``: of one row;
    ``unpacked_row_bytes``: XML of one row of an xlsx; ``strings_bytes``: its table of shared texts, the one
    part of the format that has to be held whole; ``unpacked_bytes``: any one part of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    cell_chars: PositiveInt = 100_000
    row_chars: Annotated[int, Field(ge=2)] = 1_000_000
    unpacked_row_bytes: PositiveInt = 32 * 2**20
    strings_bytes: PositiveInt = 128 * 2**20
    unpacked_bytes: PositiveInt = 2 * 2**30


@dataclass(frozen=True, slots=True)
class Row:
    """One row by column name.

    ``number`` is the row a spreadsheet shows (the head is row 1); in json, where there is no head, the
    position from 1.  A row that cannot be used carries its ``refusal`` and what could be read of it.
    """

    number: int
    values: dict[str, Cell] = field(default_factory=dict)
    refusal: Refusal | None = None


def head(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Column names as a mapping writes them: without white space around, each once.

    The second ``备注`` is called ``备注#2``, a column without a name ``#3`` by its position.
    """
    names: list[str] = []
    for position, cell in enumerate(cells, start=1):
        name = " ".join(str(cell).replace("\ufeff", "").split()) if cell is not None else ""
        name = name or f"#{position}"
        times = 1 + sum(known.rsplit("#", 1)[0] == name for known in names)
        names.append(f"{name}#{times}" if name in names else name)
    while names and names[-1] == f"#{len(names)}":
        names.pop()
    return tuple(names)


def row_of(number: int, names: Sequence[str], cells: Sequence[Cell], limits: Limits, cut: bool = False) -> Row:
    """Cells in the order of the head as a row; missing ones at the end are None.  ``cut``: some was left out."""
    spare = [at for at, cell in enumerate(cells[len(names) :], start=len(names) + 1) if not blank(cell)]
    values = dict(zip(names, cells, strict=False))
    for name in names[len(cells) :]:
        values[name] = None
    refusal = None
    if cut:
        refusal = Refusal("ROW_TOO_LARGE", row=number, limit=limits.row_chars)
    elif spare:
        refusal = Refusal("ROW_TOO_MANY_CELLS", row=number, field=f"#{spare[0]}", cells=spare[-1], columns=len(names))
    return checked(number, values, limits, refusal)


def checked(number: int, values: dict[str, Any], limits: Limits, refusal: Refusal | None = None) -> Row:
    """The row, refused where a cell is too large or holds characters that cannot be stored."""
    for name, cell in values.items():
        if not isinstance(cell, str):
            continue
        if len(cell) > limits.cell_chars:
            values[name] = None
            refusal = Refusal("ROW_CELL_TOO_LARGE", row=number, field=name, limit=limits.cell_chars)
        elif _UNSTORABLE.search(cell):
            values[name] = None
            refusal = refusal or Refusal("ROW_BAD_CHARACTER", row=number, field=name)
    return Row(number, values, refusal)


def blank(cell: Cell) -> bool:
    """Nothing there, or only white space."""
    return cell is None or (isinstance(cell, str) and not cell.strip())
