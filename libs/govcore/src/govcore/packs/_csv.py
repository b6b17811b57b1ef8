"""Tables of a pack: UTF-8 CSV with a head line; columns by name, in any order."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govcore.errors import Refusal

Row = tuple[int, Sequence[str]]
"""Line number in the file, and the cells in the order the columns were asked for."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a pack, in the order of its file."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def refuse(self, code: str, line: int, column: str, value: str, **params: Any) -> Refusal:
        """A refusal that points at one cell."""
        return Refusal(code, file=self.file, line=line, field=column, value=value, **params)


def read_table(
    path: Path, columns: Sequence[str], findings: list[Refusal], *, optional: Sequence[str] = (), required: bool = True
) -> Table | None:
    """The named columns of a file; ``optional`` ones are empty where the file has none.

    Refusals: ``PACK_FILE_MISSING``, ``PACK_FILE_UNREADABLE``, ``PACK_ENCODING``, ``PACK_COLUMN_MISSING``,
    ``PACK_COLUMN_UNKNOWN``, ``PACK_ROW_LENGTH``.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            return _read(path, csv.reader(handle), (*columns, *optional), set(columns), findings)
    except FileNotFoundError:
        if required:
            findings.append(Refusal("PACK_FILE_MISSING", file=str(path), field=path.name))
    except UnicodeDecodeError as error:
        findings.append(Refusal("PACK_ENCODING", file=str(path), line=1, field=path.name, why=error.reason))
    except (OSError, csv.Error) as error:
        findings.append(unreadable(path, error))
    return None


def unreadable(path: Path, error: Exception) -> Refusal:
    """``PACK_FILE_UNREADABLE``: there is something of that name, and it is no file that can be read."""
    why = error.strerror if isinstance(error, OSError) else None
    return Refusal("PACK_FILE_UNREADABLE", file=str(path), field=path.name, why=why or str(error))


def _read(
    path: Path, lines: Iterator[list[str]], wanted: tuple[str, ...], needed: set[str], findings: list[Refusal]
) -> Table | None:
    head = next(lines, [])
    for column in sorted(needed.difference(head)):
        findings.append(Refusal("PACK_COLUMN_MISSING", file=str(path), line=1, field=column))
    for column in sorted(set(head).difference(wanted)):
        findings.append(Refusal("PACK_COLUMN_UNKNOWN", file=str(path), line=1, field=column))
    if not needed <= set(head):
        return None
    places = [head.index(column) if column in head else len(head) for column in wanted]
    rows: list[Row] = []
    for number, cells in enumerate(lines, start=2):
        if not cells:
            continue
        if len(cells) != len(head):
            findings.append(
                Refusal("PACK_ROW_LENGTH", file=str(path), line=number, field="", value=len(cells), wanted=len(head))
            )
            continue
        cells.append("")
        rows.append((number, [cells[place] for place in places]))
    return Table(str(path), wanted, tuple(rows))
