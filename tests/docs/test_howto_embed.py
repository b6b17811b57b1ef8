"""``docs/howto/embed.md`` does what it says, also where nothing else is installed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import venv
from collections.abc import Callable
from pathlib import Path

import house
import pytest

PAGE = "docs/howto/embed.md"
PLUMBING = ("nameko", "kombu", "amqp", "eventlet", "sqlalchemy", "alembic", "psycopg2", "werkzeug", "govmesh")


def ran(*command: str | Path, cwd: Path) -> str:
    """What a command printed; fails with what it complained of."""
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def lock_of(names: set[str]) -> str:
    """The lines of requirements.lock for these packages, with their hashes."""
    lock = (house.ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.findall(r"^([a-z0-9][a-z0-9.-]*)(==\S+(?: \\\n    --hash=\S+)+)$", lock, re.M)
    found = {name: name + rest for name, rest in entries if name in names}
    assert found.keys() == names, names - found.keys()
    return "\n".join(found.values()) + "\n"


def needs_of_govcore() -> set[str]:
    """Everything that ``govcore[all]`` needs, and what that needs in turn, as it is installed here."""
    from importlib.metadata import requires

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


def test_every_block_of_the_page_runs(script_of: Callable[[str], Path]) -> None:
    """The python blocks run from top to bottom, and what they assert holds."""
    script = script_of(PAGE)
    assert script.read_text(encoding="utf-8").count(f"# {PAGE}:") >= 6
    ran(sys.executable, script.name, cwd=script.parent)


@pytest.mark.slow
def test_the_wheel_alone_does_it(script_of: Callable[[str], Path], tmp_path: Path) -> None:
    """In a clean environment with the wheels of govcore and govpacks and what govcore asks for, the page runs.

    No broker and no database is installed there, and importing govcore brings nothing but pydantic.
    """
    wheels, home = tmp_path / "wheels", tmp_path / "venv"
    for project in ("govcore", "govpacks"):
        ran(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", wheels, cwd=house.ROOT / "libs" / project)
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    pip = (
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
    )
    locked = tmp_path / "locked.txt"
    locked.write_text(lock_of(needs_of_govcore()), encoding="utf-8")
    ran(*pip, "--no-deps", "--require-hashes", "-r", locked, cwd=tmp_path)
    ran(*pip, "--no-deps", "--no-index", *wheels.glob("*.whl"), cwd=tmp_path)
    ran(python, "-I", script_of(PAGE).name, cwd=tmp_path)
    there = "import importlib.util, json; print(json.dumps([m for m in %r if importlib.util.find_spec(m)]))" % (
        PLUMBING,
    )
    assert json.loads(ran(python, "-I", "-c", there, cwd=tmp_path)) == []
    brought = "import sys; before = set(sys.modules); import govcore.embed; print(*{m.split('.')[0] for m in set(sys.modules) - before})"
    loaded = set(ran(python, "-I", "-c", brought, cwd=tmp_path).split()) - house.STDLIB
    assert loaded <= {
        "govcore",
        "pydantic",
        "pydantic_core",
        "annotated_types",
        "typing_extensions",
        "typing_inspection",
    }
