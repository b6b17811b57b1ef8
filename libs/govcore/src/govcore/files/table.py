"""A file opened as a table: which kind it is, its columns, its rows.

What a file is, its first bytes say, not its name: a workbook called ``.csv`` is a workbook.
"""

from __future__ import annotations

import gzip
import io
import itertools
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, cast

from govcore.errors import Refusal
from govcore.files import encoding as encodings
from govcore.files import objects, separated, workbook
from govcore.files.rows import Cell, Limits, Row, checked, head, row_of

Kind = Literal["xlsx", "csv", "json"]
KINDS = ("xlsx", "csv", "csv.gz", "json", "json.gz")
_JSON_NAMES = (".json", ".jsonl", ".ndjson", ".geojson")
_TEXT_NAMES = (".csv", ".tsv", ".txt", *_JSON_NAMES)
_ZIP, _GZIP, _OLE = b"PK", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"
_PEEK = 200
"""Objects of a json file that are looked at to learn its columns: not every object has every member."""


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file.  ``columns``: as :func:`govcore.files.rows.head` names them; ``rows()`` reads from the start."""

    path: Path
    kind: Kind
    columns: tuple[str, ...]
    limits: Limits
    encoding: str | None = None

    def rows(self) -> Iterator[Row]:
        """Every row that is not blank, read as it is asked for.

        Raises :class:`Refusal` ``FILE_BROKEN`` or ``FILE_QUOTE_NOT_CLOSED`` where the file cannot be read on.
        """
        if self.kind == "json":
            yield from _objects(self.path, str(self.encoding), self.limits)
            return
        records = _records(self.path, self.kind, self.encoding, self.limits)
        next(records, None)
        for number, cells, cut in records:
            yield row_of(number, self.columns, cells, self.limits, cut)

    def rows_guessed(self) -> int | None:
        """About how many rows, for a progress bar; None where only reading would tell."""
        if self.kind == "xlsx":
            said = workbook.rows_said(self.path)
            return said - 1 if said else None
        with _bytes(self.path) as stream:
            lines = sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b""))
        return lines if lines > 1 else None


def open_table(path: Path | str, limits: Limits | None = None, encoding: str | None = None) -> Table:
    """Look into a file.  ``encoding``: what a text file is said to be in, where the bytes do not tell.

    Raises :class:`Refusal`: ``FILE_NOT_FOUND``, ``FILE_UNKNOWN_KIND``, ``FILE_EMPTY``, ``FILE_BROKEN``,
    ``FILE_TOO_LARGE``, ``FILE_BAD_ENCODING`` (with the line), ``FILE_QUOTE_NOT_CLOSED``.
    """
    path, limits = Path(path), limits or Limits()
    kind = _kind(path)
    if kind == "xlsx":
        return Table(path, kind, _columns(path, kind, None, limits), limits)
    found = _recognise(path, encoding)
    if kind == "json":
        first = itertools.islice(_objects(path, found, limits), _PEEK)
        columns = tuple(dict.fromkeys(name for row in first for name in row.values))
        if not columns:
            raise Refusal("FILE_EMPTY", file=path.name)
        return Table(path, kind, columns, limits, found)
    return Table(path, kind, _columns(path, kind, found, limits), limits, found)


def read_rows(path: Path | str, limits: Limits | None = None, encoding: str | None = None) -> Iterator[Row]:
    """The rows of an xlsx, csv, csv.gz or json file, one at a time; raises what :func:`open_table` does."""
    yield from open_table(path, limits, encoding).rows()


def cells_of(path: Path, limits: Limits) -> Iterator[tuple[int, list[Cell], bool]]:
    """Every row of a text file as it stands, the head not told apart; raises what :func:`open_table` does."""
    yield from _records(path, "csv", _recognise(path, None), limits)


def _kind(path: Path) -> Kind:
    try:
        with path.open("rb") as raw:
            start = raw.read(4)
        if start.startswith(_GZIP):
            with _bytes(path) as stream:
                start = stream.read(4)
    except FileNotFoundError as error:
        raise Refusal("FILE_NOT_FOUND", file=str(path)) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Refusal("FILE_BROKEN", file=path.name, why=type(error).__name__) from error
    except OSError as error:
        raise Refusal("FILE_NOT_READABLE", file=str(path), why=error.strerror) from error
    name = path.name.lower().removesuffix(".gz")
    if not start:
        raise Refusal("FILE_EMPTY", file=path.name)
    if start.startswith(_ZIP) and name == path.name.lower():
        return "xlsx"
    if name.endswith(".xlsx") and not start.startswith(_OLE):
        raise Refusal("FILE_BROKEN", file=path.name, why="no zip archive")
    if start.startswith((_OLE, _ZIP)) or not name.endswith(_TEXT_NAMES):
        raise Refusal("FILE_UNKNOWN_KIND", file=path.name, kinds=", ".join(KINDS))
    return "json" if name.endswith(_JSON_NAMES) else "csv"


def _bytes(path: Path) -> IO[bytes]:
    with path.open("rb") as raw:
        packed = raw.read(2) == _GZIP
    return cast(IO[bytes], gzip.open(path)) if packed else path.open("rb")


def _recognise(path: Path, encoding: str | None) -> str:
    try:
        return encodings.recognise(lambda: _bytes(path), path.name, encoding)
    except (EOFError, zlib.error, OSError) as error:
        raise Refusal("FILE_BROKEN", file=path.name, why=type(error).__name__) from error


def _records(path: Path, kind: Kind, encoding: str | None, limits: Limits) -> Iterator[tuple[int, list[Cell], bool]]:
    if kind == "xlsx":
        yield from workbook.records(path, limits)
        return
    with io.TextIOWrapper(_bytes(path), encoding, newline="") as text:
        yield from separated.records(text, path.name, limits)


def _columns(path: Path, kind: Kind, encoding: str | None, limits: Limits) -> tuple[str, ...]:
    records = _records(path, kind, encoding, limits)
    first = next(records, None)
    records.close()  # type: ignore[attr-defined]
    if first is None:
        raise Refusal("FILE_EMPTY", file=path.name)
    if first[2] or any(isinstance(cell, str) and len(cell) > limits.cell_chars for cell in first[1]):
        raise Refusal("FILE_BROKEN", file=path.name, row=first[0], why="no head")
    return head(first[1])


def _objects(path: Path, encoding: str, limits: Limits) -> Iterator[Row]:
    with io.TextIOWrapper(_bytes(path), encoding) as text:
        for number, found in objects.items(text, path.name, limits):
            yield Row(number, {}, found) if isinstance(found, Refusal) else checked(number, found, limits)
