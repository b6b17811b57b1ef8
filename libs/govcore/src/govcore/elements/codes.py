"""The code of a component 部件标识码 (GB/T 30428): county 6 + class 5 + sequence 6, seventeen digits."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from govcore.errors import Refusal

_CODE = re.compile(r"(\d{6})(\d{2})(\d{3})(\d{6})", re.ASCII)


class ComponentCode(NamedTuple):
    """Taken apart: the county, the major and the minor class, the number of the component in its county and class."""

    county: str
    major: str
    minor: str
    sequence: str

    @property
    def class_code(self) -> str:
        """The five digits of its class."""
        return self.major + self.minor


def component_code(text: str, counties: Collection[str]) -> ComponentCode:
    """Checked: seventeen digits, one of ``counties`` (six digits each), a class and a number that are not nought.

    Raises ``ELEMENT_CODE_SHAPE``, ``ELEMENT_CODE_COUNTY`` and ``ELEMENT_CODE_NOUGHT``.
    """
    found = _CODE.fullmatch(text.strip())
    if found is None:
        raise Refusal("ELEMENT_CODE_SHAPE", field="code", value=text[:40])
    code = ComponentCode(*found.groups())
    if code.county not in counties:
        raise Refusal("ELEMENT_CODE_COUNTY", field="code", value=code.county, known=", ".join(sorted(counties)[:10]))
    if not code.major.strip("0") or not code.minor.strip("0") or not code.sequence.strip("0"):
        raise Refusal("ELEMENT_CODE_NOUGHT", field="code", value=text[:40])
    return code
