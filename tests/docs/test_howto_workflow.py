"""``docs/howto/workflow.md`` does what it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import house
import pytest

pytestmark = pytest.mark.slow

PAGE = "docs/howto/workflow.md"


def commands() -> list[tuple[list[str], int]]:
    """The command lines of the page, with the status each says it ends with."""
    text = (house.ROOT / PAGE).read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S) for line in block.splitlines()]
    said = [line.partition("#") for line in lines if line.startswith("govmesh ")]
    return [(line.split()[1:], 1 if "ends with 1" in comment else 0) for line, _, comment in said]


def test_every_block_of_the_page_runs(script_of: Callable[[str], Path]) -> None:
    """The python blocks run from top to bottom, and each command ends as the page says, with the line it names."""
    script = script_of(PAGE)
    assert script.read_text(encoding="utf-8").count(f"# {PAGE}:") >= 3
    done = subprocess.run([sys.executable, script.name], cwd=script.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(commands()) >= 3
    for words, status in commands():
        command = [sys.executable, "-W", "ignore", "-m", "govmesh.cli", *words]
        ran = subprocess.run(command, cwd=script.parent, capture_output=True, text=True, check=False)
        assert ran.returncode == status, (words, ran.stdout, ran.stderr)
        if "--json" in words:
            assert [one["name"] for one in json.loads(ran.stdout)["tables"]] == ["event", "handoff"]
        if status:
            assert "LIFECYCLE_DEAD_END" in ran.stdout and "line=7" in ran.stdout
