"""Checks of the escalation ladder in ``terms.yaml`` and of the leaders it can go up to."""

from __future__ import annotations

from collections.abc import Sequence

from govcore.errors import Refusal
from govcore.packs._csv import Table
from govcore.packs._draft import Draft, twice
from govcore.packs._yaml import Document
from govcore.packs.terms import Rung

ORIGINS = ("named", "composed")


def check_orders(draft: Draft) -> None:
    """Adds what is wrong to the draft's findings."""
    if draft.leader_table is not None:
        _leaders(draft, draft.leader_table)
    if draft.terms_file is not None and draft.terms is not None:
        ladder = draft.terms.ladder
        _times(draft, draft.terms_file, ladder)
        _addressees(draft, draft.terms_file, ladder)


def _leaders(draft: Draft, table: Table) -> None:
    posts = {cells[0] for _, cells in draft.post_table.rows} if draft.post_table else set()
    for line, ident in twice((line, cells[0]) for line, cells in table.rows):
        draft.findings.append(table.refuse("PACK_CODE_TWICE", line, "id", ident))
    for line, (ident, area, department, title, title_en, origin) in table.rows:
        if ident in posts:
            draft.findings.append(table.refuse("PACK_CODE_TWICE", line, "id", ident))
        for column, cell in (("id", ident), ("title", title), ("title_en", title_en)):
            if not cell:
                draft.findings.append(table.refuse("PACK_CELL_EMPTY", line, column, ""))
        if draft.division_table is not None and area not in draft.division_codes():
            draft.findings.append(table.refuse("PACK_DIVISION_UNKNOWN", line, "area", area))
        if department and draft.department_file is not None and department not in draft.department_codes():
            draft.findings.append(table.refuse("PACK_DEPARTMENT_UNKNOWN", line, "department", department))
        if origin not in ORIGINS:
            draft.findings.append(table.refuse("PACK_NOT_ONE_OF", line, "origin", origin, expected=", ".join(ORIGINS)))


def _times(draft: Draft, document: Document, ladder: tuple[Rung, ...]) -> None:
    """Every rung comes after the one below it; the first for lateness at the due."""
    below = 0.0
    for at, rung in enumerate(ladder):
        if rung.at <= below:
            draft.findings.append(document.refuse("PACK_LADDER_ORDER", ("ladder", at, "at"), rung.at, below=below))
        below = max(below, rung.at)
    late = [at for at, rung in enumerate(ladder) if rung.at >= 1]
    if not late or ladder[late[0]].at != 1:
        draft.findings.append(document.refuse("PACK_LADDER_DUE", ("ladder", late[0] if late else 0, "at")))


def _addressees(draft: Draft, document: Document, ladder: tuple[Rung, ...]) -> None:
    """Whom a rung names must be there: leaders of departments, a duty chain, and in it the level."""
    rows, levels = _rows(draft), duty_levels(draft)
    for at, rung in enumerate(ladder):
        for found in _wrong(rung, document, at, levels, any(cells[2] for cells in rows)):
            draft.findings.append(found)


def duty_levels(draft: Draft) -> set[str]:
    """The kinds of divisions that name leaders of the duty chain (值班链条)."""
    kinds = {cells[0]: cells[3] for _, cells in draft.division_table.rows} if draft.division_table else {}
    return {kinds.get(cells[1], "") for cells in _rows(draft) if not cells[2]}


def _rows(draft: Draft) -> list[Sequence[str]]:
    return [cells for _, cells in draft.leader_table.rows] if draft.leader_table else []


def _wrong(rung: Rung, document: Document, at: int, levels: set[str], led: bool) -> list[Refusal]:
    here = ("ladder", at)
    if rung.level is not None and rung.to != "duty":
        return [document.refuse("PACK_LADDER_LEVEL", (*here, "level"), rung.level, known=", ".join(sorted(levels)))]
    if (rung.to == "duty" and not levels) or (rung.to == "leader" and not led):
        return [document.refuse("PACK_LADDER_NOBODY", (*here, "to"), rung.to)]
    if rung.level is not None and rung.level not in levels:
        return [document.refuse("PACK_LADDER_LEVEL", (*here, "level"), rung.level, known=", ".join(sorted(levels)))]
    return []
