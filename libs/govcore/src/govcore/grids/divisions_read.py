"""Files of divisions: lists (a code and a name a row) and changes, read row by row, wrong rows with their reason."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from pydantic import ValidationError

from govcore.errors import Refusal
from govcore.grids.codes import CodeProfile
from govcore.grids.divisions_change import KINDS, Change, To

MOST_BYTES = 512 * 1024 * 1024
MOST_NAME = 60
_CODE = ("code", "代码", "区划代码", "统计用区划代码")
_NAME = ("name", "名称", "区划名称")
_ABOVE = ("parent", "provincecode", "citycode", "areacode", "streetcode", "上级代码")
_CHANGE = ("date", "change", "code", "name", "to_code", "to_name")
_WORDS = {"生效日期": "date", "变更": "change", "变更后代码": "to_code", "变更后名称": "to_name"}


class Row(NamedTuple):
    """A good row of a list: its number in the file (the header is 1), the division's normal code, its name."""

    row: int
    code: str
    name: str


def table(raw: bytes, file: str) -> tuple[list[str], Iterator[list[str]]]:
    """The header of a CSV (UTF-8 or GB 18030, gzip or not) in small letters, and its rows.

    Raises ``DIVISION_BAD_FILE``.
    """
    try:
        if raw[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(raw)) as packed:
                raw = packed.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise Refusal("DIVISION_BAD_FILE", file=file, why=f"> {MOST_BYTES} bytes")
        text = _decoded(raw)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise Refusal("DIVISION_BAD_FILE", file=file, why=type(error).__name__) from error
    rows = csv.reader(io.StringIO(text, newline=""))
    head = next(rows, [])
    names = [_WORDS.get(name, name) for name in (cell.strip().lower() for cell in head)]
    return names, rows


def is_changes(head: Sequence[str]) -> bool:
    """Whether a file with this header holds changes, not a list."""
    return "change" in head


def read_list(
    head: Sequence[str], rows: Iterator[list[str]], file: str, profile: CodeProfile
) -> Iterator[Row | Refusal]:
    """Each row of a list: good, or refused with its row and field.

    ``GRID_BAD_CODE``; ``DIVISION_BAD_NAME`` (none, too long, unprintable); ``DIVISION_OTHER_PARENT`` (a column
    names another division above than the code does); ``GRID_DUPLICATE_CODE`` (the file has it, with another name).
    Raises ``DIVISION_BAD_FILE`` for a header without code and name.
    """
    at = _column(head, _CODE), _column(head, _NAME)
    if None in at:
        raise Refusal("DIVISION_BAD_FILE", file=file, line=1, field="code,name", why=",".join(head)[:80])
    code_at, name_at = at[0] or 0, at[1] or 0
    above = [(name, index) for index, name in enumerate(head) if name in _ABOVE]
    least = max(code_at, name_at, *(index for _, index in above)) if above else max(code_at, name_at)
    seen: dict[str, str] = {}
    number = 1
    try:
        for number, cells in enumerate(rows, 2):
            if not any(cells):
                continue
            try:
                if len(cells) <= least:
                    raise Refusal("DIVISION_BAD_NAME", field="columns", value=len(cells))
                code, name = cells[code_at].strip(), cells[name_at].strip()
                normal = profile.normal(code)
                if not _sound(name):
                    raise Refusal("DIVISION_BAD_NAME", field=head[name_at], value=name[:MOST_NAME])
                for column, index in above:
                    if (said := cells[index].strip()) and not code.startswith(said):
                        raise Refusal("DIVISION_OTHER_PARENT", field=column, value=said[:40], child=code)
                if seen.setdefault(normal, name) != name:
                    raise Refusal("GRID_DUPLICATE_CODE", field=head[code_at], value=code)
            except Refusal as no:
                no.file, no.row = file, number
                yield no
                continue
            yield Row(number, normal, name)
    except csv.Error as error:
        yield Refusal("DIVISION_BAD_FILE", file=file, row=number + 1, why=str(error)[:80])


def read_changes(
    head: Sequence[str], rows: Iterator[list[str]], file: str, profile: CodeProfile
) -> tuple[list[tuple[int, Change]], list[Refusal]]:
    """The changes of a file with the row each begins in, by date and then as they stand; wrong rows refused.

    Columns: ``date`` (2024-06-01), ``change`` (``split`` or 拆分, …), ``code``, ``to_code``, ``to_name``.  Rows of
    the same date, change and code are one change with several that follow.
    Raises ``DIVISION_BAD_FILE`` for a header without them.
    """
    if missing := [name for name in ("date", "change", "code") if name not in head]:
        raise Refusal("DIVISION_BAD_FILE", file=file, line=1, field=",".join(missing), why=",".join(head)[:80])
    made: dict[tuple[date, str, str], tuple[int, Change]] = {}
    refused: list[Refusal] = []
    for number, cells in enumerate(rows, 2):
        if not any(cells):
            continue
        said = {name: cell.strip() for name, cell in zip(head, cells, strict=False) if name in _CHANGE}
        try:
            change = _change(said, profile)
        except Refusal as no:
            no.file, no.row = file, number
            refused.append(no)
            continue
        key = (change.on, change.kind, change.code)
        row, before = made.get(key, (number, change))
        if before is not change:
            change = before.model_copy(update={"to": (*before.to, *change.to)})
        made[key] = (row, change)
    return sorted(made.values(), key=lambda one: one[1].on), refused


def _change(said: dict[str, str], profile: CodeProfile) -> Change:
    word = said.get("change", "").lower()
    kind = next((name for name, (chinese, _, _) in KINDS.items() if word in (name, chinese)), None)
    if kind is None:
        raise Refusal("DIVISION_BAD_CHANGE", field="change", value=word[:40], why=", ".join(KINDS))
    code, to, name = said.get("code", ""), said.get("to_code", ""), said.get("to_name", "")
    normal = profile.normal(code or to)
    follows = (To(code=profile.normal(to), name=name),) if to and kind not in ("new", "renamed") else ()
    if name and not _sound(name):
        raise Refusal("DIVISION_BAD_NAME", field="to_name", value=name[:MOST_NAME])
    try:
        on = date.fromisoformat(said.get("date", ""))
        own = name if kind in ("new", "renamed") else ""
        return Change.model_validate({"on": on, "kind": kind, "code": normal, "name": own, "to": follows})
    except (ValueError, ValidationError) as error:
        raise Refusal("DIVISION_BAD_DATE", field="date", value=said.get("date", "")[:40], since="—") from error


def _sound(name: str) -> bool:
    """Characters that the source had no code point for (private use) may stand in a name; controls may not."""
    return 0 < len(name) <= MOST_NAME and min(name) >= " " and "\x7f" not in name


def _column(head: Sequence[str], names: Sequence[str]) -> int | None:
    return next((index for index, name in enumerate(head) if name in names), None)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")
