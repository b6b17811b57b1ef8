"""Runs the blocks of a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import house
import pytest

BLOCK = re.compile(r"^```(\w+)(?: title=(\S+))?\n(.*?)^```$", re.M | re.S)


@pytest.fixture
def script_of(tmp_path: Path) -> Callable[[str], Path]:
    """Writes the files a page names into a folder, and its python blocks, in order, into ``page.py`` there."""

    def write(page: str) -> Path:
        text = (house.ROOT / page).read_text(encoding="utf-8")
        script = ["from __future__ import annotations"]
        for found in BLOCK.finditer(text):
            kind, title, body = found.groups()
            if title:
                (tmp_path / title).write_text(body, encoding="utf-8")
            elif kind == "python":
                line = text[: found.start(3)].count("\n") + 1
                script.append(f"# {page}:{line}\n{body}")
        at = tmp_path / "page.py"
        at.write_text("\n".join(script), encoding="utf-8")
        return at

    return write
