"""``grids.yaml``: which kinds of grids and posts a place has, its duty chain, where somebody must be, and how much is
a worker's."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from govcore.packs.schema import Both, Strict
from govcore.packs.spread import Spread
from govcore.persons.duty import KINDS
from govcore.persons.posts import HoursText
from govcore.persons.rota import Serving

Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
LEADER = "leader"
"""The kind of the posts in leaders.csv that stand in the duty chain."""


class Span(Strict):
    """A number of households: at least, at most; ``source``: where it is written."""

    least: int = Field(ge=0)
    most: int = Field(ge=0)
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least > self.most:
            raise PydanticCustomError("PACK_SPAN", "least <= most")
        return self


class GridKind(Strict):
    """A kind of grid: comprehensive 综合, dedicated 专属, microgrid 微网格, ten-household unit 十户联防, …

    ``level``: the locality's word for its level; ``part_of``: kinds it lies in, none where it stands by itself.
    """

    code: Word
    label: Both
    level: str = ""
    part_of: tuple[Word, ...] = ()
    households: Span | None = None


class PostKind(Strict):
    """A kind of post; ``where``: in grids or in divisions; ``single``: an area has one at most; ``serves``: when, where
    that is not always or by the pack's rota (deputies receive on a day a month, in turn)."""

    code: Word
    label: Both
    where: Literal["grid", "division"] = "grid"
    single: bool = False
    serves: Serving | None = None


class ChainLevel(Strict):
    """One level of the duty chain, lowest first: which posts (all where empty), in which kinds of area (``of``: kinds
    of grids or of divisions)."""

    code: Word
    label: Both
    posts: tuple[Word, ...] = ()
    of: Annotated[tuple[Word, ...], Field(min_length=1)]


class Watch(Strict):
    """In grids of these ``kinds`` one of these ``posts`` must be on duty within ``hours``."""

    kinds: Annotated[tuple[Word, ...], Field(min_length=1)]
    posts: Annotated[tuple[Word, ...], Field(min_length=1)]
    hours: HoursText = "00:00-24:00"
    source: str = Field(min_length=1)


class LoadNorm(Span):
    """Households a worker, of the ``posts`` that count as workers, in grids of these ``kinds``."""

    kinds: Annotated[tuple[Word, ...], Field(min_length=1)]
    posts: Annotated[tuple[Word, ...], Field(min_length=1)]


class GridRules(Strict):
    """What a pack without the file has: any kind of grid, chiefs and workers, no watch, no norm."""

    kinds: tuple[GridKind, ...] = ()
    posts: tuple[PostKind, ...] = tuple(
        PostKind(code=code, label=Both(zh=zh, en=code), single=code == "chief")
        for code, zh in zip(KINDS, ("网格长", "网格员"), strict=True)
    )
    chain: tuple[ChainLevel, ...] = ()
    watch: Watch | None = None
    load: LoadNorm | None = None
    spread: Spread = Spread()

    def kind(self, code: str) -> GridKind | None:
        """The kind of grid of a code, None of one that is not listed."""
        return next((one for one in self.kinds if one.code == code), None)

    def post(self, code: str) -> PostKind | None:
        """The kind of post of a code, None of one that is not listed."""
        return next((one for one in self.posts if one.code == code), None)
