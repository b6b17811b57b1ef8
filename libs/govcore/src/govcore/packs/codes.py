"""How a locality's division codes split into the words of a place.

A *place* (管辖区) is a dotted path, one word a level: ``340881103004`` is ``34.08.81.103.004`` where the
profile's widths are 2, 2, 2, 3, 3; a profile with a separator takes codes such as ``us.ma.bos`` apart
at it.  At most five words: that is what a routing key has room for.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from govcore.errors import Refusal

MOST_WORDS = 5


class CodeProfile(BaseModel):
    """Either ``widths`` (digits a level) or a ``separator``.

    Source of 2, 2, 2, 3, 3: GB/T 10114 and the Statistics Bureau's codes for villages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    widths: Annotated[tuple[Annotated[int, Field(gt=0)], ...], Field(max_length=MOST_WORDS)] = ()
    separator: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.widths) == bool(self.separator):
            raise PydanticCustomError("PACK_CODE_PROFILE", "either widths or separator")
        return self

    def words(self, code: str) -> tuple[str, ...]:
        """The words of a code, top level first.  Raises ``PACK_CODE_SHAPE``."""
        if self.separator:
            parts = tuple(code.split(self.separator))
            fits = len(parts) <= MOST_WORDS and all(
                part.replace("_", "a").isalnum() and part.isascii() for part in parts
            )
        else:
            cut: list[str] = []
            rest = code
            for width in self.widths:
                if not rest:
                    break
                cut.append(rest[:width])
                rest = rest[width:]
            parts = tuple(cut)
            lengths = [len(part) for part in parts]
            fits = bool(parts) and not rest and code.isascii() and code.isdigit()
            fits = fits and lengths == list(self.widths[: len(parts)])
        if not fits:
            raise Refusal("PACK_CODE_SHAPE", field="code", value=code)
        return parts

    def place(self, code: str) -> str:
        """The place of a code, ``34.08.81.103.004``.  Raises ``PACK_CODE_SHAPE``."""
        return ".".join(self.words(code))

    def code(self, place: str) -> str:
        """The code of a place."""
        return (self.separator or "").join(place.split("."))

    def parent(self, code: str) -> str | None:
        """The code one level up, None at the top.  Raises ``PACK_CODE_SHAPE``."""
        above = self.words(code)[:-1]
        return (self.separator or "").join(above) if above else None

    def level(self, code: str) -> int:
        """1 at the top.  Raises ``PACK_CODE_SHAPE``."""
        return len(self.words(code))
