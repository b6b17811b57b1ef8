"""Holidays and make-up working days 调休, year by year, in the compact form of a notice.

``MMDD`` days and ``MMDD-MMDD`` ranges (both ends included), separated by spaces: ``1001-1007``,
``0920 1010``.  Year ``*`` holds days fixed by date, used only for a year whose notice is not out.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from govcore.errors import Refusal


class Notice(BaseModel):
    """One holiday of one year: its days off and the days worked in exchange."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    year: int | Literal["*"]
    name: str
    holidays: str = ""
    makeup: str = ""


def days_of(text: str, year: int) -> Iterator[date]:
    """The dates that ``1001-1007 1010`` names in ``year``.

    Raises ``CALENDAR_BAD_NOTICE`` for a day that does not exist or a range that runs backwards.
    """
    for part in text.split():
        first, _, last = part.partition("-")
        try:
            at, end = _day(first, year), _day(last or first, year)
        except ValueError:
            raise Refusal("CALENDAR_BAD_NOTICE", field="holidays", value=part, year=year) from None
        if end < at:
            raise Refusal("CALENDAR_BAD_NOTICE", field="holidays", value=part, year=year)
        while at <= end:
            yield at
            at += timedelta(days=1)


def read_notices(lines: Iterable[str], *, file: str | None = None) -> tuple[Notice, ...]:
    """Read the compact CSV ``year,name,holidays,makeup``; lines that start with ``#`` are remarks.

    Raises ``CALENDAR_BAD_NOTICE`` with file and line, ``CALENDAR_BAD_HEAD`` where the first line names no columns.
    """
    found: list[Notice] = []
    head: list[str] | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = next(csv.reader([line]))
        if head is None:
            if not {"year", "name", "holidays"} <= {cell.strip() for cell in cells}:
                raise Refusal("CALENDAR_BAD_HEAD", file=file, line=number, value=line[:80])
            head = [cell.strip() for cell in cells]
            continue
        row = dict(zip(head, cells, strict=False))
        year = row.get("year") or ""
        try:
            notice = Notice.model_validate({**row, "year": "*" if year == "*" else int(year)})
            list(days_of(f"{notice.holidays} {notice.makeup}", 2024 if notice.year == "*" else notice.year))
            if len(cells) != len(head):
                raise ValueError(line)
        except (ValidationError, ValueError, Refusal) as wrong:
            value = wrong.value if isinstance(wrong, Refusal) else line[:80]
            raise Refusal(
                "CALENDAR_BAD_NOTICE", file=file, line=number, field="holidays", value=value, year=year
            ) from None
        found.append(notice)
    return tuple(found)


def read_notice_file(file: Path) -> tuple[Notice, ...]:
    """The notices of a CSV file in UTF-8.  Raises ``CALENDAR_NO_FILE``, ``CALENDAR_NOT_TEXT``, or what
    :func:`read_notices` does, with the line."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise Refusal("CALENDAR_NO_FILE", file=str(file), reason=error.strerror) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        value = error.object[error.start : error.end].hex()
        raise Refusal("CALENDAR_NOT_TEXT", file=str(file), line=line, value=value) from None
    return read_notices(lines, file=str(file))


@cache
def china() -> tuple[Notice, ...]:
    """The State Council's notices 国务院办公厅节假日安排, 2004–2026, as shipped with govcore."""
    return read_notice_file(Path(__file__).parent / "data" / "cn_notices.csv")


def _day(text: str, year: int) -> date:
    if len(text) != 4 or not text.isascii() or not text.isdigit():
        raise ValueError(text)
    return date(year, int(text[:2]), int(text[2:]))
