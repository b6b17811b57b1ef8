"""Finding areas by name, however much of the official ending is left out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Literal

from govcore.grids.model import Area, Match

ENDINGS = (
    "社区居民委员会",
    "社区居委会",
    "居民委员会",
    "村民委员会",
    "居委会",
    "村委会",
    "街道办事处",
    "社区",
    "街道",
    "村",
    "镇",
    "乡",
)
"""Official endings of division names, longest first, which people leave out."""


def plain(name: str) -> str:
    """The name without width, case and blanks."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def core(name: str) -> str:
    """The plain name without its official ending; a name that is nothing but an ending stays."""
    name = plain(name)
    for ending in ENDINGS:
        if len(name) > len(ending) and name.endswith(ending):
            return name[: -len(ending)]
    return name


Fit = Literal["exact", "core", "start", "part"]
FITS: tuple[Fit, ...] = ("exact", "core", "start", "part")
"""How a name fits what is looked for, best first."""


def fit_of(name: str, wanted: str, wanted_core: str) -> Fit | None:
    """How a plain name fits; None where it does not."""
    if name == wanted:
        return "exact"
    if core(name) == wanted_core:
        return "core"
    if name.startswith(wanted):
        return "start"
    return "part" if wanted in name else None


class Names:
    """The names of areas, ready to be searched."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._entries = [(area, plain(area.name)) for area in areas]

    def find(self, text: str, *, limit: int) -> list[tuple[Area, Match]]:
        """Areas whose name is, begins with or has ``text``: best fit first, then the shorter name, then the code.

        The full name in the match is left empty for the caller to fill.
        """
        wanted, wanted_core = plain(text), core(text)
        if not wanted:
            return []
        found: list[tuple[int, int, str, Area, Match]] = []
        for area, name in self._entries:
            if wanted_core in name and (fit := fit_of(name, wanted, wanted_core)) is not None:
                match = Match(area.code, area.name, "", fit)
                found.append((FITS.index(fit), len(name), area.code, area, match))
        found.sort(key=lambda each: each[:3])
        return [(area, match) for *_, area, match in found[:limit]]
