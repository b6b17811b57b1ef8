"""Rows of a json file: an array, one object a line, or a collection (``features``, ``requests`` …), as a stream."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from typing import Any, TextIO

from govcore.errors import Refusal
from govcore.files.rows import Cell, Limits

COLLECTIONS = ("features", "requests", "service_requests", "reports", "records", "rows", "items", "data", "results")
"""Members of one outer object whose array holds the rows: GeoJSON, Open311 and their like."""
_CHUNK = 1 << 18
_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
_BARE = re.compile(r'["{}\[\]]')
_QUOTED = re.compile(r'["\\]')
_SPACE = re.compile(r"[ \t\r\n\ufeff]*")
_KEY_BEFORE = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:\s*$')


class _Large:
    """Where a value should stand: it is longer than a row may be.  ``field``: the member that is too long."""

    def __init__(self, field: str | None) -> None:
        self.field = field


def items(stream: TextIO, name: str, limits: Limits) -> Iterator[tuple[int, dict[str, Cell] | Refusal]]:
    """Position from 1 and the object, flat: ``{"a": {"b": 1}}`` is ``{"a.b": 1}``, lists stay json text.

    A GeoJSON feature gives its properties, and ``lon`` and ``lat`` of a point.
    Raises :class:`Refusal` ``FILE_BROKEN`` with the line where it stops being json.
    """
    for number, value in enumerate(_values(_Text(stream, name, limits)), start=1):
        if isinstance(value, _Large):
            code = "ROW_CELL_TOO_LARGE" if value.field else "ROW_TOO_LARGE"
            limit = limits.cell_chars if value.field else limits.row_chars
            yield number, Refusal(code, row=number, field=value.field, limit=limit)
        elif isinstance(value, dict):
            yield number, _flat(_feature(value) if value.get("type") == "Feature" else value)
        else:
            yield number, Refusal("ROW_NOT_AN_OBJECT", row=number)


def _values(text: _Text) -> Iterator[Any]:
    if text.peek() == "[":
        yield from _array(text)
        if text.peek():
            raise text.broken("text after the array")
        return
    if text.peek() != "{":
        raise text.broken("neither an array nor an object")
    first = text.value(skip=False)
    if isinstance(first, _Large):
        if (yield from _collection(text)):
            return
        yield first
    elif rows := next((first[key] for key in COLLECTIONS if isinstance(first.get(key), list)), None):
        yield from rows
    elif any(isinstance(first.get(key), list) for key in COLLECTIONS):
        return
    else:
        yield first
    while text.peek():
        yield text.value()


def _array(text: _Text) -> Iterator[Any]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        yield text.value()
        if text.peek() == "]":
            text.take("]")
            return
        text.take(",")


def _collection(text: _Text) -> Generator[Any, None, bool]:
    """Walk through an outer object too large to hold; returns whether it was a collection."""
    text.take("{")
    while text.peek() != "}":
        key = text.value()
        text.take(":")
        if key in COLLECTIONS and text.peek() == "[":
            yield from _array(text)
            return True
        text.value()
        if text.peek() == ",":
            text.take(",")
    text.take("}")
    return False


def _feature(value: dict[str, Any]) -> dict[str, Any]:
    found = dict(value.get("properties") or {}) if isinstance(value.get("properties"), dict) else {}
    if "id" in value:
        found.setdefault("id", value["id"])
    geometry = value.get("geometry")
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        at = geometry.get("coordinates")
        if isinstance(at, list) and len(at) >= 2:
            found.setdefault("lon", at[0])
            found.setdefault("lat", at[1])
    return found


def _flat(value: dict[str, Any], before: str = "") -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for key, inner in value.items():
        if isinstance(inner, dict):
            found.update(_flat(inner, f"{before}{key}."))
        elif isinstance(inner, list):
            found[before + key] = json.dumps(inner, ensure_ascii=False)
        else:
            found[before + key] = inner
    return found


class _Text:
    """A window on the text, as long as one row may be."""

    def __init__(self, stream: TextIO, name: str, limits: Limits) -> None:
        self._stream = stream
        self._name = name
        self._limit = limits.row_chars
        self._window = ""
        self._at = 0
        self._line = 1
        self._ended = False

    def broken(self, why: str) -> Refusal:
        """The file stops being json here."""
        line = self._line + self._window.count("\n", 0, self._at)
        return Refusal("FILE_BROKEN", file=self._name, line=line, why=why)

    def peek(self) -> str:
        """The next character that is not white space; empty at the end."""
        while True:
            if space := _SPACE.match(self._window, self._at):
                self._at = space.end()
            if self._at < len(self._window) or self._ended:
                return self._window[self._at : self._at + 1]
            self._more()

    def take(self, expected: str) -> None:
        """Step over ``expected``."""
        if (found := self.peek()) != expected:
            raise self.broken(f"{found!r}, {expected!r}" if found else f"end, {expected!r}")
        self._at += 1

    def value(self, skip: bool = True) -> Any:
        """The next value; :class:`_Large` for one too long to hold, stepped over unless told not to."""
        self.peek()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._window, self._at)
            except RecursionError as error:
                raise self.broken("nested too deeply") from error
            except json.JSONDecodeError as error:
                if self._ended or not self._unfinished(error):
                    self._at = min(error.pos, len(self._window))
                    raise self.broken(error.msg) from error
                if len(self._window) - self._at > self._limit:
                    large = _Large(self._key_before(error.pos))
                    if skip:
                        self._skip()
                    return large
                self._more()
            except ValueError as error:
                raise self.broken("number too long") from error
            else:
                if end == len(self._window) and not self._ended:
                    self._more()
                    continue
                self._at = end
                return found

    def _unfinished(self, error: json.JSONDecodeError) -> bool:
        return error.msg.startswith("Unterminated string") or error.pos >= len(self._window) - 16

    def _key_before(self, position: int) -> str | None:
        match = _KEY_BEFORE.search(self._window, max(self._at, position - 300), position)
        return match.group(1) if match else None

    def _more(self) -> None:
        self._line += self._window.count("\n", 0, self._at)
        fresh = self._stream.read(_CHUNK)
        self._ended = not fresh
        self._window = self._window[self._at :] + fresh
        self._at = 0

    def _skip(self) -> None:
        """Step over one object, array or text without holding it."""
        depth, quoted = 0, False
        while True:
            match = (_QUOTED if quoted else _BARE).search(self._window, self._at)
            if match is None:
                self._at = len(self._window)
                if self._ended:
                    raise self.broken("end inside a value")
                self._more()
                continue
            self._at, mark = match.end(), match.group()
            if mark == "\\":
                if self._at == len(self._window):
                    self._more()
                self._at += 1
            elif mark == '"':
                quoted = not quoted
            else:
                depth += 1 if mark in "{[" else -1
            if depth <= 0 and not quoted and mark != "\\":
                return
