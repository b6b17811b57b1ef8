"""Looks at the source of the house: which files there are, what each imports, which words stand in it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("grid", "dispatch", "petition", "points", "console")
LIBRARIES = ("govcore", "govmesh", "govpacks")
STDLIB = frozenset(sys.stdlib_module_names)

_NOT_OURS = {
    ".git",
    ".venv",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    "dist",
    "build",
}


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module: where, and whether it happens when the file itself is imported."""

    module: str
    line: int
    at_import: bool

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


def package(name: str, root: Path = ROOT) -> Path:
    """The folder of a package's source: ``govcore`` or ``gov_grid``."""
    if name.startswith("gov_"):
        return root / "services" / name.removeprefix("gov_") / name
    return root / "libs" / name / "src" / name


def packages() -> list[str]:
    """Every package of the house."""
    return [*LIBRARIES, *(f"gov_{service}" for service in SERVICES)]


def sources(name: str, root: Path = ROOT) -> list[Path]:
    """The Python files of a package, in order."""
    return sorted(package(name, root).rglob("*.py"))


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def imports(file: Path) -> list[Import]:
    """What a file imports, wherever it does; what stands under ``TYPE_CHECKING`` is never imported."""
    return list(_walk(tree(file), at_import=True))


def _walk(node: ast.AST, at_import: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, child.lineno, at_import)
        elif isinstance(child, ast.ImportFrom) and not child.level:
            yield Import(child.module or "", child.lineno, at_import)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield from _walk(other, at_import)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _walk(child, at_import and not inside)


def strings(file: Path) -> Iterator[tuple[int, str]]:
    """Every string constant of a file with its line, but for the names in ``__all__``."""
    names: set[ast.AST] = set()
    for statement in tree(file).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
            names.update(ast.walk(statement))
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in names:
            yield node.lineno, node.value


def kept_files(root: Path = ROOT) -> list[Path]:
    """Every file that is or would be committed; without git (an unpacked archive), every file that is ours."""
    if (root / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\0")
        return sorted(at for name in listed if name and (at := root / name).is_file())
    return sorted(
        at
        for at in root.rglob("*")
        if at.is_file() and not _NOT_OURS & set(at.relative_to(root).parts) and at.suffix not in {".pyc", ".db"}
    )


def text_of(file: Path) -> str | None:
    """The text of a file, None where it is not text."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def at(file: Path, line: int, root: Path = ROOT) -> str:
    """``path:line``, as an editor takes it."""
    return f"{file.relative_to(root)}:{line}"


def none_of(found: list[str]) -> None:
    """Fail with every finding on a line of its own."""
    assert not found, "\n".join(["", *found])
