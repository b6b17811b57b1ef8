"""How division codes and grid codes are made up, as data of the place.

A *place* (管辖区) is a dotted path, one word a level, at most five: ``340881103004`` is
``34.08.81.103.004`` where the widths are 2, 2, 2, 3, 3 (GB/T 2260, GB/T 10114); ``us.ma.bos`` is
taken apart at its separator.  A level written in noughts is not there: ``340881000000`` is the
county ``340881``, and the towns of a city without counties (``441900003``) lie in the city ``4419``.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from govcore.errors import Refusal

MOST_WORDS = 5
_WORD = re.compile(r"[a-z0-9_-]+", re.ASCII)

Width = Annotated[int, Field(gt=0, le=20)]


class CodeProfile(BaseModel):
    """Division codes of a locality: either ``widths`` (digits a level) or a ``separator``.

    ``levels`` names the levels, top first, where the locality has words for them.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        defer_build=True,
        json_schema_extra={"examples": [{"widths": [2, 2, 2, 3, 3]}, {"separator": "."}]},
    )
    widths: Annotated[tuple[Width, ...], Field(max_length=MOST_WORDS)] = ()
    separator: str | None = Field(default=None, min_length=1, max_length=1)
    levels: Annotated[tuple[str, ...], Field(max_length=MOST_WORDS)] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.widths) == bool(self.separator):
            raise PydanticCustomError("GRID_BAD_PROFILE", "either widths or separator")
        if self.widths and self.levels and len(self.widths) != len(self.levels):
            raise PydanticCustomError("GRID_BAD_PROFILE", "as many levels as widths")
        return self

    def words(self, code: str) -> tuple[str, ...]:
        """The words of a code, top level first, without levels of noughts at its end.

        Raises ``GRID_BAD_CODE`` for wrong length, characters or emptiness.
        """
        if self.separator:
            parts = tuple(code.split(self.separator))
            sound = len(parts) <= MOST_WORDS and all(map(_WORD.fullmatch, parts))
        else:
            parts = self._without_noughts(self._cut(code))
            sound = bool(parts)
        if not sound:
            raise Refusal("GRID_BAD_CODE", field="division", value=code[:40])
        return parts

    def normal(self, code: str) -> str:
        """The shortest code of the same division: ``340881`` for ``340881000000``.  Raises ``GRID_BAD_CODE``."""
        return (self.separator or "").join(self.words(code))

    def padded(self, code: str) -> str:
        """The code at full length: ``340881000000`` for ``340881``; with a separator, the code itself."""
        return self.normal(code).ljust(sum(self.widths), "0")

    def place(self, code: str) -> str:
        """The place of a code, ``34.08.81.103.004``.  Raises ``GRID_BAD_CODE``."""
        return ".".join(self.words(code))

    def code(self, place: str) -> str:
        """The code of a place."""
        return (self.separator or "").join(place.split("."))

    def parent(self, code: str) -> str | None:
        """The code of the division above, None at the top.  Raises ``GRID_BAD_CODE``."""
        return self.above(self.words(code))

    def above(self, words: tuple[str, ...]) -> str | None:
        """The code of the division above the one with these words, None at the top."""
        up = words[:-1] if self.separator else self._without_noughts(words[:-1])
        return (self.separator or "").join(up) or None

    def chain(self, code: str) -> tuple[str, ...]:
        """The code and all above it, nearest first.  Raises ``GRID_BAD_CODE``."""
        words, found = self.words(code), []
        while words:
            found.append((self.separator or "").join(words))
            words = words[:-1] if self.separator else self._without_noughts(words[:-1])
        return tuple(found)

    def level(self, code: str) -> int:
        """1 at the top.  Raises ``GRID_BAD_CODE``."""
        return len(self.words(code))

    def level_name(self, code: str) -> str:
        """The locality's word for the code's level, empty where it has none.  Raises ``GRID_BAD_CODE``."""
        level = self.level(code)
        return self.levels[level - 1] if level <= len(self.levels) else ""

    @staticmethod
    def _without_noughts(words: tuple[str, ...]) -> tuple[str, ...]:
        while words and not words[-1].strip("0"):
            words = words[:-1]
        return words

    def _cut(self, code: str) -> tuple[str, ...]:
        if not (code.isascii() and code.isdigit()):
            return ()
        cut: list[str] = []
        for width in self.widths:
            if not code:
                break
            if len(code) < width:
                return ()
            cut.append(code[:width])
            code = code[width:]
        return () if code else tuple(cut)


class GridCode(NamedTuple):
    """The parts of a grid code: the division it lies in, and its number there."""

    division: str
    sequence: str


class GridCodeProfile(BaseModel):
    """Grid codes of a locality: digits of the division, then of the sequence, a separator between if there is one.

    Without ``division`` digits the separator says where the division ends (``us.ma.bos.allston#012``).
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, json_schema_extra={"examples": [{"division": 12, "sequence": 3}]}
    )
    division: Annotated[int, Field(gt=0, le=20)] | None = None
    sequence: Annotated[int, Field(gt=0, le=12)] = 3
    separator: str = Field(default="", max_length=1)

    @model_validator(mode="after")
    def _can_be_parted(self) -> Self:
        if self.division is None and not self.separator:
            raise PydanticCustomError("GRID_BAD_PROFILE", "division digits or a separator")
        return self

    def parts(self, code: str) -> GridCode:
        """The division and sequence of a grid code.  Raises ``GRID_BAD_GRID_CODE``."""
        found = self._pattern.fullmatch(code)
        if found is None:
            raise Refusal("GRID_BAD_GRID_CODE", field="grid", value=code[:40])
        return GridCode(found[1], found[2])

    def fits(self, code: str) -> bool:
        """Whether a code is made up this way."""
        return self._pattern.fullmatch(code) is not None

    def make(self, division: str, number: int) -> str:
        """The code of the nth grid of a division: ``340881103004001``.  Raises ``GRID_BAD_GRID_CODE``."""
        code = f"{division}{self.separator}{number:0{self.sequence}}"
        self.parts(code)
        return code

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        division = rf"\d{{{self.division}}}" if self.division else r"[a-z0-9._-]+"
        return re.compile(rf"({division}){re.escape(self.separator)}(\d{{{self.sequence}}})", re.ASCII)


CHINA_CODES = CodeProfile(widths=(2, 2, 2, 3, 3), levels=("province", "city", "county", "town", "village"))
"""Twelve digits: province 省, city 市, county 县, town 乡镇街道, village 村/社区."""

GRID_CODES: dict[int, GridCodeProfile] = {
    14: GridCodeProfile(division=12, sequence=2),
    15: GridCodeProfile(division=12, sequence=3),
    16: GridCodeProfile(division=12, sequence=4),
    20: GridCodeProfile(division=12, sequence=8),
}
"""By length.  15 = county 6 + street 3 + community 3 + sequence 3 (unit grid 单元网格, GB/T 30428); 14 is older.
16 and 20 are in use in some cities, which part them in ways of their own: here what follows the village is sequence."""
