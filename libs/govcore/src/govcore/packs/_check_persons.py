"""Checks of ``persons.yaml``: fields, purposes and departments are known, and no system needs more than it may have."""

from __future__ import annotations

from collections.abc import Iterable

from govcore.packs._draft import Draft, twice
from govcore.packs._yaml import Document, KeyPath


def check_persons(draft: Draft) -> None:
    """Adds what is wrong to the draft's findings."""
    document, rules = draft.person_file, draft.person_rules
    if document is None or rules is None:
        return
    fields = {one.code for one in rules.fields}
    listed = {"fields": [one.code for one in rules.fields], "purposes": [one.code for one in rules.purposes]}
    for part, codes in listed.items():
        for at, code in twice(enumerate(codes)):
            draft.findings.append(document.refuse("PACK_CODE_TWICE", (part, at, "code"), code))
    for at, purpose in enumerate(rules.purposes):
        _known(draft, document, ("purposes", at, "fields"), purpose.fields, fields)
        for position, viewer in enumerate(purpose.viewers):
            _department(draft, document, ("purposes", at, "viewers", position), viewer)
    for at, system in enumerate(rules.systems):
        _department(draft, document, ("systems", at, "dept"), f"dept:{system.dept}")
        _known(draft, document, ("systems", at, "purpose"), [system.purpose], {one.code for one in rules.purposes})
        may = rules.purpose[system.purpose].fields if system.purpose in rules.purpose else system.fields
        for position, code in enumerate(system.fields):
            if code not in may:
                path: KeyPath = ("systems", at, "fields", position)
                draft.findings.append(document.refuse("PACK_PERSON_TOO_MUCH", path, code, purpose=system.purpose))
    if rules.care is not None:
        _known(draft, document, ("care", "purpose"), [rules.care.purpose], {one.code for one in rules.purposes})
        for at, system in enumerate(rules.systems):
            if system.purpose == rules.care.purpose:
                path = ("systems", at, "purpose")
                draft.findings.append(document.refuse("PACK_PERSON_CARE", path, system.purpose))


def _known(draft: Draft, document: Document, path: KeyPath, words: Iterable[str], known: set[str]) -> None:
    for position, word in enumerate(words):
        if word not in known:
            at: KeyPath = path if path[-1] == "purpose" else (*path, position)
            refusal = document.refuse("PACK_PERSON_UNKNOWN", at, word, known=", ".join(sorted(known)))
            draft.findings.append(refusal)


def _department(draft: Draft, document: Document, path: KeyPath, viewer: str) -> None:
    kind, _, code = viewer.partition(":")
    if kind == "dept" and draft.department_file is not None and code not in draft.department_codes():
        draft.findings.append(document.refuse("PACK_DEPARTMENT_UNKNOWN", path, code))
