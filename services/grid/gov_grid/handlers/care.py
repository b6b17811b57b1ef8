"""Care teams: appointed by the desk, written and read by their members and nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gov_grid import person_commands as say
from gov_grid.handlers.persons import opened
from gov_grid.store.persons import CARE_NOTES, CARE_TEAMS, KEYS, PERSONS
from govcore.errors import Refusal
from govcore.messages import Message
from govcore.persons import care, entitled
from govcore.persons.said import words
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Need, Work


class Care:
    """Local commands."""

    def __init__(self, mesh: Mesh) -> None:
        self._vault, self._rules = mesh.vault, mesh.pack.persons

    def handlers(self) -> Sequence[On]:
        return (
            On(say.AppointCare, self.appoint, _person),
            On(say.RecordCare, self.record, _team),
            On(say.ReadCare, self.read, _team),
            On(say.EndCare, self.end, _team),
        )

    def appoint(self, message: Message[say.AppointCare], work: Work) -> None:
        said = message.data
        entitled.at_the_desk(self._rules, said.by)
        person = work.get(PERSONS, said.person_id)
        if person is None:
            raise Refusal("PERSON_UNKNOWN", field="id")
        members, ident = care.appointed(self._rules, person, said.group, said.members), work.new_id("T")
        team = care.CareTeam(
            id=ident,
            person_id=person.id,
            members=members,
            place=person.place,
            since=work.now,
            sealed=self._sealed(work, person.id, {"group": said.group}),
        )
        work.put(CARE_TEAMS, team)
        work.note(ident, "appointed", place=person.place, actor=said.by)
        work.result = {"care_team": ident, "roles": list(members)}

    def record(self, message: Message[say.RecordCare], work: Work) -> None:
        said, team = message.data, _found(work)
        care.of_the_team(team, said.by)
        note = care.CareNote(
            id=work.new_id("K"),
            team_id=team.id,
            person_id=team.person_id,
            by=said.by,
            at=work.now,
            place=team.place,
            money_fen=said.money_fen,
            sealed=self._sealed(work, team.person_id, {"words": said.words}),
        )
        work.put(CARE_NOTES, note)
        update = {"visits": team.visits + 1, "money_fen": team.money_fen + said.money_fen}
        work.put(CARE_TEAMS, team.model_copy(update=update))
        work.note(team.id, "care visit", place=team.place, actor=said.by)
        work.result = {"care_team": team.id, "visits": team.visits + 1}

    def read(self, message: Message[say.ReadCare], work: Work) -> None:
        said, team = message.data, _found(work)
        care.of_the_team(team, said.by)
        group = opened(work, self._vault, team.person_id, team.sealed)["group"]
        notes = work.find(CARE_NOTES, "team_id", team.id)
        work.note(team.id, "care read", place=team.place, actor=said.by, reason=words(said.reason, "reason"))
        work.result = {
            "care_team": team.id,
            "person": team.person_id,
            "group": group,
            "members": dict(team.members),
            "notes": [
                {
                    "at": one.at,
                    "by": one.by,
                    "money_fen": one.money_fen,
                    **opened(work, self._vault, team.person_id, one.sealed),
                }
                for one in sorted(notes, key=lambda one: (one.at, one.id))
            ],
        }

    def end(self, message: Message[say.EndCare], work: Work) -> None:
        entitled.at_the_desk(self._rules, message.data.by)
        team = _found(work)
        work.put(CARE_TEAMS, team.model_copy(update={"ended_at": work.now}))
        work.note(team.id, "ended", place=team.place, actor=message.data.by)
        work.result = {"care_team": team.id}

    def _sealed(self, work: Work, person_id: str, record: dict[str, Any]) -> str:
        key = work.get(KEYS, person_id)
        if key is None or key.wrapped is None:
            raise Refusal("PERSON_ERASED", field="person_id", value=person_id)
        return self._vault.seal(key.wrapped, person_id, record)


def _person(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield PERSONS, "id", message.data.person_id


def _team(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield CARE_TEAMS, "id", message.data.care_team_id


def _found(work: Work) -> care.CareTeam:
    """Raises ``PERSON_UNKNOWN``."""
    found = work.get(CARE_TEAMS, str(work.message.data.care_team_id))
    if found is None:
        raise Refusal("PERSON_UNKNOWN", field="id")
    return found
