"""Where packs lie: folders, and the entry-point group ``govcore.packs``."""

from __future__ import annotations

from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from govcore.errors import Refusal

GROUP = "govcore.packs"
SHIPPED = "govpacks"
HEAD = "pack.yaml"


def find_pack(name_or_dir: str | Path) -> Path:
    """The folder of a pack: a folder itself, or a name that a wheel or ``govpacks`` knows.

    Raises ``PACK_UNKNOWN`` with the names that are known.
    """
    folder, name = Path(name_or_dir), str(name_or_dir)
    if name and (folder / HEAD).is_file():
        return folder
    for found in entry_points(group=GROUP, name=name):
        if located := _folder(found.module):
            return located
    if name.isidentifier() and (located := _folder(f"{SHIPPED}.{name}")):
        return located
    if name and folder.is_dir():
        raise Refusal("PACK_FILE_MISSING", file=str(folder / HEAD), field=HEAD)
    raise Refusal("PACK_UNKNOWN", field="pack", value=name, known=", ".join(known_packs()))


def known_packs() -> list[str]:
    """The names of all packs that can be loaded by name."""
    names = {found.name for found in entry_points(group=GROUP)}
    shipped = _package(SHIPPED)
    if shipped is not None:
        names.update(below.name for below in shipped.iterdir() if (below / HEAD).is_file())
    return sorted(names)


def _folder(module: str) -> Path | None:
    folder = _package(module)
    return folder if folder is not None and (folder / HEAD).is_file() else None


def _package(module: str) -> Path | None:
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:
        return None
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None
