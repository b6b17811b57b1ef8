"""The wheels of the workspace, the lock and the lists that repeat them say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import house
import pytest

NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")
OURS = {"govcore", "govmesh", "govpacks", *(f"gov-{service}" for service in house.SERVICES)}
LOCKED = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})*)$", re.M)


def projects(root: Path = house.ROOT) -> list[Path]:
    """Every package's pyproject.toml."""
    return sorted([*root.glob("libs/*/pyproject.toml"), *root.glob("services/*/pyproject.toml")])


def needed(project: Path) -> list[str]:
    """What a package depends on, its extras and its build included, by normal name."""
    said = tomllib.loads(project.read_text(encoding="utf-8"))
    asked = [*said["project"].get("dependencies", []), *said["build-system"]["requires"]]
    for extra in said["project"].get("optional-dependencies", {}).values():
        asked += extra
    return [_normal(one) for one in asked]


def _normal(requirement: str) -> str:
    found = NAME.match(requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found.group(1)).lower()


def locked(lock: str) -> dict[str, int]:
    """Name → number of hashes."""
    return {name: hashes.count("--hash") for name, _, hashes in LOCKED.findall(lock)}


def asked_directly(listed: str) -> set[str]:
    """The names in requirements.in."""
    return {_normal(line) for line in listed.splitlines() if line.strip() and not line.startswith("#")}


def lock_faults(root: Path = house.ROOT) -> list[str]:
    """What a package needs and the lists have not, what has no hash, and lines that do not belong."""
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    have, direct = locked(lock), asked_directly((root / "requirements.in").read_text(encoding="utf-8"))
    found = [
        f"requirements.in asks for {name}, requirements.lock has not got it" for name in sorted(direct - have.keys())
    ]
    for project in projects(root):
        missing = set(needed(project)) - OURS - direct
        found += [
            f"{project.relative_to(root)} needs {name}, requirements.in does not ask for it" for name in sorted(missing)
        ]
    found += [f"{name} has no hash" for name, hashes in have.items() if not hashes]
    for number, line in enumerate(lock.splitlines(), 1):
        if not re.match(r"^(#|[a-z0-9][a-z0-9.-]*==\S+ \\$|    --hash=sha256:[0-9a-f]{64}( \\)?$)", line):
            found.append(f"requirements.lock:{number} is neither a version, a hash nor a comment: {line}")
        if "://" in line:
            found.append(f"requirements.lock:{number} names a host")
    return found


def unexplained(root: Path = house.ROOT) -> list[str]:
    """Dependencies without a word on why it is this one."""
    found = []
    for project in projects(root):
        inside = False
        for number, line in enumerate(project.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("[project"):
                inside = True
            elif line.startswith("["):
                inside = False
            elif inside and re.match(r'\s+"[A-Za-z].*",?\s*$', line) and not line.lstrip().startswith('"govcore[all]"'):
                found.append(f"{house.at(project, number, root)} says no reason for {line.strip()}")
    return found


def entry_points(root: Path = house.ROOT) -> dict[str, dict[str, Any]]:
    """Group → name → object, over all packages."""
    found: dict[str, dict[str, Any]] = {}
    for project in projects(root):
        for group, names in (
            tomllib.loads(project.read_text(encoding="utf-8"))["project"].get("entry-points", {}).items()
        ):
            found.setdefault(group, {}).update(names)
    return found


def test_the_lock_has_what_the_packages_need() -> None:
    """Everything a wheel asks for stands in requirements.in, and everything there is locked with hashes and no host."""
    house.none_of(lock_faults())


def test_every_dependency_says_why() -> None:
    """Each dependency has a reason beside it."""
    house.none_of(unexplained())


def test_the_script_installs_every_package() -> None:
    """./dev, mypy and the architecture tests know the same packages as the folders hold."""
    there = {str(at.parent.relative_to(house.ROOT)) for at in projects()}
    script = (house.ROOT / "dev").read_text(encoding="utf-8")
    listed = re.search(r"PACKAGES='([^']*)'", script)
    assert listed and set(listed.group(1).split()) == there
    said = tomllib.loads((house.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]["packages"]
    assert (
        set(said) - {"bench"}
        == set(house.packages())
        == {Path(name).name.replace("-", "_") for name in _packages(there)}
    )


def _packages(folders: set[str]) -> set[str]:
    return {name if name.startswith("libs/") else f"gov_{Path(name).name}" for name in folders}


def test_every_service_registers_its_spec() -> None:
    """The entry points name the bootstrap of each of the five services, and a pack's factory is in its group."""
    found = entry_points()
    assert found["govmesh.services"] == {name: f"gov_{name}.bootstrap:SPEC" for name in house.SERVICES}
    assert {"tongcheng", "boston"} <= set(found["govcore.packs"])


def test_all_wheels_have_one_version() -> None:
    """The packages are released together, for Python 3.11 and newer, under one licence."""
    said = [tomllib.loads(at.read_text(encoding="utf-8"))["project"] for at in projects()]
    assert {(one["version"], one["requires-python"], one["license"]) for one in said} == {
        ("0.1.0", ">=3.11", "Apache-2.0")
    }


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A workspace of one package, with nothing wrong."""
    home = tmp_path / "libs" / "one"
    home.mkdir(parents=True)
    (home / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "one"\n'
        'dependencies = [\n    "Rich>=1", # tables\n]\n'
    )
    (tmp_path / "requirements.in").write_text("# why\nhatchling\nrich\n")
    hashed = " \\\n    --hash=sha256:" + "0" * 64
    (tmp_path / "requirements.lock").write_text(f"# made\nhatchling==1.0{hashed}\nrich==2.0{hashed}{hashed}\n")
    assert lock_faults(tmp_path) == unexplained(tmp_path) == []
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("requirements.in", "rich\n", "", "needs rich"),
        ("requirements.lock", "rich==2.0", "rick==2.0", "has not got it"),
        ("requirements.lock", "# made", "--extra-index" + "-url https://example.org", "names a host"),
        ("requirements.lock", "hatchling==1.0 \\\n    --hash=sha256:" + "0" * 64, "hatchling==1.0", "has no hash"),
    ],
)
def test_a_fault_in_the_lock_is_seen(small: Path, file: str, old: str, new: str, said: str) -> None:
    """A missing name, a missing hash and a host are each found."""
    text = (small / file).read_text()
    assert old in text
    (small / file).write_text(text.replace(old, new))
    assert said in "\n".join(lock_faults(small))


def test_a_dependency_without_reason_is_seen(small: Path) -> None:
    """A dependency with no comment beside it is found."""
    project = small / "libs" / "one" / "pyproject.toml"
    project.write_text(project.read_text().replace(" # tables", ""))
    assert len(unexplained(small)) == 1
