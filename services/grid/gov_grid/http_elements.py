"""grid's API for components, organisations, places, helpers, patrols, staffing and inspections by lot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gov_grid import element_commands as say
from gov_grid.store import elements as store
from govcore.elements.element import Norm, counted
from govcore.errors import Refusal
from govcore.messages import Payload
from govmesh.http import Handler, Request, Route, fields, page
from govmesh.mesh import Mesh

MOST_ROWS = 500


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route about them."""
    api = _Elements(mesh)
    one, patrol = "/api/v1/elements/<element_id>", "/api/v1/patrols/<patrol_id>"
    lot = "/api/v1/inspections/<inspection_id>"
    return (
        Route("GET", "/api/v1/elements", api.listed(store.ELEMENTS, "kind", "state", "owner", "grid")),
        Route("POST", "/api/v1/elements", api.register),
        Route("GET", "/api/v1/elements/counts", api.counts),
        Route("GET", one, api.got(store.ELEMENTS, "element_id")),
        Route("POST", f"{one}/join", api.obeyed(say.JoinElement, "element_id")),
        Route("POST", f"{one}/activities", api.obeyed(say.RecordActivity, "element_id")),
        Route("POST", f"{one}/<action>", api.move),
        Route("GET", "/api/v1/patrols", api.listed(store.PATROLS, "holder")),
        Route("POST", "/api/v1/patrols", api.obeyed(say.PlanPatrol)),
        Route("GET", patrol, api.got(store.PATROLS, "patrol_id")),
        Route("POST", f"{patrol}/see", api.obeyed(say.SeePoint, "patrol_id")),
        Route("POST", f"{patrol}/end", api.obeyed(say.EndPatrol, "patrol_id")),
        Route("GET", "/api/v1/inspections", api.listed(store.INSPECTIONS, "state")),
        Route("POST", "/api/v1/inspections", api.obeyed(say.CommitInspection)),
        Route("GET", lot, api.got(store.INSPECTIONS, "inspection_id")),
        Route("POST", f"{lot}/draw", api.obeyed(say.DrawInspection, "inspection_id")),
        Route("POST", f"{lot}/record", api.obeyed(say.RecordInspection, "inspection_id")),
        Route("POST", "/api/v1/staffing", api.staffing),
    )


class _Elements:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    def obeyed(self, command: type[Payload], named: str = "") -> Handler:
        """A route that answers with what the command leaves behind."""

        def call(request: Request, **path: str) -> dict[str, Any]:
            more = {named: path[named]} if named else {}
            return _shown(self._mesh.obey(command.model_validate({**fields(request), **more})))

        return call

    def listed(self, kind: Any, *by: str) -> Handler:
        """A page of them, by the columns named in the query."""

        def call(request: Request) -> dict[str, Any]:
            limit, offset = page(request)
            where = {name: request.args.get(name) for name in by}
            with self._mesh.database.read() as conn:
                found = store.list_of(conn, kind, where, limit=limit, offset=offset)
            return {kind.name: [_shown(one) for one in found]}

        return call

    def got(self, kind: Any, named: str) -> Handler:
        """One."""

        def call(_request: Request, **path: str) -> dict[str, Any]:
            with self._mesh.database.read() as conn:
                found = store.one(conn, kind, path[named])
            if found is None:
                raise Refusal("ELEMENT_UNKNOWN", field="id", value=path[named][:80])
            return _shown(found)

        return call

    def register(self, request: Request) -> dict[str, Any]:
        """One, or ``{"elements": […]}`` with up to 500 of them; each answers for itself."""
        said = fields(request)
        if "elements" not in said:
            done = self._mesh.obey(say.RegisterElement.model_validate(said))
            return {**_shown(done["element"]), "new": done["new"]}
        rows = said["elements"]
        if not isinstance(rows, list) or len(rows) > MOST_ROWS:
            raise Refusal("HTTP_BAD_BODY", field="elements", why="list")
        return {"results": [self._row(at, row) for at, row in enumerate(rows)]}

    def _row(self, at: int, row: Any) -> dict[str, Any]:
        try:
            done = self._mesh.obey(_read(row))
        except Refusal as no:
            return {"index": at, "outcome": "rejected", "reason": no.as_dict()}
        return {"index": at, "outcome": "new" if done["new"] else "known", "element": done["element"].id}

    def move(self, request: Request, element_id: str, action: str) -> dict[str, Any]:
        said = {**fields(request), "element_id": element_id, "action": action}
        return _shown(self._mesh.obey(say.MoveElement.model_validate(said)))

    def counts(self, request: Request) -> dict[str, Any]:
        """By kind and state; ``?grid=``."""
        with self._mesh.database.read() as conn:
            return {"counts": counted(store.counts(conn, request.args.get("grid")))}

    def staffing(self, request: Request) -> dict[str, Any]:
        """Norms held against the posts there are: ``{"norms": […], "counted": {"population": 240000, …}}``."""
        said = fields(request)
        norms, counts = said.get("norms"), said.get("counted")
        if not isinstance(norms, list) or not isinstance(counts, dict):
            raise Refusal("HTTP_BAD_BODY", field="norms", why="list")
        with self._mesh.database.read() as conn:
            there = store.post_counts(conn)
        rows = []
        for norm in (Norm.model_validate(one) for one in norms):
            many = counts.get(norm.of)
            if not isinstance(many, int) or isinstance(many, bool) or many < 0:
                raise Refusal("HTTP_BAD_BODY", field="counted", why=norm.of[:40])
            needed, have = norm.needed(many), there.get(norm.post, 0)
            row = {"code": norm.code, "post": norm.post, "needed": needed, "there": have, "source": norm.source}
            rows.append({**row, "missing": max(0, needed - have)})
        return {"norms": rows}


def _shown(found: Any) -> dict[str, Any]:
    shown: dict[str, Any] = found.model_dump(mode="json", exclude={"sealed"})
    return shown


def _read(row: Any) -> Payload:
    if not isinstance(row, dict):
        raise Refusal("HTTP_BAD_BODY", field="elements", why="object")
    try:
        return say.RegisterElement.model_validate(row)
    except ValueError as error:
        raise Refusal("HTTP_BAD_BODY", field="elements", why="fields") from error
