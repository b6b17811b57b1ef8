"""The one file that puts console together."""

from __future__ import annotations

from gov_console import contracts, http
from gov_console.listing import LISTS
from govmesh.spec import ServiceSpec

SPEC = ServiceSpec(
    name="console",
    says=contracts.SAYS,
    hears=contracts.HEARS,
    commands=contracts.COMMANDS,
    kinds=(),
    build=lambda _mesh: (),
    nameko="gov_console.service:ConsoleService",
    migrations="gov_console.migrations",
    routes=http.routes,
    prefixes=("/", *(f"/{name}" for name in LISTS), "/ledger", "/stalled", "/assets", "/api/v1/stalled"),
)
