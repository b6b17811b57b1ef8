"""The one file that puts dispatch together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gov_dispatch import (
    contracts,
    handlers,
    http,
    http_alerts,
    http_claims,
    http_evidence,
    http_joint,
    http_notices,
    http_orders,
    http_projects,
    http_repeats,
    http_revisits,
    http_services,
    http_stewards,
    http_surge,
    renewals,
    store,
    succession,
)
from gov_dispatch.desks import late_at_desks
from gov_dispatch.handlers.notices import Planning, Sending
from gov_dispatch.store import figures, notices
from gov_dispatch.store.claims import late_claims
from gov_dispatch.store.joint import late_operations
from gov_dispatch.store.late import late_handoffs
from gov_dispatch.store.orders import unanswered
from gov_dispatch.store.projects import late_projects
from gov_dispatch.store.revisits import late_revisits
from gov_dispatch.store.stewards import late_visits
from govmesh.mesh import Mesh
from govmesh.spec import ServiceSpec
from govmesh.stalled import Lists

if TYPE_CHECKING:
    import sqlalchemy as sa


def _stalled(mesh: Mesh, conn: sa.Connection) -> Lists:
    now = mesh.clock.now()
    return {
        "handoffs": partial(late_handoffs, conn, now),
        "claims": partial(late_claims, conn, now),
        "revisits": partial(late_revisits, conn, now),
        "visits": partial(late_visits, conn, now),
        "notices": partial(notices.stuck, conn),
        "projects": partial(late_projects, conn, now),
        "orders": partial(unanswered, conn, now),
        "operations": partial(late_operations, conn, now),
        **late_at_desks(conn, mesh.pack, now),
    }


SPEC = ServiceSpec(
    name="dispatch",
    says=contracts.SAYS,
    hears=contracts.HEARS,
    commands=contracts.COMMANDS,
    local=contracts.LOCAL,
    door=contracts.DOOR,
    after=Planning,
    chore=Sending,
    kinds=store.KINDS,
    build=handlers.build,
    nameko="gov_dispatch.service:DispatchService",
    migrations="gov_dispatch.migrations",
    routes=lambda mesh: (
        *http_claims.routes(mesh),
        *http_repeats.routes(mesh),
        *http_services.routes(mesh),
        *http_stewards.routes(mesh),
        *http_revisits.routes(mesh),
        *http_projects.routes(mesh),
        *http_surge.routes(mesh),
        *http_alerts.routes(mesh),
        *http_evidence.routes(mesh),
        *http_notices.routes(mesh),
        *http_orders.routes(mesh),
        *http_joint.routes(mesh),
        *http.routes(mesh),
        *renewals.routes(mesh),
    ),
    prefixes=(
        "/api/v1/reports",
        "/api/v1/events",
        "/api/v1/handoffs",
        "/api/v1/holders",
        "/api/v1/orders",
        "/api/v1/operations",
        "/api/v1/calendar",
        "/api/v1/surges",
        "/api/v1/claims",
        "/api/v1/services",
        "/api/v1/alerts",
        "/api/v1/stewards",
        "/api/v1/evidence",
        "/api/v1/notices",
        "/api/v1/projects",
        "/api/v1/stats",
        "/api/v1/visits",
    ),
    seed=succession.check,
    upkeep=succession.look,
    stalled=_stalled,
    counts=figures.counts,
    addresses_departments=True,
)
