"""dispatch's API for stewards: who serves whom, and their visits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gov_dispatch.claim_commands import AppointSteward, EndStewardship, VisitServed
from gov_dispatch.store import stewards as store
from govcore.claims import Stewardship
from govcore.errors import Refusal
from govmesh.http import Request, Route, fields
from govmesh.mesh import Mesh
from govmesh.paging import asked


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route about stewards."""
    api = _Stewards(mesh)
    return [
        Route("POST", "/api/v1/stewards", api.appoint),
        Route("GET", "/api/v1/stewards", api.list),
        Route("GET", "/api/v1/stewards/<stewardship_id>", api.get),
        Route("POST", "/api/v1/stewards/<stewardship_id>/visit", api.visit),
        Route("POST", "/api/v1/stewards/<stewardship_id>/end", api.end),
    ]


class _Stewards:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    def appoint(self, request: Request) -> dict[str, Any]:
        return _shown(self._mesh.obey(AppointSteward.model_validate(fields(request))))

    def list(self, request: Request) -> dict[str, Any]:
        """Those whose visit is due first come first: ``?state=&steward=``."""
        limit, cursor = asked(request)
        with self._mesh.database.read() as conn:
            found = store.list_stewardships(
                conn,
                state=request.args.get("state"),
                steward=request.args.get("steward"),
                limit=limit,
                cursor=cursor,
            )
        return found.told("stewards", _shown)

    def get(self, request: Request, stewardship_id: str) -> dict[str, Any]:
        """One, with its visits, the latest first."""
        limit, cursor = asked(request)
        with self._mesh.database.read() as conn:
            found = store.stewardship(conn, stewardship_id)
            if found is None:
                raise Refusal("STEWARD_UNKNOWN", field="stewardship_id", value=stewardship_id[:80])
            visits = store.visits_of(conn, stewardship_id, limit, cursor)
        return {**_shown(found), **visits.told("made", lambda one: one.model_dump(mode="json"))}

    def visit(self, request: Request, stewardship_id: str) -> dict[str, Any]:
        said = {**fields(request), "stewardship_id": stewardship_id}
        done = self._mesh.obey(VisitServed.model_validate(said))
        return {**_shown(done["stewardship"]), "visit": done["visit"].model_dump(mode="json")}

    def end(self, request: Request, stewardship_id: str) -> dict[str, Any]:
        said = {**fields(request), "stewardship_id": stewardship_id}
        return _shown(self._mesh.obey(EndStewardship.model_validate(said)))


def _shown(found: Stewardship) -> dict[str, Any]:
    return found.model_dump(mode="json", exclude={"key"})
