"""The rows that were not taken in, as a csv a person opens in a spreadsheet: row, field, value, reason.

It never holds who reported nor free text, and no cell of it is taken for a formula.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from govcore.errors import Refusal
from govcore.files import Mapping, located

COLUMNS = ("row", "field", "value", "code", "zh", "en")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Rejected:
    """One rejected row and its reason, in the words of the file."""

    row: int
    field: str
    value: str
    code: str
    zh: str
    en: str

    @classmethod
    def of(cls, refusal: Refusal) -> Rejected:
        """From a refusal that :func:`govcore.files.map_row` gave."""
        return cls(
            refusal.row or 0,
            refusal.field or "",
            "" if refusal.value is None else str(refusal.value),
            refusal.code,
            refusal.text("zh_CN"),
            refusal.text("en"),
        )

    @classmethod
    def told(cls, row: int, reason: dict[str, Any], mapping: Mapping) -> Rejected:
        """From the mesh's answer; the mapping says which columns a field came from and what must not be quoted."""
        value = reason.get("value")
        at = located(Refusal(str(reason.get("code")), field=reason.get("field"), value=value), row, mapping)
        zh, en = str(reason.get("zh", "")), str(reason.get("en", ""))
        if at.value is None and value not in (None, ""):
            zh, en = (text.replace(str(value), "…") for text in (zh, en))
        return cls(row, at.field or "", "" if at.value is None else str(at.value), at.code, zh, en)


class Extent(BaseModel):
    """How much of a file of rejected rows stood at some moment, and its SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    bytes: int = 0
    sha256: str = ""

    def stands_in(self, path: Path) -> bool:
        """Whether the file still begins with it."""
        try:
            with path.open("rb") as file:
                return sha256(file.read(self.bytes)).hexdigest() == self.sha256
        except FileNotFoundError:
            return False


class Rejects:
    """The file of rejected rows; there is none as long as none was rejected."""

    def __init__(self, path: Path, extent: Extent | None = None) -> None:
        """Goes on after what stood at ``extent``, and drops what an interrupted run wrote beyond it."""
        self.path = path
        kept = b""
        with writing(path):
            if extent is not None and extent.bytes:
                kept = path.read_bytes()[: extent.bytes]
                os.truncate(path, extent.bytes)
            else:
                path.unlink(missing_ok=True)
        self._bytes, self._digest = len(kept), sha256(kept)

    @property
    def extent(self) -> Extent:
        """What stands in it now."""
        return Extent(bytes=self._bytes, sha256=self._digest.hexdigest() if self._bytes else "")

    def add(self, rejected: Iterable[Rejected]) -> None:
        """Write them out, down to the disk.  Raises :class:`Refusal` ``IMPORT_CANNOT_WRITE``."""
        rows = [[_safe(getattr(one, column)) for column in COLUMNS] for one in rejected]
        if not rows:
            return
        text = io.StringIO()
        csv.writer(text).writerows(rows if self._bytes else [COLUMNS, *rows])
        raw = text.getvalue().encode("utf-8" if self._bytes else "utf-8-sig")
        with writing(self.path), self.path.open("ab") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
        self._bytes += len(raw)
        self._digest.update(raw)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns what the system says against writing into :class:`Refusal` ``IMPORT_CANNOT_WRITE``."""
    try:
        yield
    except OSError as error:
        raise Refusal("IMPORT_CANNOT_WRITE", value=str(path), why=error.strerror) from error


def _safe(cell: int | str) -> int | str:
    """The cell so that a spreadsheet shows it and does not compute it."""
    if isinstance(cell, int):
        return cell
    text = cell[:_SHOWN].replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
