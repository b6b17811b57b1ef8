"""The one file that puts grid together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gov_grid import contracts, handlers, http_divisions, http_locate, store
from govmesh.mesh import Mesh
from govmesh.spec import ServiceSpec

if TYPE_CHECKING:
    import sqlalchemy as sa


def _seed(mesh: Mesh, conn: sa.Connection) -> None:
    store.seed(mesh.pack, conn)


SPEC = ServiceSpec(
    name="grid",
    says=contracts.SAYS,
    hears=contracts.HEARS,
    commands=contracts.COMMANDS,
    local=contracts.LOCAL,
    kinds=store.KINDS,
    build=handlers.build,
    nameko="gov_grid.service:GridService",
    queries="gov_grid.service:GridQueries",
    migrations="gov_grid.migrations",
    routes=lambda mesh: (*http_locate.routes(mesh), *http_divisions.routes(mesh)),
    prefixes=("/api/v1/locate", "/api/v1/divisions"),
    seed=_seed,
    counts=store.counts,
)
