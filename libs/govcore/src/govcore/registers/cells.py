"""The cells of a sheet as people see them: merged cells filled, several sheets looked at, texts and workbooks alike."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from govcore.errors import Refusal
from govcore.files import Cell, Limits, open_table
from govcore.files.rows import blank
from govcore.files.table import cells_of
from govcore.files.workbook import inspect

Cells = Sequence[Cell]
MAX_CELLS = 20_000_000
"""Cells of one sheet, empty ones included: a list of a province has fewer, a broken sheet may claim any number."""


@dataclass(frozen=True, slots=True)
class Block:
    """One sheet: its name (empty for a text file) and its rows, numbered as a spreadsheet shows them.

    ``merged``: rows and columns (from 0) that a merged cell covers beside its first.
    """

    name: str
    rows: list[tuple[int, list[Cell]]]
    merged: frozenset[tuple[int, int]] = frozenset()


def blocks(path: Path, limits: Limits) -> Iterator[Block]:
    """The sheets of a workbook, or the one table of a text file.  Raises :class:`Refusal` ``FILE_…``."""
    kind = open_table(path, limits).kind
    if kind == "xlsx":
        inspect(path, limits)
        yield from _sheets(path)
    elif kind == "csv":
        yield Block("", [(number, cells) for number, cells, _ in cells_of(path, limits)])
    else:
        raise Refusal("FILE_UNKNOWN_KIND", file=path.name, kinds="xlsx, csv, csv.gz")


def _sheets(path: Path) -> Iterator[Block]:
    from python_calamine import CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(path) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                if sheet.total_height * sheet.total_width > MAX_CELLS:
                    raise Refusal("FILE_TOO_LARGE", file=path.name, field=name, limit=MAX_CELLS)
                rows = [[_plain(cell) for cell in cells] for cells in sheet.to_python(skip_empty_area=False)]
                merged = _fill(rows, sheet.merged_cell_ranges or [])
                numbered = [(number, cells) for number, cells in enumerate(rows, 1) if not all(map(blank, cells))]
                yield Block(name, numbered, merged)
    except Refusal:
        raise
    except Exception as error:  # whatever a library makes of a damaged file is one thing to its owner
        raise Refusal("FILE_BROKEN", file=path.name, why=type(error).__name__) from error


def _plain(cell: Cell) -> Cell:
    return None if cell == "" else cell


def _fill(
    rows: list[list[Cell]], ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]
) -> frozenset[tuple[int, int]]:
    """Give every cell of a merged range the value of its first; the cells that were given one, (row number, column)."""
    given: set[tuple[int, int]] = set()
    for (top, left), (bottom, right) in ranges:
        if top >= len(rows):
            continue
        for row, column in itertools.product(range(top, min(bottom + 1, len(rows))), range(left, right + 1)):
            if (row, column) != (top, left) and column < len(rows[row]):
                rows[row][column] = rows[top][left]
                given.add((row + 1, column))
    return frozenset(given)
