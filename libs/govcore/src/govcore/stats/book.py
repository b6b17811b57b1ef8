"""A report as an xlsx workbook: one sheet a table, heads Chinese with English beneath, formulas in the legend."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from govcore.stats.sheets import Percent, Sheet, Value, sheets

if TYPE_CHECKING:
    from govcore.stats.report import Report

_HEADS = 2
_WIDEST = 48


def workbook(report: Report) -> bytes:
    """The file's bytes."""
    return workbook_of(sheets(report))


def workbook_of(tables: Iterable[Sheet]) -> bytes:
    """The bytes of a file of sheets.  Shares are numbers shown in per cent; one without a value is the word for why."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in tables:
        page = book.create_sheet(f"{sheet.title.zh} {sheet.title.en}"[:31])
        for row, cells in enumerate(_rows(sheet), start=1):
            for column, cell in enumerate(cells, start=1):
                _write(page.cell(row, column), cell)
        for head in (cell for row in page.iter_rows(max_row=_HEADS) for cell in row):
            head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        for column, width in enumerate(_widths(sheet), start=1):
            page.column_dimensions[get_column_letter(column)].width = width
        page.freeze_panes = page.cell(_HEADS + 1, 3)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _rows(sheet: Sheet) -> list[tuple[Value, ...]]:
    return [tuple(head.zh for head in sheet.heads), tuple(head.en for head in sheet.heads), *sheet.rows]


def _write(cell: Any, value: Value) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, Percent):
        if value.value is not None:
            cell.value, cell.number_format = value.value, "0.0%"
            return
        value = str(value)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"  # a name that begins with = is a name
        return
    cell.value = value


def _widths(sheet: Sheet) -> list[int]:
    found = []
    for column, head in enumerate(sheet.heads):
        longest = max((len(str(row[column])) for row in sheet.rows if row[column] is not None), default=0)
        found.append(min(max(12, len(head.zh), longest + 2), _WIDEST))
    return found
