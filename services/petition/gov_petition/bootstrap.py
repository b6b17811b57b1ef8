"""The one file that puts petition together."""

from __future__ import annotations

from functools import partial

from gov_petition import contracts, handlers, http, renewals, store
from govmesh.spec import ServiceSpec

SPEC = ServiceSpec(
    name="petition",
    says=contracts.SAYS,
    hears=contracts.HEARS,
    commands=contracts.COMMANDS,
    local=contracts.LOCAL,
    kinds=store.KINDS,
    build=handlers.build,
    nameko="gov_petition.service:PetitionService",
    migrations="gov_petition.migrations",
    routes=lambda mesh: (*renewals.routes(mesh), *http.routes(mesh)),
    prefixes=("/api/v1/petitions",),
    stalled=lambda mesh, conn: {"petitions": partial(store.late, conn, mesh.clock.now())},
    counts=store.counts,
)
