"""petition's API: petitions in, what became of them, their clock.  Never who petitioned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gov_petition import contracts, store
from gov_petition.handlers.desk import STEPS
from gov_petition.petition_in import read_petition
from gov_petition.store import StoredPetition
from govcore.errors import Refusal
from govcore.petitions import Law, Petition, by_hand, clock
from govcore.petitions.protection import ARTICLES, words
from govmesh.clock import trace_id
from govmesh.http import Request, Route, body, page
from govmesh.mesh import Mesh

_SHOWN = (
    "id", "state", "version", "holder", "held_since", "channel", "received_at", "registered_at", "due_at",
    "referred_at", "told_at", "accepted_at", "extended_at", "answered_at", "outcome", "closed_at",
)  # fmt: skip
_WITHHELD = ("path", "class_code", "class_name", "severity", "place", "division", "grid", "event_id", "lead", "result")
"""What would betray an accusation; its words and whom it accuses go the same way."""


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route of petition."""
    api = _Api(mesh)
    return (
        Route("POST", "/api/v1/petitions", api.post),
        Route("GET", "/api/v1/petitions", api.get_many),
        Route("GET", "/api/v1/petitions/<petition_id>", api.get),
        Route("GET", "/api/v1/petitions/<petition_id>/clock", api.get_clock),
        Route("POST", "/api/v1/petitions/<petition_id>/read", api.read),
        Route("POST", "/api/v1/petitions/<petition_id>/<verb>", api.step),
    )


class _Api:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh, self._law = mesh, Law(mesh.pack.calendars)

    def post(self, request: Request) -> dict[str, Any]:
        """Register a petition; the same ``(source, external_id)`` again answers with the first one."""
        said = contracts.RegisterPetition.model_construct(petition=read_petition(body(request)))
        found: dict[str, Any] = self._mesh.obey(said)
        return found

    def get(self, _request: Request, petition_id: str) -> dict[str, Any]:
        return _shown(self._known(petition_id))

    def get_many(self, request: Request) -> dict[str, Any]:
        """The latest first; ``state``: only those in this state."""
        limit, offset = page(request)
        with self._mesh.database.read() as conn:
            found = store.list_petitions(conn, state=request.args.get("state"), limit=limit, offset=offset)
        return {"petitions": [_shown(one) for one in found]}

    def get_clock(self, _request: Request, petition_id: str) -> dict[str, Any]:
        """Every statutory term that has begun, each with its article and how its end was counted."""
        one, now = self._known(petition_id).petition, self._mesh.clock.now()
        found = clock(one, self._law.calendar, now, self._law.statute)
        return {"petition": one.id, "now": now, "deadlines": [each.as_dict() for each in found]}

    def read(self, request: Request, petition_id: str) -> dict[str, Any]:
        """The words of a petition, also of one that is withheld; who reads and why goes into the history first."""
        said = {**_object(body(request)), "petition_id": petition_id}
        one: Petition = self._mesh.obey(contracts.ReadPetition.model_validate(said))
        title, text, address = words(one)
        return {"petition": one.id, "title": title, "text": text, "address": address, "accused": one.accused}

    def step(self, request: Request, petition_id: str, verb: str) -> dict[str, Any]:
        """refer, accept, tell, object, extend, answer, close, ask_review …: one action of the statute's table."""
        if verb not in STEPS:
            raise Refusal("HTTP_NOT_FOUND", field="path", value=verb[:80])
        said = {**_object(body(request)), "petition_id": petition_id, "verb": verb}
        return _shown(self._mesh.obey(contracts.StepPetition.model_validate(said)))

    def _known(self, petition_id: str) -> StoredPetition:
        with self._mesh.database.read() as conn:
            found = store.petition(conn, petition_id)
        if found is None:
            raise Refusal("PETITION_UNKNOWN", field="petition_id", value=petition_id[:80])
        return found


def _shown(stored: StoredPetition) -> dict[str, Any]:
    """A petition for the API: identity masked, and of an accusation only how far it has come (art 30)."""
    one = stored.petition
    found = {name: getattr(one, name) for name in _SHOWN}
    found |= {"late_at": stored.late_at, "trace_id": trace_id(one.trace)}
    if by_hand(one):
        return {**found, "withheld": ARTICLES}
    title, text, address = words(one)
    return {**found, **{n: getattr(one, n) for n in _WITHHELD}, "title": title, "text": text, "address": address}


def _object(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise Refusal("HTTP_BAD_BODY", field="body", why="object")
    return said
