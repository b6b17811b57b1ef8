"""YAML that remembers on which line each key stood, so that an error can say where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from govcore.errors import Refusal
from govcore.packs._csv import unreadable

_SCALARS = (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", "-0123456789"),
    ("merge", r"^(?:<<)$", "<"),
)

KeyPath = tuple[str | int, ...]
"""Keys and list positions from the top of a document to one of its values."""


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file: its value and the line of every key, counted from 1."""

    file: str
    value: Any
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """The line of a key, or of the nearest one above it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def refuse(self, code: str, path: KeyPath, value: Any = None, **params: Any) -> Refusal:
        """A refusal that points at ``path`` in this file."""
        return Refusal(code, file=self.file, line=self.line(path), field=key_text(path), value=value, **params)


def key_text(path: KeyPath) -> str:
    """``("rules", 3, "lead")`` as ``rules[3].lead``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_yaml(path: Path, findings: list[Refusal]) -> Document | None:
    """The document of a file, or None with the reason among ``findings``.

    Refusals: ``PACK_FILE_MISSING``, ``PACK_ENCODING``, ``PACK_YAML``, ``PACK_KEY_TWICE``.
    """
    text = read_text(path, findings)
    return None if text is None else marked(text, path, findings)


def read_text(path: Path, findings: list[Refusal]) -> str | None:
    """The text of a file, or None with ``PACK_FILE_MISSING``, ``PACK_FILE_UNREADABLE`` or ``PACK_ENCODING``."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        findings.append(Refusal("PACK_FILE_MISSING", file=str(path), field=path.name))
    except UnicodeDecodeError as error:
        findings.append(Refusal("PACK_ENCODING", file=str(path), line=1, field=path.name, why=error.reason))
    except OSError as error:
        findings.append(unreadable(path, error))
    return None


def marked(text: str, path: Path, findings: list[Refusal]) -> Document | None:
    """The document of a text that stands in ``path``, or None with the reason among ``findings``."""
    import yaml

    loader = _plain_loader()(text)
    try:
        node = loader.get_single_node()
        value = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        findings.append(Refusal("PACK_YAML", file=str(path), line=line, field=path.name, why=error.problem or ""))
        return None
    except (yaml.YAMLError, ValueError) as error:
        findings.append(Refusal("PACK_YAML", file=str(path), line=1, field=path.name, why=str(error)))
        return None
    finally:
        loader.dispose()
    document = Document(str(path), value)
    for at, line, twice in _lines(node, ()) if node is not None else ():
        document.lines.setdefault(at, line)
        if twice:
            findings.append(Refusal("PACK_KEY_TWICE", file=str(path), line=line, field=key_text(at)))
    return document


def read_plain(path: Path) -> Any:
    """The value of a YAML file, read as packs are.  Raises the first of :func:`read_yaml`'s refusals."""
    findings: list[Refusal] = []
    document = read_yaml(path, findings)
    if document is None:
        raise findings[0]
    return document.value


@cache
def _plain_loader() -> Any:
    """YAML with the scalars of version 1.2: ``on`` and ``no`` are words, ``12:30`` and ``010101`` are texts."""
    import yaml

    class Plain(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

    for tag, pattern, first in _SCALARS:
        Plain.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))
    return Plain


def _lines(node: Any, path: KeyPath) -> Iterator[tuple[KeyPath, int, bool]]:
    if not path:
        yield path, node.start_mark.line + 1, False
    if node.id == "mapping":
        seen: set[str] = set()
        for key, value in node.value:
            if key.value == "<<":
                continue
            below = (*path, str(key.value))
            yield below, key.start_mark.line + 1, str(key.value) in seen
            seen.add(str(key.value))
            yield from _lines(value, below)
    elif node.id == "sequence":
        for position, value in enumerate(node.value):
            below = (*path, position)
            yield below, value.start_mark.line + 1, False
            yield from _lines(value, below)
