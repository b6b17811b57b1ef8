"""``links.yaml``: partners that take hand-offs and get only what may be shared with them (联动单位)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from govcore.links import Part
from govcore.packs.schema import Both, Code, DepartmentCode, Strict


class Link(Strict):
    """A kind of linked partner (联动: grid + court documents, + public-interest litigation, + police).

    ``departments``: the units that are such partners; ``share``: the parts of a message that may go to them, none other
    does; ``source``: who says so.
    """

    code: Code
    name: Both
    departments: Annotated[tuple[DepartmentCode, ...], Field(min_length=1)]
    share: tuple[Part, ...]
    source: str = Field(min_length=1)


class Links(Strict):
    """The whole file; where it is absent every department gets the whole message."""

    links: Annotated[tuple[Link, ...], Field(min_length=1)]
