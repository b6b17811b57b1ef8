"""Small files to read, and the real ones where they are."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DATA = Path(os.environ.get("GOVMESH_DATA") or Path(__file__).parents[4].parent / "shared" / "data")

SheetWriter = Callable[..., Path]


@pytest.fixture(scope="session")
def real_file() -> Callable[[str], Path]:
    """The path of a real file by its name under the data folder; skips, naming it, where it is absent."""

    def find(name: str) -> Path:
        path = DATA / name
        if not path.exists():
            pytest.skip(f"missing data file {name} (set GOVMESH_DATA)")
        return path

    return find


@pytest.fixture
def sheet(tmp_path: Path) -> SheetWriter:
    """Writes rows of cells as a workbook and gives its path."""

    def write(*rows: list[Any], name: str = "sheet.xlsx") -> Path:
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        made = book.create_sheet()
        for row in rows:
            made.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def text_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes text in an encoding and gives its path."""

    def write(text: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write
