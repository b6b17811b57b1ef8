"""dispatch's API for services: the pack's catalogue, and applications."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gov_dispatch.claim_commands import ApplyForService
from govcore.packs import ServiceItem, service_in
from govmesh.http import Request, Route, fields
from govmesh.mesh import Mesh


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route about services."""
    api = _Services(mesh)
    return [
        Route("GET", "/api/v1/services", api.catalogue),
        Route("GET", "/api/v1/services/<code>", api.get),
        Route("POST", "/api/v1/services/<code>/applications", api.apply),
    ]


class _Services:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    def catalogue(self, request: Request) -> dict[str, Any]:
        """All services, in the pack's order; ``?unit=`` those of one unit."""
        unit = request.args.get("unit")
        found = [self._shown(one) for one in self._mesh.pack.services.values() if unit in (None, one.unit)]
        counted = {flag: sum(one[flag] for one in found) for flag in ("online", "one_trip", "open")}
        return {"services": found, "counts": {"services": len(found), **counted}}

    def get(self, request: Request, code: str) -> dict[str, Any]:
        return self._shown(service_in(self._mesh.pack, code))

    def apply(self, request: Request, code: str) -> Any:
        """An application; its answer names the event, which is followed like any other."""
        return self._mesh.obey(ApplyForService.model_validate({**fields(request), "service": code}))

    def _shown(self, item: ServiceItem) -> dict[str, Any]:
        return {**item._asdict(), "unit_name": self._mesh.pack.departments[item.unit].name.model_dump()}
