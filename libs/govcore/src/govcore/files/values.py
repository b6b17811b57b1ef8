"""What a cell means: a text, a moment, a number.  Each refuses what it cannot read, naming the column."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from govcore.errors import Refusal
from govcore.files.mapping import EXCEL, ISO
from govcore.files.rows import Cell, blank

ERRORS = frozenset(("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"))
"""What a formula leaves in a cell when it fails."""
_EPOCH = datetime(1899, 12, 30)
_SHOWN = 80


def as_text(cell: Cell, column: str) -> str:
    """The cell as it would be read aloud: ``188006.0`` is ``188006``; empty where nothing stands.

    Raises :class:`Refusal` ``ROW_FORMULA_ERROR``.
    """
    if blank(cell):
        return ""
    if isinstance(cell, str):
        text = cell.strip()
        if text in ERRORS:
            raise Refusal("ROW_FORMULA_ERROR", field=column, value=text)
        return text
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell)


def as_time(cell: Cell, column: str, formats: Sequence[str], zone: ZoneInfo) -> datetime | None:
    """The moment, in ``zone`` unless the cell names an offset; a date alone is its midnight; None where nothing stands.

    Raises :class:`Refusal` ``ROW_BAD_DATE`` or ``ROW_FORMULA_ERROR``.
    """
    if isinstance(cell, datetime):
        return _zoned(cell, zone)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=zone)
    text = as_text(cell, column)
    if not text:
        return None
    for wanted in formats:
        try:
            if wanted == ISO:
                return _zoned(datetime.fromisoformat(text), zone)
            if wanted == EXCEL:
                return _zoned(_EPOCH + timedelta(milliseconds=round(float(text) * 86_400_000)), zone)
            return _zoned(datetime.strptime(text, wanted), zone)
        except (ValueError, OverflowError):
            continue
    raise Refusal("ROW_BAD_DATE", field=column, value=text[:_SHOWN], formats=", ".join(formats))


def as_number(cell: Cell, column: str) -> float | None:
    """The number; None where nothing stands.  Raises :class:`Refusal` ``ROW_BAD_NUMBER`` or ``ROW_FORMULA_ERROR``."""
    text = as_text(cell, column)
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Refusal("ROW_BAD_NUMBER", field=column, value=text[:_SHOWN])
    return number


def _zoned(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
