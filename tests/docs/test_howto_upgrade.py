"""``docs/howto/upgrade.md`` does what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import house
import pytest
import yaml

from govcore.packs import check_pack, load_pack
from govmesh.story import changed_pack

pytestmark = pytest.mark.slow
PAGE = "docs/howto/upgrade.md"


def blocks(kind: str) -> list[str]:
    text = (house.ROOT / PAGE).read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.M | re.S)


def test_every_command_of_the_page_ends_as_it_says(tmp_path: Path) -> None:
    """Checked and compared; what cannot follow ends with 1."""
    lines = [line.partition("#") for block in blocks("sh") for line in block.splitlines()]
    assert len(lines) >= 3
    for words, _, comment in lines:
        command = [sys.executable, "-W", "ignore", "-m", "govmesh.cli", *words.split()[1:]]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert ran.returncode == (1 if "ends with 1" in comment else 0), (words, ran.stdout, ran.stderr)


def test_the_entry_of_the_page_is_read(tmp_path: Path) -> None:
    """With the department still there, and no such successor, both are said with file and line."""
    (entry,) = blocks("yaml")
    folder = load_pack("tongcheng").folder
    pack = changed_pack(folder, {"departments.yaml": yaml.safe_load(entry)}, tmp_path / "pack")
    found = {(one.code, one.field) for one in check_pack(pack)}
    assert {("PACK_FORMER_STILL_THERE", "former[0].code"), ("PACK_NO_SUCCESSOR", "former[0].successor")} <= found, found
