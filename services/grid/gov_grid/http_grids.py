"""grid's API for grids: what they are, were and became; created, split, merged, amended, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from gov_grid.grid_commands import AmendGrid, CreateGrid, EndGrid, MergeGrids, SplitGrid
from gov_grid.lookup import lookup_of
from gov_grid.moments import moment
from gov_grid.store import grids as store
from govcore.errors import Refusal
from govcore.grids import Grid
from govmesh.http import Request, Route, fields, page
from govmesh.mesh import Mesh


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route about grids and their changes."""
    api = _Grids(mesh)
    return [
        Route("GET", "/api/v1/grids", api.list),
        Route("POST", "/api/v1/grids", api.create),
        Route("POST", "/api/v1/grids/merge", api.merge),
        Route("GET", "/api/v1/grids/changes", api.changes),
        Route("GET", "/api/v1/grids/<code>", api.get),
        Route("GET", "/api/v1/grids/<code>/history", api.history),
        Route("POST", "/api/v1/grids/<code>/split", api.split),
        Route("POST", "/api/v1/grids/<code>/amend", api.amend),
        Route("POST", "/api/v1/grids/<code>/end", api.end),
    ]


class _Grids:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh, self._lookup = mesh, lookup_of(mesh)

    def list(self, request: Request) -> dict[str, Any]:
        """Those in force at ``?at=``, by code: ``?division=`` in or below it, ``?kind=``, ``?part_of=`` a grid."""
        day, asked = self._day(request), request.args
        limit, offset = page(request, most=1000)
        registry = self._lookup.places(now=True).registry
        if division := asked.get("division"):
            found: Sequence[Grid] = registry.grids_in(registry.division(division).code, at=day, deep=True)
        else:
            found = [then for grid in registry.grids if (then := grid.as_of(day)) is not None]
        for name, value in (("kind", asked.get("kind")), ("parent", asked.get("part_of"))):
            found = [grid for grid in found if getattr(grid, name) == value] if value else found
        found = sorted(found, key=lambda grid: grid.code)
        return {"total": len(found), "grids": [_facts(grid) for grid in found[offset : offset + limit]]}

    def get(self, request: Request, code: str) -> dict[str, Any]:
        """What it is, or was at ``?at=``: its chain upward, its parts, who is on duty, and its changes."""
        at = moment(self._mesh, request)
        day = at.astimezone(self._mesh.pack.zone).date()
        places = self._lookup.places(now=True)
        then = places.registry.grid(code).as_of(day)
        if then is None:
            raise Refusal("GRID_NOT_IN_FORCE", field="grid", value=code)
        return {
            **_facts(then),
            "place": places.registry.place(code),
            "chain": [{"code": area.code, "name": area.name} for area in places.registry.chain_from(then)],
            "parts": [part.code for part in places.registry.parts_of(code, at=day)],
            "duty": [one.post.id for one in places.duties.who(code, at)],
        }

    def history(self, _request: Request, code: str) -> dict[str, Any]:
        """Its spells, and the changes on whose either side it stands, the earliest first."""
        with self._mesh.database.read() as conn:
            life = store.life(conn, code)
            if life is None:
                raise Refusal("GRID_UNKNOWN_GRID", field="grid", value=code[:40])
            changes = store.changes_of(conn, life)
        return {
            "code": life.id,
            "division": life.division,
            "spells": [spell.model_dump(mode="json") for spell in life.spells],
            "changes": [one.model_dump(mode="json", exclude={"key"}) for one in changes],
        }

    def changes(self, request: Request) -> dict[str, Any]:
        """All changes, the latest first; ``?division=`` those in one."""
        limit, offset = page(request)
        with self._mesh.database.read() as conn:
            found = store.changes(conn, division=request.args.get("division"), limit=limit, offset=offset)
        return {"changes": [one.model_dump(mode="json", exclude={"key"}) for one in found]}

    def create(self, request: Request) -> dict[str, Any]:
        return self._obey(CreateGrid.model_validate(fields(request)))

    def merge(self, request: Request) -> dict[str, Any]:
        return self._obey(MergeGrids.model_validate(fields(request)))

    def split(self, request: Request, code: str) -> dict[str, Any]:
        return self._obey(SplitGrid.model_validate({**fields(request), "code": code}))

    def amend(self, request: Request, code: str) -> dict[str, Any]:
        return self._obey(AmendGrid.model_validate({**fields(request), "code": code}))

    def end(self, request: Request, code: str) -> dict[str, Any]:
        return self._obey(EndGrid.model_validate({**fields(request), "code": code}))

    def _obey(self, said: Any) -> dict[str, Any]:
        done = self._mesh.obey(said)
        return dict(done.model_dump(mode="json", exclude={"key"}))

    def _day(self, request: Request) -> date:
        return moment(self._mesh, request).astimezone(self._mesh.pack.zone).date()


def _facts(grid: Grid) -> dict[str, Any]:
    names = ("code", "name", "division", "kind", "level", "parent", "households", "since", "until")
    return {name: getattr(grid, name) for name in names}
