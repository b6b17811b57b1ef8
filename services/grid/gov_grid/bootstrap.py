"""The one file that puts grid together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gov_grid import (
    contracts,
    handlers,
    http_boundaries,
    http_divisions,
    http_elements,
    http_grids,
    http_locate,
    http_persons,
    http_posts,
    store,
)
from gov_grid.handlers.cover import first_look
from gov_grid.store import elements, persons, posts
from govmesh.mesh import Mesh
from govmesh.spec import ServiceSpec
from govmesh.stalled import Lists

if TYPE_CHECKING:
    import sqlalchemy as sa


def _seed(mesh: Mesh, conn: sa.Connection) -> None:
    store.seed(mesh.pack, conn, mesh.clock.now().astimezone(mesh.pack.zone).date())


def _stalled(mesh: Mesh, conn: sa.Connection) -> Lists:
    now = mesh.clock.now()
    return {"duty": partial(posts.late_duty, conn, now), "patrols": partial(elements.missed_rounds, conn, now)}


SPEC = ServiceSpec(
    name="grid",
    says=contracts.SAYS,
    hears=contracts.HEARS,
    commands=contracts.COMMANDS,
    local=contracts.LOCAL,
    kinds=(*store.KINDS, *persons.KINDS, *elements.KINDS),
    build=handlers.build,
    nameko="gov_grid.service:GridService",
    queries="gov_grid.service:GridQueries",
    migrations="gov_grid.migrations",
    routes=lambda mesh: (
        *http_locate.routes(mesh),
        *http_divisions.routes(mesh),
        *http_boundaries.routes(mesh),
        *http_persons.routes(mesh),
        *http_elements.routes(mesh),
        *http_grids.routes(mesh),
        *http_posts.routes(mesh),
    ),
    prefixes=(
        "/api/v1/locate",
        "/api/v1/divisions",
        "/api/v1/boundaries",
        "/api/v1/persons",
        "/api/v1/households",
        "/api/v1/care",
        "/api/v1/elements",
        "/api/v1/patrols",
        "/api/v1/inspections",
        "/api/v1/staffing",
        "/api/v1/grids",
        "/api/v1/posts",
        "/api/v1/duty",
    ),
    seed=_seed,
    upkeep=first_look,
    stalled=_stalled,
    counts=store.counts,
    addresses_departments=True,
)
