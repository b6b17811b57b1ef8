"""``docs/howto/embed.md`` does what it says, also where nothing else is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Callable
from importlib.metadata import distribution, requires
from pathlib import Path

import house
import pytest

pytestmark = pytest.mark.slow

PAGE = "docs/howto/embed.md"
PLUMBING = ("nameko", "kombu", "amqp", "eventlet", "sqlalchemy", "alembic", "psycopg2", "werkzeug", "govmesh")
PYDANTIC = ("pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection")


def ran(*command: str | Path, cwd: Path) -> str:
    """What a command printed; fails with what it complained of."""
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def needs_of_govcore() -> set[str]:
    """Everything that ``govcore[all]`` needs, and what that needs in turn, as it is installed here."""
    said = tomllib.loads((house.ROOT / "libs/govcore/pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = said["optional-dependencies"].values()
    todo = [*said["dependencies"], *(one for extra in extras for one in extra if not one.startswith("govcore"))]
    found: set[str] = set()
    while todo:
        requirement = todo.pop()
        name = re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", requirement)[0]).lower()
        if name in found or "extra ==" in requirement:
            continue
        found.add(name)
        todo += requires(name) or []
    return found


def copied(name: str, to: Path) -> None:
    """An installed package as it was unpacked from its wheel, without the commands it brings."""
    for file in distribution(name).files or ():
        if ".." not in file.parts and "__pycache__" not in file.parts:
            (to / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(file.locate()), to / file)


def test_every_block_of_the_page_runs(script_of: Callable[[str], Path]) -> None:
    """The python blocks run from top to bottom, and what they assert holds."""
    script = script_of(PAGE)
    assert script.read_text(encoding="utf-8").count(f"# {PAGE}:") >= 6
    ran(sys.executable, script.name, cwd=script.parent)


@pytest.mark.slow
def test_the_wheel_alone_does_it(script_of: Callable[[str], Path], tmp_path: Path) -> None:
    """In a clean environment with the wheels of govcore and govpacks and what they ask for, the page runs.

    No broker and no database is there, and importing govcore brings nothing but pydantic and check digits.
    """
    wheels, home = tmp_path / "wheels", tmp_path / "venv"
    for project in ("govcore", "govpacks"):
        ran(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", wheels, cwd=house.ROOT / "libs" / project)
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    (site,) = home.glob("lib/python*/site-packages")
    for name in needs_of_govcore():
        copied(name, site)
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "install", "--quiet")
    ran(*pip, "--no-input", "--no-deps", "--no-index", *wheels.glob("*.whl"), cwd=tmp_path)
    ran(python, "-I", script_of(PAGE).name, cwd=tmp_path)
    there = f"import importlib.util as u; print(*[m for m in {PLUMBING!r} if u.find_spec(m)])"
    assert ran(python, "-I", "-c", there, cwd=tmp_path).split() == []
    brought = "import sys; old = {*sys.modules}; import govcore.embed; print(*{*sys.modules} - old)"
    loaded = {name.split(".")[0] for name in ran(python, "-I", "-c", brought, cwd=tmp_path).split()}
    assert {name for name in loaded - house.STDLIB if not name.startswith("_")} == {"govcore", "stdnum", *PYDANTIC}
