"""What every file of the house keeps to: its length, its words, and what must not stand in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import house
import pytest

LONGEST = 300

LONGER: dict[str, str] = {
    "libs/govcore/src/govcore/messages/__init__.py": "the public list of every message, one line a name",
    "libs/govmesh/src/govmesh/department/client.py": "the example outsiders read from top to bottom",
    "requirements.lock": "made by a tool",
    "LICENSE": "the licence's own text",
}
"""Files that may be longer, each with its reason; data files are not counted."""

COUNTED = {".py", ".sh", ".md", ".toml", ".html", ".js", ".css", ".yaml", ".yml"}

HERE = "tests/architecture/test_files.py"

UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")

MACHINE = re.compile(
    r"(?<![\w.])/(work|root|Users)/[\w.]|/home/\w+/"
    r"|\b(pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org|proxy\.golang\.org)\b"
    r"|--(extra-)?index-url|--find-links|--trusted-host"
)
"""Paths of somebody's machine, and hosts of package registries: nothing here may depend on either."""


def too_long(root: Path = house.ROOT) -> list[str]:
    """Files over 300 lines that are not on the list, and entries of the list that are no longer needed."""
    found = []
    for file in house.kept_files(root):
        name = file.relative_to(root).as_posix()
        if file.suffix not in COUNTED or _is_data(name) or name in LONGER:
            continue
        lines = len((house.text_of(file) or "").splitlines())
        if lines > LONGEST:
            found.append(f"{name} has {lines} lines")
    return found


def _is_data(name: str) -> bool:
    """Packs, mappings, golden files and deployment manifests are data, as long as they have to be."""
    return name.startswith(("libs/govpacks/", "deploy/")) and not name.endswith(".py")


def forbidden_words(root: Path = house.ROOT) -> list[str]:
    """Marks of unfinished work, machine paths and registry hosts in anything that is kept."""
    found = []
    for file in house.kept_files(root):
        name = file.relative_to(root).as_posix()
        if name == HERE or (text := house.text_of(file)) is None:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            for sign, what in ((UNFINISHED, "unfinished"), (MACHINE, "a machine's path or host")):
                if hit := sign.search(line):
                    found.append(f"{name}:{number} {what}: {hit.group()}")
    return found


def swallowed(root: Path = house.ROOT) -> list[str]:
    """``except Exception`` (or a bare ``except``) that does nothing with the error."""
    found = []
    for name in house.packages():
        for file in house.sources(name, root):
            for node in ast.walk(house.tree(file)):
                if isinstance(node, ast.ExceptHandler | ast.Call) and _swallows(node):
                    found.append(f"{house.at(file, node.lineno, root)} swallows every error")
    return found


def _swallows(node: ast.ExceptHandler | ast.Call) -> bool:
    if isinstance(node, ast.ExceptHandler):
        return _is_broad(node.type) and _does_nothing(node.body)
    return ast.unparse(node.func).endswith("suppress") and any(_is_broad(argument) for argument in node.args)


def _is_broad(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_is_broad(one) for one in caught.elts)
    return caught is None or ast.unparse(caught) in {"Exception", "BaseException"}


def _does_nothing(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(one, ast.Pass | ast.Continue) or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        for one in body
    )


def faceless(root: Path = house.ROOT) -> list[str]:
    """Packages whose ``__init__`` gives names without saying in ``__all__`` which."""
    found = []
    for name in house.packages():
        for file in house.sources(name, root):
            if file.name != "__init__.py":
                continue
            body = house.tree(file).body
            gives = any(isinstance(one, ast.ImportFrom) and one.module != "__future__" for one in body)
            says = any(
                isinstance(one, ast.Assign | ast.AnnAssign) and "__all__" in ast.unparse(one).split("=")[0]
                for one in body
            )
            if gives and not says:
                found.append(f"{file.relative_to(root)} has no __all__")
    return found


def undescribed(root: Path = house.ROOT) -> list[str]:
    """Modules that do not say in a docstring what they answer, and tests that do not say what holds."""
    found = []
    for name in house.packages():
        for file in house.sources(name, root):
            if file.read_text(encoding="utf-8").strip() and not ast.get_docstring(house.tree(file)):
                found.append(f"{file.relative_to(root)} has no docstring")
    for file in house.kept_files(root):
        if file.name.startswith("test_") and file.suffix == ".py":
            for node in ast.walk(house.tree(file)):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node):
                    found.append(f"{house.at(file, node.lineno, root)} {node.name} says in no sentence what holds")
    return found


def same_names(root: Path = house.ROOT) -> list[str]:
    """Test files of one name in two places: pytest's importlib mode would mix up their reports."""
    seen: dict[str, Path] = {}
    found = []
    for file in house.kept_files(root):
        if file.name.startswith("test_") and file.suffix == ".py":
            if other := seen.get(file.name):
                found.append(f"{file.relative_to(root)} and {other.relative_to(root)}")
            seen[file.name] = file
    return found


def test_no_file_is_too_long() -> None:
    """No source, page or settings file has more than 300 lines without a reason on the list."""
    house.none_of(too_long())


def test_nothing_unfinished_and_no_machine_is_kept() -> None:
    """No file says TODO, names a machine's path, or depends on a registry's host."""
    house.none_of(forbidden_words())


def test_no_error_is_swallowed() -> None:
    """Nobody catches every error and goes on as if nothing had been."""
    house.none_of(swallowed())


def test_every_package_shows_its_face() -> None:
    """A package that gives names lists them in __all__."""
    house.none_of(faceless())


def test_every_module_and_every_test_says_what_it_is() -> None:
    """Modules have a docstring, tests a sentence of behaviour."""
    house.none_of(undescribed())


def test_test_files_have_names_of_their_own() -> None:
    """No two test files have the same name."""
    house.none_of(same_names())


def test_a_long_file_is_seen(tmp_path: Path) -> None:
    """301 lines are one too many; 300 and long data are not."""
    (tmp_path / "long.py").write_text("x = 1\n" * 301)
    (tmp_path / "short.py").write_text("x = 1\n" * 300)
    (tmp_path / "data.csv").write_text("1\n" * 1000)
    assert too_long(tmp_path) == ["long.py has 301 lines"]


@pytest.mark.parametrize(
    "line",
    [
        "# TO" + "DO: later",
        "path = '/wo" + "rk/main/x'",
        "open('/ro" + "ot/.pgpass')",
        "cd /ho" + "me/somebody/src",
        "index = 'https://pypi" + ".org/simple'",
        "--find" + "-links /opt",
    ],
)
def test_a_forbidden_word_is_seen(tmp_path: Path, line: str) -> None:
    """Each kind of forbidden word is named with its file and line."""
    (tmp_path / "x.md").write_text("fine\n" + line + "\n")
    (seen,) = forbidden_words(tmp_path)
    assert seen.startswith("x.md:2 ")


def test_ordinary_words_are_not_forbidden(tmp_path: Path) -> None:
    """Routes, system folders and prose that look a little like a forbidden word pass."""
    (tmp_path / "x.md").write_text("GET /api/work/1, /usr/lib, the root / and homework/house, todo lists\n")
    assert forbidden_words(tmp_path) == []


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    f()\nexcept Exception:\n    pass",
        "for x in y:\n    try:\n        f()\n    except (OSError, Exception):\n        continue",
        "try:\n    f()\nexcept:\n    ...",
        "with contextlib.suppress(Exception):\n    f()",
    ],
)
def test_a_swallowed_error_is_seen(tmp_path: Path, text: str) -> None:
    """Every way to swallow all errors is found; a narrow one or one that reports is not."""
    _written(tmp_path, "bad.py", text)
    _written(
        tmp_path, "good.py", "try:\n    f()\nexcept OSError:\n    pass\nexcept Exception as error:\n    log(error)"
    )
    assert len(swallowed(tmp_path)) == 1


def test_a_missing_face_is_seen(tmp_path: Path) -> None:
    """An __init__ that imports names without __all__ is found, an empty one is not."""
    _written(tmp_path, "__init__.py", '"""A package."""\nfrom govcore.errors import Refusal')
    _written(tmp_path, "sub/__init__.py", '"""Another."""')
    assert faceless(tmp_path) == ["libs/govcore/src/govcore/__init__.py has no __all__"]


def test_a_missing_sentence_is_seen(tmp_path: Path) -> None:
    """A module without a docstring and a test without a sentence are both found."""
    _written(tmp_path, "bare.py", "x = 1")
    (tmp_path / "test_bare.py").write_text('"""Tests."""\ndef test_x():\n    assert True\n')
    assert len(undescribed(tmp_path)) == 2


def test_a_name_used_twice_is_seen(tmp_path: Path) -> None:
    """Two test files of one name are found."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "test_same.py").touch()
    assert len(same_names(tmp_path)) == 1


def _written(root: Path, file: str, text: str) -> None:
    written = house.package("govcore", root) / file
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(text + "\n")
