"""grid's API for households and persons: masked for everybody, opened by ``read`` for a purpose, which is journalled.

A refusal never repeats what was said about a person, and no path has anything of a person but their register number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gov_grid import person_commands as say
from gov_grid.store import persons as store
from govcore.errors import Refusal
from govcore.messages import Payload
from govcore.persons.entitled import outline
from govcore.persons.masking import mask_address
from govcore.persons.record import Person, Secret
from govmesh.http import Handler, Request, Route, fields, page
from govmesh.mesh import Mesh

MOST_ROWS = 500


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route about households, persons and care teams."""
    api = _Persons(mesh)
    one, team = "/api/v1/persons/<person_id>", "/api/v1/care/<care_team_id>"
    return (
        Route("GET", "/api/v1/persons", api.list),
        Route("POST", "/api/v1/persons", api.register),
        Route("GET", "/api/v1/persons/form", api.form),
        Route("POST", "/api/v1/persons/find", api.find),
        Route("GET", "/api/v1/persons/ledger", api.ledger),
        Route("GET", one, api.get),
        Route("GET", f"{one}/ledger", api.ledger),
        Route("GET", f"{one}/readings", api.readings),
        Route("POST", f"{one}/read", api.obeyed(say.ReadPerson, "person_id")),
        Route("POST", f"{one}/export", api.export),
        *(
            Route("POST", f"{one}/{verb}", api.changed(command))
            for verb, command in (
                ("change", say.ChangePerson),
                ("correct", say.CorrectPerson),
                ("decide", say.DecideConflict),
                ("withdraw", say.WithdrawConsent),
                ("erase", say.ErasePerson),
            )
        ),
        Route("GET", "/api/v1/households", api.households),
        Route("POST", "/api/v1/households", api.new_household),
        Route("GET", "/api/v1/households/<household_id>", api.household),
        Route("POST", "/api/v1/households/<household_id>/read", api.obeyed(say.ReadHousehold, "household_id")),
        Route("GET", "/api/v1/care", api.care),
        Route("POST", f"{one}/care", api.obeyed(say.AppointCare, "person_id")),
        *(
            Route("POST", f"{team}/{verb}", api.obeyed(command, "care_team_id"))
            for verb, command in (("record", say.RecordCare), ("read", say.ReadCare), ("end", say.EndCare))
        ),
    )


class _Persons:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh, self._rules = mesh, mesh.pack.persons

    def obeyed(self, command: type[Payload], named: str) -> Handler:
        """A route that answers with what the command does."""

        def call(request: Request, **path: str) -> dict[str, Any]:
            said = command.model_validate({**fields(request), named: path[named]})
            found: dict[str, Any] = self._mesh.obey(said)
            return found

        return call

    def changed(self, command: type[Payload]) -> Handler:
        """A route that answers with the person, masked."""

        def call(request: Request, person_id: str) -> dict[str, Any]:
            return self._shown(self._mesh.obey(command.model_validate({**fields(request), "person_id": person_id})))

        return call

    def register(self, request: Request) -> dict[str, Any]:
        """One form, or ``{"persons": […]}`` with up to 500 of them; each answers for itself."""
        said = fields(request)
        if "persons" not in said:
            done = self._mesh.obey(say.RegisterPerson.model_validate(said))
            return {**self._shown(done["person"]), "new": done["new"]}
        rows = said["persons"]
        if not isinstance(rows, list) or len(rows) > MOST_ROWS:
            raise Refusal("HTTP_BAD_BODY", field="persons", why="list")
        return {"results": [self._row(at, row) for at, row in enumerate(rows)]}

    def _row(self, at: int, row: Any) -> dict[str, Any]:
        try:
            done = self._mesh.obey(_read(say.RegisterPerson, row))
        except Refusal as no:
            return {"index": at, "outcome": "rejected", "reason": no.as_dict()}
        outcome = "new" if done["new"] else "known"
        return {
            "index": at,
            "outcome": outcome,
            "person": done["person"].id,
            "conflicts": len(done["person"].conflicts),
        }

    def form(self, _request: Request) -> dict[str, Any]:
        """The entry form, the purposes and the systems of this place."""
        return self._rules.model_dump(mode="json")

    def find(self, request: Request) -> dict[str, Any]:
        found = self._mesh.obey(say.FindPerson.model_validate(fields(request)))
        return {"persons": [self._get(ident) for ident in found]}

    def get(self, _request: Request, person_id: str) -> dict[str, Any]:
        return self._get(person_id)

    def list(self, request: Request) -> dict[str, Any]:
        """``?household=&grid=&division=&state=&conflicts=1``, masked."""
        limit, offset = page(request)
        asked = {name: request.args.get(name) for name in ("grid", "division", "state")}
        with self._mesh.database.read() as conn:
            found = store.list_persons(
                conn,
                {**asked, "household_id": request.args.get("household")},
                conflicts=bool(request.args.get("conflicts")),
                limit=limit,
                offset=offset,
            )
        return {"persons": [self._shown(one) for one in found]}

    def ledger(self, request: Request, person_id: str | None = None) -> dict[str, Any]:
        """Which system was sent which fields when, and when it said that it has them; ``?system=``."""
        limit, offset = page(request)
        with self._mesh.database.read() as conn:
            rows = store.ledger(
                conn, person_id=person_id, system=request.args.get("system"), limit=limit, offset=offset
            )
        return {"deliveries": rows}

    def readings(self, _request: Request, person_id: str) -> dict[str, Any]:
        """Every unmasking."""
        with self._mesh.database.read() as conn:
            return {"readings": store.readings(conn, [person_id])}

    def export(self, request: Request, person_id: str) -> dict[str, Any]:
        """All that is kept, in a form to take along (PIPL 45)."""
        said = say.ExportPerson.model_validate({**fields(request), "person_id": person_id})
        person, secret = self._mesh.obey(said)
        with self._mesh.database.read() as conn:
            told = store.ledger(conn, person_id=person.id, system=None, limit=10_000, offset=0)
            read = store.readings(conn, [person.id, *store.teams_of(conn, person.id)])
        said_otherwise = {one.id: secret.other[one.id] for one in person.conflicts}
        return {
            **person.model_dump(mode="json", exclude={"sealed", "id_index", "phone_index"}),
            "fields": dict(secret.now),
            "said_otherwise": said_otherwise,
            "deliveries": told,
            "readings": read,
        }

    def households(self, request: Request) -> dict[str, Any]:
        limit, offset = page(request)
        with self._mesh.database.read() as conn:
            found = store.list_households(
                conn,
                grid=request.args.get("grid"),
                division=request.args.get("division"),
                limit=limit,
                offset=offset,
            )
        return {"households": [self._home(one) for one in found]}

    def new_household(self, request: Request) -> dict[str, Any]:
        return self._home(self._mesh.obey(say.RegisterHousehold.model_validate(fields(request))))

    def household(self, _request: Request, household_id: str) -> dict[str, Any]:
        """With its members, all masked."""
        with self._mesh.database.read() as conn:
            found = store.household(conn, household_id)
            if found is None:
                raise Refusal("PERSON_UNKNOWN", field="id")
            members = store.list_persons(conn, {"household_id": household_id}, conflicts=False, limit=200, offset=0)
        return {**self._home(found), "members": [self._shown(one) for one in members]}

    def care(self, _request: Request) -> dict[str, Any]:
        """How much is done, never for whom."""
        with self._mesh.database.read() as conn:
            return dict(store.care_figures(conn))

    def _get(self, person_id: str) -> dict[str, Any]:
        with self._mesh.database.read() as conn:
            found = store.person(conn, person_id)
        if found is None:
            raise Refusal("PERSON_UNKNOWN", field="id")
        return self._shown(found)

    def _home(self, home: store.Household) -> dict[str, Any]:
        address = self._opened(home.id, home.sealed, lambda record: mask_address(record["address"]))
        return {**home.model_dump(mode="json", exclude={"sealed"}), "address": address}

    def _shown(self, person: Person) -> dict[str, Any]:
        secret = self._opened(person.id, person.sealed, lambda record: Secret(record["now"], record["other"]))
        return outline(self._rules, person, secret or Secret())

    def _opened(self, ident: str, sealed: str | None, look: Callable[[dict[str, Any]], Any]) -> Any:
        with self._mesh.database.read() as conn:
            key = store.wrapped(conn, [ident]).get(ident)
        return look(self._mesh.vault.open(key, ident, sealed)) if key and sealed else None


def _read(command: type[Payload], row: Any) -> Payload:
    if not isinstance(row, dict):
        raise Refusal("HTTP_BAD_BODY", field="persons", why="object")
    try:
        return command.model_validate(row)
    except ValueError as error:
        raise Refusal("HTTP_BAD_BODY", field="persons", why="fields") from error
