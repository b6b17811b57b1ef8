"""console as a nameko service: it only translates."""

from __future__ import annotations

from govmesh.entrypoint import TheMesh, batches, ticks


class ConsoleService:
    name = "console"
    mesh = TheMesh()

    @batches
    def on_messages(self, items, ack):  # type: ignore[no-untyped-def]
        self.mesh.work(items, ack)

    @ticks
    def on_tick(self):  # type: ignore[no-untyped-def]
        self.mesh.tick()
