"""Units that are no more, and who took over what they had in hand: ``former`` in ``departments.yaml``."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from govcore.packs.schema import Both, DepartmentCode, Strict


class Former(Strict):
    """A unit that is no more (原部门): its code, since when, and which unit took over (承继) what it had in hand."""

    code: DepartmentCode
    name: Both
    became: Literal["renamed", "merged", "closed"]
    successor: DepartmentCode
    since: date
    source: str = Field(min_length=1)
