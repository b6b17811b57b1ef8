"""grid as a nameko service: it only translates."""

from __future__ import annotations

from nameko.rpc import rpc

from govmesh.asked import answered
from govmesh.entrypoint import TheMesh, batches, ticks


class GridService:
    name = "grid"
    mesh = TheMesh()

    @batches
    def on_messages(self, items, ack):  # type: ignore[no-untyped-def]
        self.mesh.work(items, ack)

    @ticks
    def on_tick(self):  # type: ignore[no-untyped-def]
        self.mesh.tick()


class GridQueries:
    """Questions by nameko RPC (``GOVMESH_RPC=true``): what the API answers; nothing of the mesh depends on it."""

    name = "grid_queries"
    mesh = TheMesh()

    @rpc
    def locate(self, **asked):  # type: ignore[no-untyped-def]
        return answered(self.mesh, "/api/v1/locate", asked)

    @rpc
    def divisions(self, **asked):  # type: ignore[no-untyped-def]
        return answered(self.mesh, "/api/v1/divisions", asked)

    @rpc
    def division(self, code, **asked):  # type: ignore[no-untyped-def]
        return answered(self.mesh, f"/api/v1/divisions/{code}", asked)

    @rpc
    def children(self, code, **asked):  # type: ignore[no-untyped-def]
        return answered(self.mesh, f"/api/v1/divisions/{code}/children", asked)
