"""How many households a worker has 负荷, against the norm of the place (town grids: 300 to 500 households)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from govcore.errors import Refusal

Verdict = Literal["within", "over", "under", "nobody", "uncounted"]


@dataclass(frozen=True, slots=True)
class Norm:
    """Households a worker: at ``least``, at ``most``; ``source`` is where that is written."""

    least: int
    most: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """A grid's households on its workers; ``each`` households a worker, None where nobody works or nobody counted."""

    grid: str
    name: str
    division: str
    households: int | None
    workers: int
    each: float | None
    verdict: Verdict

    @property
    def finding(self) -> Refusal | None:
        """What is wrong with it, None where nothing is."""
        codes = {"over": "GRID_LOAD_OVER", "under": "GRID_LOAD_UNDER", "nobody": "GRID_LOAD_NOBODY"}
        code = codes.get(self.verdict)
        return Refusal(code, field="households", value=self.grid, each=self.each) if code else None


def load_of(grid: str, name: str, division: str, households: int | None, workers: int, norm: Norm) -> Load:
    """The load of one grid.  Households nobody counted are *uncounted*, never nought."""
    if households is None:
        return Load(grid, name, division, None, workers, None, "uncounted")
    if workers == 0:
        return Load(grid, name, division, households, 0, None, "nobody")
    each = round(households / workers, 1)
    verdict: Verdict = "over" if each > norm.most else "under" if each < norm.least else "within"
    return Load(grid, name, division, households, workers, each, verdict)
