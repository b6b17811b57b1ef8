"""nameko's side of the hop: an entrypoint that hands batches to a service, and one that ticks.

Stock entrypoints ack before the result is known and lose what fails; these take from the broker port,
run the batch as a nameko worker and ack only what the hop has made safe.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import eventlet
from eventlet.event import Event
from nameko.extensions import DependencyProvider, Entrypoint

from govmesh.broker import topology
from govmesh.broker.port import BrokerAway, Source
from govmesh.database import DatabaseAway
from govmesh.logs import place_of
from govmesh.mesh import Mesh

WAIT_SECONDS = 0.5
PAUSES = (0.2, 0.5, 1.0, 2.0)
TICK_SECONDS = 0.2


class TheMesh(DependencyProvider):  # type: ignore[misc]
    """Injects the running :class:`Mesh` of the container."""

    def get_dependency(self, worker_ctx: Any) -> Mesh:
        """Called for each worker."""
        return mesh_of(self.container)


def mesh_of(container: Any) -> Mesh:
    mesh = container.config["govmesh"]
    assert isinstance(mesh, Mesh)
    return mesh


class _Loop(Entrypoint):  # type: ignore[misc]
    """A green thread that feeds the service until told to stop."""

    def setup(self) -> None:
        """Called once before the container starts; must not touch the broker."""
        self.mesh = mesh_of(self.container)
        self._running = False
        self._ended: Event | None = None

    def start(self) -> None:
        """Called when the container starts."""
        self._running, self._ended = True, Event()
        self.container.spawn_managed_thread(self._loop, identifier=f"{type(self).__name__} loop")

    def stop(self) -> None:
        """Called at SIGTERM: lets the batch in hand finish, takes no more."""
        self._running = False
        if self._ended is not None:
            with eventlet.Timeout(8, False):
                self._ended.wait()

    def kill(self) -> None:
        """Called when the container dies; unacked messages come again."""
        self._running = False

    def _loop(self) -> None:
        try:
            self.feed()
        finally:
            if self._ended is not None and not self._ended.ready():
                self._ended.send(None)

    @abstractmethod
    def feed(self) -> None:
        """Feed the service while ``_running``."""

    def call(self, *args: Any) -> None:
        """Run the service method as a nameko worker and wait; raises what it raised."""
        done = Event()

        def finished(worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send((result, exc_info))
            return result, None

        self.container.spawn_worker(self, args, {}, handle_result=partial(finished))
        _, exc_info = done.wait()
        if exc_info is not None:
            raise exc_info[1]

    def tell(self, error: Exception, failures: int) -> None:
        """Log what is waited for, or an error of our own by its place; neither ends the loop."""
        if failures not in (1, 10, 100):
            return
        if isinstance(error, BrokerAway | DatabaseAway):
            self.mesh.log.warning("waiting", away=type(error).__name__, why=str(error))
        else:
            self.mesh.log.error("failed", loop=type(self).__name__, error=place_of(error))

    def pause(self, failures: int) -> None:
        eventlet.sleep(PAUSES[min(failures, len(PAUSES)) - 1])


class Batches(_Loop):
    """Calls the method with (items, ack) for each batch taken from the service's queues."""

    expected_exceptions = (BrokerAway, DatabaseAway)

    def feed(self) -> None:
        mesh, failures = self.mesh, 0
        settings, queues = mesh.settings, topology.taken_by(mesh.spec.name)
        source: Source | None = None
        while self._running:
            try:
                if source is None:
                    source = self._open(queues)
                taken = source.take(settings.batch, settings.linger_ms / 1000, WAIT_SECONDS)
                if taken:
                    self.call(mesh.take(taken), partial(source.ack, taken))
                failures = 0
            except Exception as error:
                failures += 1
                self.tell(error, failures)
                if source is not None:
                    _close(source)
                    source = None
                self.pause(failures)
                self._until_database(mesh)
        if source is not None:
            _close(source)

    def _open(self, queues: tuple[str, ...]) -> Source:
        self.mesh.declare()
        if self.mesh.settings.profile == "cluster":
            self.mesh.catch_up()
        self.mesh.source = self.mesh.broker.source(queues, self.mesh.settings.prefetch)
        return self.mesh.source

    def _until_database(self, mesh: Mesh) -> None:
        """Consumption stops while the database is away: nothing is taken, parked or counted."""
        failures = 0
        while self._running and not mesh.health()["database"]:
            failures += 1
            self.pause(failures)


class Ticks(_Loop):
    """Calls the method again and again; at once while there is work, else after a pause."""

    expected_exceptions = (BrokerAway, DatabaseAway)

    def feed(self) -> None:
        failures = 0
        while self._running:
            try:
                self.call()
                failures = 0
                eventlet.sleep(TICK_SECONDS)
            except Exception as error:
                failures += 1
                self.tell(error, failures)
                self.pause(failures)


def _close(source: Source) -> None:
    with suppress(BrokerAway):
        source.close()


batches: Callable[..., Any] = Batches.decorator
ticks: Callable[..., Any] = Ticks.decorator
