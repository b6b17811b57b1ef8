"""Where mappings come from: the shipped ones, a pack's own, a file somebody names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from govcore.errors import Refusal
from govcore.files.mapping import SHIPPED, Mapping, check_columns, choose_mapping
from govcore.files.rows import Limits
from govcore.files.table import Table, open_table

_T = TypeVar("_T", bound=BaseModel)


def load_mapping(path: Path | str) -> Mapping:
    """A mapping from its YAML file.

    Raises :class:`Refusal` with file, line and key of the first thing that is wrong (codes ``PACK_…``: a mapping
    is written as a pack is).
    """
    return read_model(Mapping, Path(path))


def read_model(model: type[_T], path: Path) -> _T:
    """What a YAML file says, as ``model``; raises :class:`Refusal` as :func:`load_mapping` does."""
    from govcore.packs._validate import validated
    from govcore.packs._yaml import read_yaml

    findings: list[Refusal] = []
    document = read_yaml(path, findings)
    found = validated(model, document, findings, document.value) if document and not findings else None
    if found is None:
        # a misspelt key is found twice, as unknown and as missing: the one that stands in the file comes first
        raise min(findings, key=lambda finding: finding.code == "PACK_KEY_MISSING")
    return found


def shipped_mappings() -> tuple[Mapping, ...]:
    """The mappings that come with the package, by name."""
    return tuple(load_mapping(path) for path in sorted(SHIPPED.glob("*.yaml")))


def open_mapped(path: Path | str, named: str | Path | None = None, more: Iterable[Path] = ()) -> tuple[Table, Mapping]:
    """A file opened the way its mapping says (its encoding and limits too), and that mapping.

    Raises what :func:`govcore.files.table.open_table` and :func:`mapping_for` do.
    """
    files = tuple(more)
    if named is not None:
        mapping = _named(named, files)
        table = open_table(path, mapping.limits, mapping.encoding)
        check_columns(mapping, table.columns)
        return table, mapping
    table = open_table(path)
    mapping = mapping_for(table, more=files)
    if (mapping.limits, mapping.encoding) != (Limits(), None):
        table = open_table(path, mapping.limits, mapping.encoding)
    return table, mapping


def mapping_for(table: Table, named: str | Path | None = None, more: Iterable[Path] = ()) -> Mapping:
    """The mapping a file is read with: ``named`` (a known name, or a YAML file), else by the file's own columns.

    ``more``: files of further mappings, such as a pack's.  Raises :class:`Refusal` ``MAPPING_UNKNOWN`` and whatever
    :func:`load_mapping`, :func:`choose_mapping` and :func:`check_columns` do.
    """
    files = tuple(more)
    chosen = choose_mapping(table.columns, _known(files).values()) if named is None else _named(named, files)
    check_columns(chosen, table.columns)
    return chosen


def _named(named: str | Path, more: tuple[Path, ...]) -> Mapping:
    if Path(named).suffix in (".yaml", ".yml"):
        return load_mapping(named)
    known = _known(more)
    if str(named) not in known:
        raise Refusal("MAPPING_UNKNOWN", value=str(named), mappings=", ".join(known))
    return known[str(named)]


def _known(more: tuple[Path, ...]) -> dict[str, Mapping]:
    return {mapping.name: mapping for mapping in (*shipped_mappings(), *map(load_mapping, more))}
