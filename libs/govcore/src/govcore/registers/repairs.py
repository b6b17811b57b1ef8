"""What a cell was meant to be: digits of any width, codes that became numbers, dates written five ways.

Only what has one reading is repaired, and every repair is told; what has several, or has lost something, is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from govcore.errors import Refusal
from govcore.files import Cell
from govcore.files.values import ERRORS
from govcore.registers.form import Field

EXACT = 15
"""Digits a spreadsheet keeps of a number; those after it are zeros it made up."""
_ASIDE = 80
_EXPONENT = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_BETWEEN_HAN = re.compile(r"(?<=[一-鿿])\s+(?=[一-鿿])")
_YMD = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_YM = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_OR_MONTH = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4}|\d{2})")
_EPOCH = date(1899, 12, 30)
_SERIALS = range(10_000, 80_000)  # 1927 to 2119: a smaller number is a year or a count


def read(cell: Cell, field: Field) -> str | int | float | date | None:
    """The value of a cell, None where nothing stands.

    Raises :class:`Refusal` ``REGISTER_…`` or ``ROW_…`` with the column; a personal value is not in it.
    """
    text = _text(cell)
    if text in ERRORS:
        raise Refusal("ROW_FORMULA_ERROR", field=field.titles[0], value=text)
    if not text:
        return None
    return _READERS[field.kind](cell, text, field)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFKC", str(cell)).replace("\ufeff", "").strip()


def _no(code: str, text: str, field: Field, **more: Any) -> Refusal:
    return Refusal(code, field=field.titles[0], value=None if field.personal else text[:_ASIDE], **more)


def _as_text(cell: Cell, text: str, field: Field) -> str:
    return _BETWEEN_HAN.sub("", " ".join(text.split()))


def _as_code(cell: Cell, text: str, field: Field) -> str:
    """A code of digits; a number that lost digits is refused, eaten zeros are put back where one length fits."""
    bare = re.sub(r"[\s'’`,-]", "", text)
    if _EXPONENT.fullmatch(bare):
        # a text "6.1E+11": what came after the digits shown is gone, unless all of them are shown
        shown, _, power = bare.upper().partition("E")
        if len(shown.replace(".", "")) <= int(power):
            raise _no("REGISTER_DIGITS_LOST", text, field)
        bare = str(int(Decimal(bare)))
    if not field.digits:
        return bare
    if not bare.isdecimal():
        raise _no("REGISTER_NOT_DIGITS", text, field)
    if isinstance(cell, int | float) and len(bare) > EXACT:
        raise _no("REGISTER_DIGITS_LOST", text, field)
    if len(bare) in field.digits:
        return bare
    longer = [length for length in field.digits if length > len(bare)]
    if isinstance(cell, int | float) and len(longer) == 1 == longer[0] - len(bare):
        return bare.zfill(longer[0])
    raise _no("REGISTER_WRONG_LENGTH", text, field, digits=" / ".join(map(str, field.digits)), got=len(bare))


def _as_date(cell: Cell, text: str, field: Field) -> date:
    """A day, from a real date or one of the ways it is written; a month alone, or 3/4/2023, is not one day."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    bare = text.strip("'’")
    try:
        if found := _YMD.fullmatch(bare) or _COMPACT.fullmatch(bare):
            return date(*map(int, found.groups()))
        if bare.isdecimal() and int(bare) in _SERIALS:
            return _EPOCH + timedelta(days=int(bare))
        if found := _DAY_OR_MONTH.fullmatch(bare):
            first, second, year = map(int, found.groups())
            if len(found[3]) == 4 and (first == second or max(first, second) > 12):
                return date(year, *sorted((first, second)))
            raise _no("REGISTER_DATE_AMBIGUOUS", text, field)
    except ValueError:
        pass
    raise _no("REGISTER_DATE_NO_DAY" if _YM.fullmatch(bare) else "REGISTER_BAD_DATE", text, field)


def _as_number(cell: Cell, text: str, field: Field) -> float:
    try:
        found = Decimal(re.sub(r"[,\s]", "", text))
    except InvalidOperation:
        raise _no("ROW_BAD_NUMBER", text, field) from None
    if not found.is_finite():
        raise _no("ROW_BAD_NUMBER", text, field)
    return float(found)


def _as_whole(cell: Cell, text: str, field: Field) -> int:
    """A count: ``1,058``, ``36户`` and ``12.0`` are whole; a half is not."""
    counted = re.fullmatch(r"([\d,\s.]+?)\s*[一-鿿]?", text)
    found = _as_number(cell, counted[1] if counted else text, field)
    if not found.is_integer() or abs(found) > 10**12:
        raise _no("REGISTER_NOT_WHOLE", text, field)
    return int(found)


def _as_phone(cell: Cell, text: str, field: Field) -> str:
    """A mobile or fixed number as digits; several in one cell are not one number."""
    bare = re.sub(r"[\s()'’-]", "", text).removeprefix("+86")
    if _EXPONENT.fullmatch(bare) or not re.fullmatch(r"1\d{10}|0\d{9,11}|[2-9]\d{6,7}|400\d{7}", bare):
        raise _no("REGISTER_BAD_PHONE", text, field)
    return bare


def _as_choice(cell: Cell, text: str, field: Field) -> str:
    word = re.sub(r"\s", "", text)
    if word not in field.choices:
        raise _no("REGISTER_UNKNOWN_CHOICE", text, field, choices=" / ".join(field.choices))
    return field.choices[word]


_READERS: dict[str, Callable[[Cell, str, Field], str | int | float | date]] = {
    "text": _as_text,
    "code": _as_code,
    "date": _as_date,
    "whole": _as_whole,
    "number": _as_number,
    "phone": _as_phone,
    "choice": _as_choice,
}
