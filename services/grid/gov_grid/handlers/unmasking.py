"""Who sees what of whom, and why: every unmasking is written into the history before anybody gets it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gov_grid import person_commands as say
from gov_grid.handlers.persons import Persons, opened, there
from gov_grid.store.persons import CARE_TEAMS, HOUSEHOLDS, PERSONS
from govcore.errors import Refusal
from govcore.messages import Message
from govcore.persons import entitled
from govcore.persons.said import words
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Need, Work


class Unmasking:
    """Local commands; each answers with what the viewer may see."""

    def __init__(self, mesh: Mesh, register: Persons) -> None:
        self._vault, self._rules, self._register = mesh.vault, mesh.pack.persons, register

    def handlers(self) -> Sequence[On]:
        return (
            On(say.ReadHousehold, self.read_household, _household),
            On(say.ReadPerson, self.read, _person),
            On(say.FindPerson, self.find),
            On(say.ExportPerson, self.export, _person),
        )

    def read_household(self, message: Message[say.ReadHousehold], work: Work) -> None:
        said = message.data
        home, purpose = there(work, HOUSEHOLDS, said.household_id), entitled.purpose_of(self._rules, said.purpose)
        if not entitled.may(purpose, said.by, home.grid, self._register.grid_of) or "address" not in purpose.fields:
            raise Refusal("PERSON_NOT_ALLOWED", field="by", value=said.by, purpose=said.purpose)
        reason = words(said.reason, "reason")
        work.note(home.id, "read", place=home.place, actor=said.by, reason=f"{said.purpose}: address; {reason}")
        work.result = opened(work, self._vault, home.id, home.sealed)

    def read(self, message: Message[say.ReadPerson], work: Work) -> None:
        """Nothing is unmasked that the history does not say."""
        said = message.data
        person = there(work, PERSONS, said.person_id)
        teams = [one for one in work.find(CARE_TEAMS, "person_id", person.id) if one.ended_at is None]
        team = frozenset(member for one in teams for member in one.members.values())
        asked = entitled.granted(
            self._rules, person, said.by, said.purpose, said.fields, self._register.grid_of, team=team
        )
        secret = self._register.secret(work, person)
        reason = words(said.reason, "reason", secret.now.values())
        found = {code: secret.now[code] for code in asked if code in secret.now}
        why = f"{said.purpose}: {' '.join(found)}; {reason}"
        care = self._rules.care is not None and said.purpose == self._rules.care.purpose
        subject = teams[0].id if care else person.id  # that somebody is cared for is for the team alone
        work.note(subject, "read", place=person.place, actor=said.by, reason=why)
        work.result = found

    def find(self, message: Message[say.FindPerson], work: Work) -> None:
        """By blind index; only for who may see that field of whom is found."""
        said = message.data
        kind = "citizen_id" if said.citizen_id is not None else "phone"
        known = self._register.by_index(work, kind, getattr(said, kind))
        found = entitled.findable(self._rules, known, said.by, said.purpose, kind, self._register.grid_of)
        for person in found:
            work.note(person.id, "found", place=person.place, actor=said.by, reason=f"{said.purpose}: {kind}")
        work.result = [one.id for one in found]

    def export(self, message: Message[say.ExportPerson], work: Work) -> None:
        said = message.data
        entitled.at_the_desk(self._rules, said.by)
        person = there(work, PERSONS, said.person_id)
        secret = self._register.secret(work, person)
        proof = words(said.proof, "proof", secret.now.values())
        work.note(person.id, "exported", place=person.place, actor=said.by, reason=f"proof: {proof}")
        work.result = (person, secret)


def _person(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield PERSONS, "id", message.data.person_id


def _household(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield HOUSEHOLDS, "id", message.data.household_id
