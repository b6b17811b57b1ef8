"""Who may see which fields of whom: purpose and viewer decide together (PIPL 6, 21, 25)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from govcore.errors import Refusal
from govcore.persons.form import PersonRules, Purpose, System
from govcore.persons.record import Person, Secret, Told
from govcore.persons.values import masked

GridOf = Callable[[str], str | None]
"""The grid of a post, None of one that is not there."""


def purpose_of(rules: PersonRules, code: str) -> Purpose:
    """Raises ``PERSON_NO_SUCH_PURPOSE``."""
    found = rules.purpose.get(code)
    if found is None:
        raise Refusal("PERSON_NO_SUCH_PURPOSE", field="purpose", known=", ".join(rules.purpose))
    return found


def may(purpose: Purpose, viewer: str, grid: str | None, grid_of: GridOf) -> bool:
    """Whether the viewer is one of the purpose's; a post by ``post:*`` only in its own grid."""
    if viewer in purpose.viewers and not viewer.endswith(":*"):
        return True
    kind, _, name = viewer.partition(":")
    if kind != "post" or "post:*" not in purpose.viewers or grid is None:
        return False
    return grid_of(name) == grid


def granted(
    rules: PersonRules,
    person: Person,
    viewer: str,
    code: str,
    wanted: Iterable[str],
    grid_of: GridOf,
    team: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """The fields the viewer gets for this purpose: those wanted, or all the purpose has.

    For the purpose of care only the members of the person's ``team`` do, whatever the purpose itself says.

    Raises ``PERSON_NOT_ALLOWED`` where the viewer, the person or a field is none of the purpose's.
    """
    purpose = purpose_of(rules, code)
    of_care = rules.care is not None and code == rules.care.purpose
    allowed = viewer in team if of_care else may(purpose, viewer, person.grid, grid_of)
    if code not in person.purposes or not allowed:
        raise Refusal("PERSON_NOT_ALLOWED", field="by", value=viewer, purpose=code)
    asked = tuple(wanted) or purpose.fields
    for field in asked:
        if field not in purpose.fields:
            raise Refusal("PERSON_NOT_ALLOWED", field="fields", purpose=code)
    return asked


def findable(
    rules: PersonRules, found: Iterable[Person], viewer: str, code: str, kind: str, grid_of: GridOf
) -> list[Person]:
    """Those of the found whom the viewer may see for this purpose; whoever else there is, is as if not there.

    Raises ``PERSON_NOT_ALLOWED`` for who may see nobody for it, found or not.
    """
    purpose = purpose_of(rules, code)
    one_day = viewer in purpose.viewers or (viewer.startswith("post:") and "post:*" in purpose.viewers)
    if not one_day or not any(rules.field[each].kind == kind for each in purpose.fields if each in rules.field):
        raise Refusal("PERSON_NOT_ALLOWED", field="by", value=viewer, purpose=code)
    return [
        one for one in found if one.state == "kept" and code in one.purposes and may(purpose, viewer, one.grid, grid_of)
    ]


def may_bring(rules: PersonRules, purposes: Iterable[str], source: str, grid: str | None, grid_of: GridOf) -> None:
    """Who may see a person for one of these purposes may also say something new; the desk always.

    Raises ``PERSON_NOT_ALLOWED``.
    """
    if source == rules.desk:
        return
    if not any(may(rules.purpose[code], source, grid, grid_of) for code in purposes if code in rules.purpose):
        raise Refusal("PERSON_NOT_ALLOWED", field="by", value=source, purpose="")


def at_the_desk(rules: PersonRules, by: str) -> None:
    """Requests of the person are done at one desk.  Raises ``PERSON_NOT_ALLOWED``."""
    if by != rules.desk:
        raise Refusal("PERSON_NOT_ALLOWED", field="by", value=by, purpose="")


def open_fields(rules: PersonRules, person: Person) -> frozenset[str]:
    """The fields of which everybody may know that they are there: not those that only care needs."""
    care = rules.care.purpose if rules.care else None
    codes = (code for code in person.purposes if code != care and code in rules.purpose)
    return frozenset(field for code in codes for field in rules.purpose[code].fields)


def outline(rules: PersonRules, person: Person, secret: Secret) -> dict[str, Any]:
    """What everybody may see: values masked, and nothing that tells of care or of age."""
    there = open_fields(rules, person)
    care = rules.care.purpose if rules.care else None
    found = person.model_dump(
        mode="json",
        include={"id", "version", "state", "household_id", "division", "grid", "place", "created_at", "changed_at",
                 "erasure"},
    )  # fmt: skip
    return {
        **found,
        "purposes": {c: one.model_dump(mode="json") for c, one in person.purposes.items() if c != care},
        "sources": {c: one.model_dump(mode="json") for c, one in person.sources.items() if c in there},
        "conflicts": [
            {**one.model_dump(mode="json"), "value": masked(rules.field[one.field], secret.other[one.id])}
            for one in person.conflicts
            if one.field in there
        ],
        "fields": {c: masked(rules.field[c], value) for c, value in secret.now.items() if c in there},
    }


def entitled(rules: PersonRules, system: System, values: Mapping[str, str]) -> dict[str, str]:
    """What a system may have of these values."""
    allowed = rules.purpose[system.purpose].fields
    return {code: values[code] for code in system.fields if code in allowed and code in values}


def told(
    rules: PersonRules, person: Person, secret: Secret, changed: Iterable[str], *, new: frozenset[str] = frozenset()
) -> tuple[Told, ...]:
    """One for each system whose purpose the person has and of whose fields one changed, or whose purpose is ``new``."""
    moved = set(changed)
    found = []
    for system in rules.systems:
        if system.purpose not in person.purposes:
            continue
        values = entitled(rules, system, secret.now)
        if system.purpose in new:
            found.append(Told(system.dept, system.purpose, "registered", values))
        elif moved & set(system.fields):
            found.append(Told(system.dept, system.purpose, "changed", values))
    return tuple(found)


def ended(rules: PersonRules, purposes: Iterable[str], change: str) -> tuple[Told, ...]:
    """Every system of these purposes is told to delete what it has."""
    gone = set(purposes)
    how = "erased" if change == "erased" else "withdrawn"
    return tuple(Told(one.dept, one.purpose, how, {}) for one in rules.systems if one.purpose in gone)  # type: ignore[arg-type]
