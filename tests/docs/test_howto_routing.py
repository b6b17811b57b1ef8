"""``docs/howto/routing.md`` does what it says: its commands run, and print what stands below them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import house
import pytest

pytestmark = pytest.mark.slow

PAGE = house.ROOT / "docs/howto/routing.md"
DATA = Path(os.environ.get("GOVMESH_DATA") or house.ROOT.parent / "shared" / "data")
MESSAGES = "messages/taidi_messages.xlsx"
BLOCK = re.compile(r"^```(\w+)(?: title=(\S+))?\n(.*?)^```$", re.M | re.S)


def sections() -> dict[str, str]:
    """The page's parts by heading."""
    first, *rest = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.M)
    assert first.startswith("# ")
    return {part.split("\n", 1)[0]: part for part in rest}


def shown(text: str) -> str:
    """What a command prints, less white space at the ends of lines."""
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def pattern(expected: str) -> re.Pattern[str]:
    """A block as it stands on the page: ``…`` alone on a line is any lines, within one any text."""
    lines = shown(expected).splitlines()
    left_out = (line.strip() == "…" for line in lines)
    return re.compile(
        "".join(
            r"(?:.*\n)*?" if any_lines else re.escape(line).replace("…", ".*") + r"\n"
            for line, any_lines in zip(lines, left_out, strict=True)
        )
    )


def follow(section: str, folder: Path) -> None:
    """Write the files of a part and run its commands; each output below one is what it printed."""
    env = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GOVMESH_HOME": str(folder / "home"),
        "GOVMESH_URL": "http://127.0.0.1:9",
    }
    printed = ""
    for kind, title, body in BLOCK.findall(section):
        if title:
            (folder / title).write_text(body, encoding="utf-8")
        elif kind == "sh":
            done = subprocess.run(
                ["sh", "-ec", body],
                cwd=folder,
                env=env,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout
            printed = shown(done.stdout)
        else:
            assert pattern(body).fullmatch(printed), f"{body}\n--- is not ---\n{printed}"


def test_one_report_is_explained_as_the_page_says(tmp_path: Path) -> None:
    """The first part, which needs no file but its own."""
    follow(sections()["One report"], tmp_path)


@pytest.mark.slow
def test_real_messages_are_explained_and_replayed_as_the_page_says(tmp_path: Path) -> None:
    """The rest of the page, on residents' messages that may not be copied into the project."""
    if not (DATA / MESSAGES).exists():
        pytest.skip(f"missing data file {MESSAGES} (set GOVMESH_DATA)")
    (tmp_path / "taidi_messages.xlsx").symlink_to(DATA / MESSAGES)
    parts = sections()
    for name in ("One report", "Ten messages of a file", "Try a changed set of rules"):
        follow(parts[name], tmp_path)


def test_another_output_is_seen() -> None:
    """A line missing, another word, or a line where none should be is no match; what is left out may be anything."""
    page = pattern("a 1\n…\nb … 2\n")
    assert page.fullmatch("a 1\nx\ny\nb q 2\n") and page.fullmatch("a 1\nb q 2\n")
    assert not page.fullmatch("a 2\nx\nb q 2\n") and not page.fullmatch("a 1\nb q\n2\n")
    assert not pattern("a\nb\n").fullmatch("a\nx\nb\n")
