"""Which department a request speaks for or asks about."""

from __future__ import annotations

from typing import Any

from govcore.errors import Refusal
from govcore.packs import Pack


def speaks(pack: Pack, said: dict[str, Any]) -> str:
    """``dept``, taken out of what a request says; see :func:`known`."""
    return known(pack, str(said.pop("dept", "")))


def known(pack: Pack, dept: str) -> str:
    """``dept``, if the pack has it or had it: one that is no more is told who took over, and has its past.

    Raises ``HANDOFF_UNKNOWN_DEPARTMENT``.
    """
    if dept not in pack.departments and dept not in pack.former:
        raise Refusal("HANDOFF_UNKNOWN_DEPARTMENT", field="dept", value=dept[:80])
    return dept
