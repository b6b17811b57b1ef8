"""``docs/howto/import.md`` does what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from govcore.files.mapping import Constants, Fields, Mapping, Past

ROOT = Path(__file__).parents[4]
PAGE = ROOT / "docs" / "howto" / "import.md"
BLOCK = re.compile(r"^```(\w+)(?: title=(\S+))?\n(.*?)^```$", re.M | re.S)


def test_every_block_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are written where the page names them, python runs from top to bottom in one namespace."""
    monkeypatch.chdir(tmp_path)
    known: dict[str, Any] = {}
    ran = 0
    for kind, title, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if title:
            Path(title).write_text(text, encoding="utf-8")
        elif kind == "python":
            exec(compile(text, f"{PAGE.name}, block {ran + 1}", "exec"), known)
            ran += 1
    assert ran >= 3


def test_every_reason_code_of_the_page_exists() -> None:
    """A code that a reader looks for has a text in both languages."""
    named = set(re.findall(r"`((?:FILE|ROW|REPORT|MAPPING|IMPORT)_[A-Z_]+)`", PAGE.read_text(encoding="utf-8")))
    for lang in ("zh_CN", "en"):
        with (ROOT / f"libs/govcore/src/govcore/locale/{lang}/LC_MESSAGES/files.po").open("rb") as file:
            assert named <= {str(message.id) for message in read_po(file) if message.string}


def test_every_key_of_a_mapping_is_in_the_page() -> None:
    """The table of keys is complete."""
    page = PAGE.read_text(encoding="utf-8")
    for model, before in ((Fields, "fields."), (Past, "history.")):
        for name in model.model_fields:
            assert f"`{before}{name.rstrip('_')}`" in page
    for name in (*Mapping.model_fields, *Constants.model_fields):
        assert f"`{name}`" in page or name in ("fields", "history")
