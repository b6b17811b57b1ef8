"""dispatch's API for led projects: what is done about each, and their boards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from gov_dispatch import project_commands as commands
from gov_dispatch.store import projects as store
from govcore.claims import Project
from govcore.claims.boards import Board, board
from govcore.errors import Refusal
from govcore.messages import Payload
from govmesh.http import Request, Route, fields
from govmesh.mesh import Mesh
from govmesh.paging import asked

_VERBS: dict[str, type[Payload]] = {
    "choose": commands.ChooseProject,
    "decline": commands.DeclineProject,
    "decide": commands.DecideProject,
    "reach": commands.ReachMilestone,
    "solve": commands.SolveProject,
    "drop": commands.DropProject,
}


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route about led projects."""
    api = _Projects(mesh)
    return [
        Route("POST", "/api/v1/projects", api.raise_),
        Route("GET", "/api/v1/projects", api.list),
        Route("GET", "/api/v1/projects/boards/<kind>", api.board),
        Route("GET", "/api/v1/projects/<project_id>", api.get),
        Route("POST", "/api/v1/projects/<project_id>/<verb>", api.answer),
    ]


class _Projects:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    def raise_(self, request: Request) -> dict[str, Any]:
        return _shown(self._mesh.obey(commands.RaiseProject.model_validate(fields(request))))

    def list(self, request: Request) -> dict[str, Any]:
        """Those there are, the latest first: ``?state=&leader=&place=``."""
        limit, cursor = asked(request)
        wanted = {name: request.args.get(name) for name in ("state", "leader", "place")}
        with self._mesh.database.read() as conn:
            found = store.list_projects(conn, **wanted, limit=limit, cursor=cursor)
        return found.told("projects", _shown)

    def get(self, request: Request, project_id: str) -> dict[str, Any]:
        with self._mesh.database.read() as conn:
            found = store.project(conn, project_id)
        if found is None:
            raise Refusal("PROJECT_UNKNOWN", field="project_id", value=project_id[:80])
        return _shown(found)

    def answer(self, request: Request, project_id: str, verb: str) -> dict[str, Any]:
        """Choose, decline, decide, reach, solve, drop."""
        command = _VERBS.get(verb)
        if command is None:
            raise Refusal("HTTP_NOT_FOUND", field="path", value=verb[:80])
        return _shown(self._mesh.obey(command.model_validate({**fields(request), "project_id": project_id})))

    def board(self, request: Request, kind: str) -> Board:
        """``?date=2026-03-02``: the board of the month, quarter or year with that day in it; today's without one."""
        pack, now, said = self._mesh.pack, self._mesh.clock.now(), request.args.get("date")
        try:
            day = date.fromisoformat(said) if said else now.astimezone(pack.zone).date()
        except ValueError as error:
            raise Refusal("STATS_BAD_DATE", field="date", value=str(said)[:40]) from error
        with self._mesh.database.read() as conn:
            found = store.led(conn)
        return board(found, kind, day, zone=pack.zone, unit=self._unit, now=now)

    def _unit(self, division: str) -> str:
        known = self._mesh.pack.divisions.get(division)
        return known.name if known else division


def _shown(found: Project) -> dict[str, Any]:
    """A project for the API; it has no field that says who raised it."""
    return {**found.model_dump(mode="json", exclude={"key"}), "reached": found.reached}
