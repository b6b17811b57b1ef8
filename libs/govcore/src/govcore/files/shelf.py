"""Where mappings come from: the shipped ones, a pack's own, a file somebody names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from govcore.errors import Refusal
from govcore.files.mapping import SHIPPED, Mapping, check_columns, choose_mapping
from govcore.files.table import Table


def load_mapping(path: Path | str) -> Mapping:
    """A mapping from its YAML file.

    Raises :class:`Refusal` with file, line and key of the first thing that is wrong (codes ``PACK_…``: a mapping
    is written as a pack is).
    """
    from govcore.packs._validate import validated
    from govcore.packs._yaml import read_yaml

    findings: list[Refusal] = []
    document = read_yaml(Path(path), findings)
    mapping = validated(Mapping, document, findings, document.value) if document and not findings else None
    if mapping is None:
        # a misspelt key is found twice, as unknown and as missing: the one that stands in the file comes first
        raise min(findings, key=lambda finding: finding.code == "PACK_KEY_MISSING")
    return mapping


def shipped_mappings() -> tuple[Mapping, ...]:
    """The mappings that come with the package, by name."""
    return tuple(load_mapping(path) for path in sorted(SHIPPED.glob("*.yaml")))


def mapping_for(table: Table, named: str | Path | None = None, more: Iterable[Path] = ()) -> Mapping:
    """The mapping a file is read with: ``named`` (a known name, or a YAML file), else by the file's own columns.

    ``more``: files of further mappings, such as a pack's.  Raises :class:`Refusal` ``MAPPING_UNKNOWN`` and whatever
    :func:`load_mapping`, :func:`choose_mapping` and :func:`check_columns` do.
    """
    if named is not None and Path(named).suffix in (".yaml", ".yml"):
        chosen = load_mapping(named)
    else:
        known = {mapping.name: mapping for mapping in (*shipped_mappings(), *map(load_mapping, more))}
        if named is None:
            chosen = choose_mapping(table.columns, known.values())
        elif str(named) in known:
            chosen = known[str(named)]
        else:
            raise Refusal("MAPPING_UNKNOWN", value=str(named), mappings=", ".join(known))
    check_columns(chosen, table.columns)
    return chosen
