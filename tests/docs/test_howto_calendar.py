"""``docs/howto/calendar.md`` does what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import house
import pytest
from typer.testing import CliRunner

from govmesh.cli import app

pytestmark = pytest.mark.slow

PAGE = "docs/howto/calendar.md"


def test_the_program_runs(script_of: Callable[[str], Path]) -> None:
    """The page's program finds what the page's notice moves and settles, and says why in both languages."""
    script = script_of(PAGE)
    done = subprocess.run([sys.executable, str(script)], cwd=script.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Spring Festival" in done.stdout and "春节" in done.stdout


def test_the_commands_run(script_of: Callable[[str], Path]) -> None:
    """Each `due` of the page answers, and its notice is one that `calendar check` takes."""
    text = (house.ROOT / PAGE).read_text(encoding="utf-8")
    commands = re.findall(r"^\./dev run (due .*)$", text, re.M)
    assert len(commands) == 3
    notice = script_of(PAGE).parent / "2027.csv"
    for words in (*(command.split() for command in commands), ["calendar", "check", str(notice)]):
        ran = CliRunner().invoke(app, words, catch_exceptions=False)
        assert ran.exit_code == 0 and ran.output, words
