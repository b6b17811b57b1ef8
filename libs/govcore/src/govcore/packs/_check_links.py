"""Checks of ``links.yaml``: each partner and unit is named once, and every unit is one of the pack's."""

from __future__ import annotations

from govcore.packs._draft import Draft, twice


def check_links(draft: Draft) -> None:
    """Adds to the findings: a code or a department named twice, a department that the pack does not have."""
    document = draft.links_file
    if document is None or draft.links is None:
        return
    said = list(enumerate(draft.links.links))
    for at, code in twice((at, one.code) for at, one in said):
        draft.findings.append(document.refuse("PACK_CODE_TWICE", ("links", at, "code"), code))
    seen: set[str] = set()
    for at, one in said:
        for position, code in enumerate(one.departments):
            path = ("links", at, "departments", position)
            if code in seen:
                draft.findings.append(document.refuse("PACK_CODE_TWICE", path, code))
            elif code not in draft.department_codes():
                draft.findings.append(document.refuse("PACK_DEPARTMENT_UNKNOWN", path, code))
            seen.add(code)
