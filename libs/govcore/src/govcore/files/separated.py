"""Rows of a csv file: whatever separates its cells, however large one of them is."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import TextIO

from govcore.errors import Refusal
from govcore.files.rows import Cell, Limits

SEPARATORS = (",", "\t", ";", "|")
_SKELETON = 8
"""How many times ``row_chars`` the bare separators and quotes of one row may take before the file is refused."""


def records(stream: TextIO, name: str, limits: Limits) -> Iterator[tuple[int, list[Cell], bool]]:
    """Row number, cells, and whether some of a row beyond ``row_chars`` was left out; no blank rows.

    ``stream`` is opened with ``newline=""``.

    Raises :class:`Refusal` ``FILE_QUOTE_NOT_CLOSED`` where a quote opens and the file ends inside it,
    ``FILE_BROKEN`` where a row never ends.
    """
    start = stream.readline(limits.row_chars)
    separator = _separator(start)
    lines = _Lines(start.removeprefix("\ufeff"), stream, separator, limits, name)
    csv.field_size_limit(max(csv.field_size_limit(), (_SKELETON + 1) * limits.row_chars))
    number = 0
    try:
        for cells in csv.reader(lines, delimiter=separator):
            number += 1
            if lines.ended_inside:
                raise Refusal("FILE_QUOTE_NOT_CLOSED", file=name, line=lines.began, row=number)
            cut = lines.next_record()
            if any(cell.strip() for cell in cells):
                yield number, list(cells), cut
    except csv.Error as error:
        raise Refusal("FILE_BROKEN", file=name, line=lines.line, row=number + 1, why=str(error)) from error


def _separator(start: str) -> str:
    bare = re.sub(r'"[^"]*"', "", start)
    return max(SEPARATORS, key=bare.count)


class _Lines:
    """Hands csv.reader one line after another; of a row beyond ``row_chars`` only its skeleton.

    A run of ordinary characters says no more to a csv reader than one of them, so the row ends exactly
    where it would have ended, and its text is never held.
    """

    def __init__(self, start: str, stream: TextIO, separator: str, limits: Limits, name: str) -> None:
        self._first: str | None = start
        self._ahead = ""
        self._stream = stream
        self._ordinary = re.compile(f'[^"\r\n{re.escape(separator)}]+')
        self._limit = limits.row_chars
        self._name = name
        self._kept = self._bones = 0
        self._pulled = False
        self.line = 0
        self.began = 1
        self.ended_inside = False

    def next_record(self) -> bool:
        """The row is complete, what comes next is another one; whether this one was too long."""
        cut = self._bones > 0
        self._kept = self._bones = 0
        self._pulled = False
        self.began = self.line + 1
        return cut

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        piece = self._read()
        if not piece:
            self.ended_inside = self._pulled
            raise StopIteration
        line = self._fit(piece)
        while len(piece) >= self._limit and not piece.endswith(("\n", "\r")):
            piece = self._read()
            line += self._fit(piece)
        self.line += 1
        self._pulled = True
        return line

    def _read(self) -> str:
        if self._first is not None:
            piece, self._first = self._first, None
            return piece
        piece = self._ahead + self._stream.readline(self._limit - len(self._ahead))
        self._ahead = ""
        if len(piece) >= self._limit and piece.endswith("\r"):
            following = self._stream.read(1)  # the window may end between the two halves of a line end
            if following == "\n":
                return piece + following
            self._ahead = following
        return piece

    def _fit(self, piece: str) -> str:
        room = self._limit - self._kept
        if len(piece) <= room:
            self._kept += len(piece)
            return piece
        bones = self._ordinary.sub("x", piece[room:])
        self._kept = self._limit
        self._bones += len(bones)
        if self._bones > _SKELETON * self._limit:
            raise Refusal("FILE_BROKEN", file=self._name, line=self.began, why="row without end")
        return piece[:room] + bones
