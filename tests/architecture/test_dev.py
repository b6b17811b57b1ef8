"""The one script: explains itself, and says clearly what is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import house
import pytest

TOOLS = ("sh", "dirname", "cksum", "cat", "date", "mkdir", "rm", "id", "grep", "tail", "basename")


def dev(*words: str, root: Path = house.ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(root / "dev"), *words],
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def bare(tmp_path: Path) -> tuple[Path, Path]:
    """A copy of the script with what it reads, and a folder of programs with no Python among them."""
    root, programs = tmp_path / "a house", tmp_path / "bin"
    root.mkdir()
    programs.mkdir()
    for name in ("dev", "requirements.lock"):
        shutil.copy(house.ROOT / name, root / name)
    for project in house.ROOT.glob("*/*/pyproject.toml"):
        (root / project.relative_to(house.ROOT)).parent.mkdir(parents=True)
        shutil.copy(project, root / project.relative_to(house.ROOT))
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, tool
        (programs / tool).symlink_to(found)
    return root, programs


def script(at: Path, text: str) -> None:
    at.write_text("#!/bin/sh\n" + text)
    at.chmod(0o755)


@pytest.mark.parametrize("words", [(), ("help",), ("--help",)])
def test_it_explains_itself(words: tuple[str, ...]) -> None:
    """Without a command, and when asked for help, it names every command and succeeds."""
    done = dev(*words)
    assert done.returncode == 0
    for command in ("demo", "up", "run", "check", "test", "faults", "bench"):
        assert re.search(rf"^  {command}\b", done.stdout, re.M), command


def test_an_unknown_command_is_refused() -> None:
    """A word it does not know ends with a status that is not 0, and with the explanation."""
    done = dev("dmeo")
    assert done.returncode != 0
    assert "no command 'dmeo'" in done.stderr
    assert "./dev COMMAND" in done.stderr


def test_an_unknown_bench_is_refused() -> None:
    """A bench that does not exist is named before anything is set up."""
    done = dev("bench", "nothing")
    assert done.returncode != 0
    assert "no bench 'nothing'" in done.stderr


def test_without_python_it_says_what_to_install(bare: tuple[Path, Path]) -> None:
    """With no Python, or only one that is too old, it says which is needed and how to name one."""
    root, programs = bare
    for name in ("python3", "python3.11"):
        script(programs / name, "exit 1\n")
    done = dev("check", root=root, PATH=str(programs))
    assert done.returncode != 0
    assert "no Python 3.11 or newer found" in done.stderr
    assert "PYTHON=" in done.stderr


def test_without_venv_it_says_what_to_install(bare: tuple[Path, Path]) -> None:
    """With a Python that cannot make a virtual environment and no right to install, it names Debian's package."""
    root, programs = bare
    script(programs / "python3", '[ "$1" != -m ] || { echo ensurepip is not available; exit 1; }\necho Python 3.11.2\n')
    done = dev("check", root=root, PATH=str(programs))
    assert done.returncode != 0
    assert "apt-get install python3-venv" in done.stderr
    assert not (root / ".venv").exists()


def test_without_venv_root_on_debian_gets_it(bare: tuple[Path, Path]) -> None:
    """Where it may, it installs Debian's package and goes on; what fails after that is told from its log."""
    root, programs = bare
    made = programs / "installed"
    script(programs / "id", "echo 0\n")
    script(programs / "apt-get", f'case "$*" in *python3-venv*) echo >{made} ;; esac\n')
    script(
        programs / "python3",
        f"""case "$2" in
  venv) [ -e {made} ] || exit 1
        for last; do :; done
        mkdir -p "$last/bin"
        printf '#!/bin/sh\\n[ "$1" = -c ] || {{ echo no such index; exit 1; }}\\n' >"$last/bin/python"
        chmod 755 "$last/bin/python" ;;
  *) echo Python 3.11.2 ;;
esac
""",
    )
    (programs / "chmod").symlink_to(str(shutil.which("chmod")))
    done = dev("check", root=root, PATH=str(programs))
    assert made.exists()
    assert "Setting up .venv with Python 3.11.2" in done.stderr
    assert "no such index" in done.stderr
    assert "set-up failed" in done.stderr


def test_the_server_runs_the_whole_test() -> None:
    """.ci/run is executable and runs ./dev test and nothing else."""
    run = house.ROOT / ".ci" / "run"
    assert os.access(run, os.X_OK)
    assert "exec ./dev test" in run.read_text()
