"""The one file that puts points together."""

from __future__ import annotations

from gov_points import contracts, handlers, http, store, upkeep
from govmesh.spec import ServiceSpec

SPEC = ServiceSpec(
    name="points",
    says=contracts.SAYS,
    hears=contracts.HEARS,
    commands=contracts.COMMANDS,
    local=contracts.LOCAL,
    kinds=store.KINDS,
    build=handlers.build,
    nameko="gov_points.service:PointsService",
    migrations="gov_points.migrations",
    routes=http.routes,
    prefixes=("/api/v1/points",),
    counts=store.counts,
    upkeep=upkeep.look,
)
