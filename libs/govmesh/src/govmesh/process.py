"""One operating-system process that runs one or more services in nameko containers, and its listener.

Must be imported after eventlet has patched the process (``govmesh.embedded``, ``govmesh.serve``).
"""

from __future__ import annotations

import gc
import json
import random
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import eventlet
import eventlet.debug
import eventlet.wsgi
from eventlet.event import Event
from nameko.containers import ServiceContainer

from govcore.packs import Pack
from govcore.ports import Clock
from govmesh.asked import api_of
from govmesh.broker.port import Broker
from govmesh.clock import PacedClock, RandomIds, Traces
from govmesh.database import Database
from govmesh.edge import Edge, Inside, Upstream
from govmesh.evidence import storage_of
from govmesh.logs import log, place_of
from govmesh.mesh import Mesh
from govmesh.settings import Settings
from govmesh.signing import Signer
from govmesh.spec import ServiceSpec, find_specs
from govmesh.vault import Vault

MOST_SECONDS_TO_STOP = 9.0


def build(
    spec: ServiceSpec,
    pack: Pack,
    settings: Settings,
    broker: Broker,
    database_url: str,
    clock: Clock,
    seed: int | None = None,
) -> Mesh:
    """The mesh of one service; the only place that makes its parts."""
    chance = random.Random(seed) if seed is not None else random.Random()
    key = settings.vault_key.get_secret_value() if settings.vault_key else None
    return Mesh(
        spec=spec,
        pack=pack,
        settings=settings,
        broker=broker,
        database=Database(database_url, settings.schema_prefix + spec.name),
        clock=clock,
        ids=RandomIds(chance),
        traces=Traces(chance),
        vault=Vault.at(settings.home, key, settings.cipher),
        storage=storage_of(settings),
        signer=Signer.at(settings) if spec.addresses_departments else None,
    )


class Process:
    """Starts containers and a listener, tells when ready, stops within ten seconds of SIGTERM."""

    def __init__(
        self, meshes: Sequence[Mesh], settings: Settings, port: int, outside: Mapping[str, Upstream] | None = None
    ) -> None:
        self.meshes, self.settings, self.port = list(meshes), settings, port
        self._outside = dict(outside or {})
        self._containers: list[Any] = []
        self._stop = Event()
        self._broken = False
        self.log = log("process")

    def app(self) -> Edge:
        """The listener's application: every service of this process, and those outside it."""
        upstreams: dict[str, Upstream] = dict(self._outside)
        prefixes = {prefix: spec.name for spec in find_specs() for prefix in spec.prefixes}
        for mesh in self.meshes:
            upstreams[mesh.spec.name] = Inside(api_of(mesh))
        clock = self.meshes[0].clock
        let_go = clock.let_go if isinstance(clock, PacedClock) and clock.until else None
        edge = Edge(
            upstreams, prefixes, self.meshes[0].pack.id, clock.now, let_go, self.meshes[0].pack.header.time_zone
        )
        for mesh in self.meshes:
            mesh.edge = edge
        return edge

    def run(self, before: Callable[[], object] | None = None, beside: Sequence[Callable[[], None]] = ()) -> None:
        """Run until SIGTERM or SIGINT.  ``before`` runs with everything declared and nothing consumed yet.

        Exits with status 1 where a part of it has died.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())
        eventlet.debug.hub_exceptions(False)  # it would print an error's text, whatever that quotes
        sock = eventlet.listen((self.settings.host, self.port))
        for mesh in self.meshes:
            mesh.prepare()
        for mesh in self.meshes:
            mesh.declare_when_there()
        if before:
            before()
        for mesh in self.meshes:
            self._contain(mesh, mesh.spec.nameko)
            if self.settings.rpc and self.settings.profile == "cluster" and mesh.spec.queries:
                self._contain(mesh, mesh.spec.queries)
        eventlet.spawn(eventlet.wsgi.server, sock, self.app(), log_output=False, keepalive=True, debug=False)
        for call in beside:
            eventlet.spawn(self._watch, call, "beside")
        url = f"http://{self.settings.host}:{sock.getsockname()[1]}"
        calm_collector()
        _say_ready(url, [mesh.spec.name for mesh in self.meshes])
        self._stop.wait()
        with eventlet.Timeout(MOST_SECONDS_TO_STOP, False):
            pool = eventlet.GreenPool()
            for container in self._containers:
                pool.spawn(container.stop)
            pool.waitall()
        for mesh in self.meshes:
            mesh.close()
        sys.stdout.flush()
        if self._broken:
            sys.exit(1)

    def _contain(self, mesh: Mesh, named: str) -> None:
        """Start a nameko class, ``module:Class``, over a service."""
        module, _, name = named.partition(":")
        config = {"govmesh": mesh, "max_workers": 4, "AMQP_URI": self.settings.amqp_url}
        container = ServiceContainer(getattr(import_module(module), name), config=config)
        container.start()
        self._containers.append(container)
        eventlet.spawn(self._watch, container.wait, mesh.spec.name)

    def _watch(self, wait: Callable[[], object], part: str) -> None:
        """A process of which a part has died must not go on as if it lived: end it, so that it is started again."""
        try:
            wait()
        except Exception as error:
            self._broken = True
            self.log.error("part died", part=part, error=place_of(error))
            self.stop()

    def stop(self) -> None:
        """Ask it to stop; harmless when repeated."""
        if not self._stop.ready():
            eventlet.hubs.get_hub().schedule_call_global(0, self._send)

    def _send(self) -> None:
        if not self._stop.ready():
            self._stop.send(None)


def calm_collector() -> None:
    """What is there at the start (packs, models) stays to the end: the collector need not look at it any more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def _say_ready(url: str, services: list[str]) -> None:
    """One line when it serves: words for a person at a terminal, JSON for a program."""
    if sys.stdout.isatty():
        print(f"govmesh 已起动 is up: {url}  ({', '.join(services)})  Ctrl-C 结束 to stop", flush=True)
    else:
        print(json.dumps({"ready": url, "services": services}), flush=True)
