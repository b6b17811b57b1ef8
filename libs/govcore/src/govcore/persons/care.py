"""Care teams 关爱帮扶小组 (S01 "6+1", S08): a few named people look after one person; only they read what they write.

Whom a team is for, the group and all words are sealed under the person's key; counts say how much was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from govcore.errors import Refusal
from govcore.messages.words import Time
from govcore.persons.form import CareRules, PersonRules, Viewer
from govcore.persons.record import Person

_VIEWER: TypeAdapter[str] = TypeAdapter(Viewer)


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class CareTeam(_Kept):
    """One team: role to its member; ``sealed`` has the group."""

    id: str
    person_id: str
    members: Mapping[str, str]
    place: str
    since: Time
    ended_at: Time | None = None
    visits: int = 0
    money_fen: int = 0
    sealed: str


class CareNote(_Kept):
    """One visit: its words are sealed."""

    id: str
    team_id: str
    person_id: str
    by: str
    at: Time
    place: str
    money_fen: int = Field(0, ge=0, description="help in money, in fen")
    sealed: str


def care_rules(rules: PersonRules) -> CareRules:
    """Raises ``PERSON_NO_FORM`` where the pack has none."""
    if rules.care is None:
        raise Refusal("PERSON_NO_FORM", field="care")
    return rules.care


def appointed(rules: PersonRules, person: Person, group: str, members: Any) -> dict[str, str]:
    """The members by role, every role of the pack once.

    Raises ``PERSON_CARE_GROUP``, ``PERSON_CARE_ROLE``, ``PERSON_NO_CONSENT`` (the person's purposes lack care) and
    ``PERSON_ERASED``.
    """
    care = care_rules(rules)
    if person.state != "kept":
        raise Refusal("PERSON_ERASED", field="person_id", value=person.id)
    if group not in care.groups:
        raise Refusal("PERSON_CARE_GROUP", field="group", known=", ".join(care.groups))
    if care.purpose not in person.purposes:
        raise Refusal("PERSON_NO_CONSENT", field="purposes", value=care.purpose)
    found = dict(members) if isinstance(members, Mapping) else {}
    for role in care.roles:
        if role not in found:
            raise Refusal("PERSON_CARE_ROLE", field="members", value=role)
    try:
        return {role: _VIEWER.validate_python(found[role]) for role in care.roles}
    except ValidationError:
        raise Refusal("PERSON_CARE_ROLE", field="members") from None


def of_the_team(team: CareTeam, by: str) -> None:
    """Raises ``PERSON_CARE_NOT_YOURS`` for who is no member, and for everybody once the team has ended."""
    if team.ended_at is not None or by not in team.members.values():
        raise Refusal("PERSON_CARE_NOT_YOURS", field="by", value=by)
