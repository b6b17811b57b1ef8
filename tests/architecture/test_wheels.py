"""The wheels hold everything: a package installed from its wheel is the package of the tree."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import house
import pytest

pytestmark = pytest.mark.slow


def built(project: Path, to: Path) -> set[str]:
    """The names of the files in the wheel of a project."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(to)],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = to.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())


def left_out(name: str, names: set[str], root: Path = house.ROOT) -> list[str]:
    """Files of the package (data, compiled texts and the mark of typing too) that are not among ``names``."""
    home = house.package(name, root)
    kept = [at for at in house.kept_files(root) if home in at.parents]
    return sorted(inside for at in kept if (inside := at.relative_to(home.parent).as_posix()) not in names)


@pytest.mark.parametrize("name", house.packages())
def test_the_wheel_leaves_nothing_out(name: str, tmp_path: Path) -> None:
    """Every kept file of a package is in its wheel, and nothing but that and the wheel's own record."""
    folder = house.package(name).parent
    names = built(folder.parent if folder.name == "src" else folder, tmp_path)
    house.none_of(left_out(name, names))
    assert {one.split("/")[0].partition("-")[0] for one in names} == {name}


def test_a_file_left_out_is_seen(tmp_path: Path) -> None:
    """A data file that is not in the wheel is named."""
    home = house.package("govcore", tmp_path)
    home.mkdir(parents=True)
    (home / "__init__.py").touch()
    (home / "data.csv").touch()
    assert left_out("govcore", {"govcore/__init__.py"}, tmp_path) == ["govcore/data.csv"]
