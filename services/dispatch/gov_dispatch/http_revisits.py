"""dispatch's API for what comes after an end: visits, and departments that verify."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gov_dispatch import store
from gov_dispatch.contracts import AgreeVisits, CancelVisit, RecordVisit
from gov_dispatch.store import revisits
from gov_dispatch.who import speaks
from govcore.errors import Refusal
from govcore.events.visit import Visit
from govcore.messages import CheckEvent, FinishVisit, Payload
from govmesh.http import Request, Route, body
from govmesh.mesh import Mesh
from govmesh.paging import asked

_REACHED = {"done": True, "missed": False}


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route about visits, and the verification by a department."""
    api = _Revisits(mesh)
    return [
        Route("GET", "/api/v1/visits", api.listed),
        Route("GET", "/api/v1/visits/<visit_id>", api.shown),
        Route("POST", "/api/v1/visits/<visit_id>/<verb>", api.answer),
        Route("GET", "/api/v1/events/<event_id>/visits", api.of_event),
        Route("POST", "/api/v1/events/<event_id>/visits", api.agree),
        Route("POST", "/api/v1/events/<event_id>/check", api.check),
    ]


class _Revisits:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    def listed(self, request: Request) -> dict[str, Any]:
        """``?holder=&state=``: those that are due first."""
        limit, cursor = asked(request)
        wanted = {name: request.args.get(name) for name in ("holder", "state")}
        with self._mesh.database.read() as conn:
            found = revisits.list_visits(conn, **wanted, limit=limit, cursor=cursor)
        return found.told("visits", _plain)

    def shown(self, request: Request, visit_id: str) -> dict[str, Any]:
        with self._mesh.database.read() as conn:
            found = revisits.visit(conn, visit_id)
        if found is None:
            raise Refusal("VISIT_UNKNOWN", field="visit_id", value=visit_id[:80])
        return _plain(found)

    def of_event(self, request: Request, event_id: str) -> dict[str, Any]:
        with self._mesh.database.read() as conn:
            if store.event(conn, event_id) is None:
                raise Refusal("EVENT_UNKNOWN", field="event_id", value=event_id[:80])
            return {"visits": [_plain(one) for one in revisits.visits_of(conn, event_id)]}

    def agree(self, request: Request, event_id: str) -> dict[str, Any]:
        """``{"days": ["2026-06-02"], "what": …, "holder": …}``: all of them, or none."""
        said = AgreeVisits.model_validate({**_object(request), "event_id": event_id})
        return {"visits": [_plain(one) for one in self._mesh.obey(said)]}

    def answer(self, request: Request, visit_id: str, verb: str) -> dict[str, Any]:
        """``done``, ``missed`` (with ``dept`` for a department) or ``cancel``."""
        said = {**_object(request), "visit_id": visit_id}
        if verb == "cancel":
            return _plain(self._mesh.obey(CancelVisit.model_validate(said)))
        if verb not in _REACHED:
            raise Refusal("HTTP_NOT_FOUND", field="path", value=verb[:80])
        said["reached"] = _REACHED[verb]
        if "dept" in said:
            return _plain(self._as_dept(FinishVisit, said))
        return _plain(self._mesh.obey(RecordVisit.model_validate(said)))

    def check(self, request: Request, event_id: str) -> Any:
        """A department verifies the matter, by hand; desks and streets use ``verify``."""
        return self._as_dept(CheckEvent, {**_object(request), "event_id": event_id})

    def _as_dept(self, command: type[Payload], said: dict[str, Any]) -> Any:
        dept = speaks(self._mesh.pack, said)
        return self._mesh.obey(command.model_validate(said), user=f"dept.{dept}")


def _plain(visit: Visit) -> dict[str, Any]:
    return visit.model_dump(mode="json")


def _object(request: Request) -> dict[str, Any]:
    said = body(request)
    if not isinstance(said, dict):
        raise Refusal("HTTP_BAD_BODY", field="body", why="object")
    return said
