"""All services and departments in one thread, turn by turn, over SQLite and ``memory://``: nothing runs by itself.

So a test may look at every point of every hop, and kill there: what is left then is what a kill -9 of the embedded
profile leaves, the files and the departments' logs; :meth:`Rig.boot` starts again from them.
"""

from __future__ import annotations

import json
import random
import warnings
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from govcore.packs import Pack
from govmesh import ops
from govmesh.broker.memory import MemoryBroker
from govmesh.broker.port import Outgoing, Source
from govmesh.client import Answered
from govmesh.clock import PacedClock, RandomIds, Traces
from govmesh.database import Database
from govmesh.department.client import DepartmentClient
from govmesh.department.inside import clients
from govmesh.edge import Edge, Inside, Upstream
from govmesh.http import Api
from govmesh.items import Item
from govmesh.mesh import Mesh
from govmesh.settings import Settings
from govmesh.spec import ServiceSpec, find_specs
from govmesh.tables import OUTBOX, TIMERS
from govmesh.vault import Vault

with warnings.catch_warnings():  # nameko and eventlet warn when imported; nothing of them runs here
    warnings.simplefilter("ignore")
    from govmesh._embedded import republish

Watch = Callable[[str, str, Sequence[Item]], bool]
"""(service, point, items in hand) → whether to kill here."""
BATCH = 200
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Killed(BaseException):
    """``service`` ended here, as by kill -9; no ``except`` of the product may hold it up."""

    def __init__(self, service: str, point: str) -> None:
        super().__init__(f"{service} {point}")
        self.service = service


class _Watched(Mesh):
    """A service whose hops are watched at every point."""

    watch: Watch = staticmethod(lambda _service, _point, _items: False)

    def work(self, items: Sequence[Item], ack: Any = lambda: None) -> None:
        steps = self.hop.steps(items, ack)
        for point in steps:
            if self.watch(self.spec.name, point, items):
                steps.close()  # type: ignore[attr-defined]
                raise Killed(self.spec.name, point)
        self.done += len(items)


class _Late:
    """The API of whichever instance of a service runs now, put together when it is first asked."""

    def __init__(self, current: Callable[[], Mesh]) -> None:
        self._current = current
        self._of: Mesh | None = None

    def __call__(self, request: Request, path: str) -> Response:
        mesh = self._current()
        if self._of is not mesh:
            self._of, self._inside = mesh, Inside(Api([*mesh.spec.routes(mesh), *ops.routes(mesh)]))
        return self._inside(request, path)


class Rig:
    """An embedded mesh that is driven by hand; ``silent``: services and departments that have no turn."""

    def __init__(
        self, home: Path, pack: Pack, specs: Iterable[ServiceSpec], start: datetime, watch: Watch, seed: int = 1
    ) -> None:
        self.home, self.pack, self.specs, self.watch = home, pack, list(specs), watch
        self.clock = PacedClock(start)
        self.boots = 0
        self.silent: set[str] = set()
        self.meshes: dict[str, Mesh] = {}
        self._seed = seed
        self._broker = MemoryBroker()
        self._sources: dict[str, Source] = {}
        self._departments: list[DepartmentClient] = []
        self._client: Any = None

    @property
    def logs(self) -> Path:
        """The departments' own logs."""
        return self.home / "departments"

    def boot(self) -> None:
        """Forget all that was in memory, and start from what was committed."""
        self.close()
        self.boots += 1
        self._broker = MemoryBroker(f"rig{id(self)}.{self.boots}")
        self.meshes = {spec.name: self._build(spec) for spec in self.specs}
        for mesh in self.meshes.values():
            if self.boots == 1:
                mesh.prepare()
            mesh.declare()
        republish(list(self.meshes.values()))
        self._sources = {name: self._source(mesh) for name, mesh in self.meshes.items()}
        self._departments = clients(self.pack, self._broker, self.clock, self.logs, self._seed + self.boots)
        self._client = Client(self._edge())

    def restart(self, service: str) -> None:
        """Start one service again, as in a cluster: the broker has kept everything, and so much time has passed that
        nobody's lease still holds."""
        self._sources[service].close()
        self.meshes[service].close()
        self.boots += 1
        mesh = self.meshes[service] = self._build(self.meshes[service].spec)
        mesh.declare()
        with mesh.database.write() as conn:
            conn.execute(sa.update(OUTBOX).where(OUTBOX.c.sent_at.is_(None)).values(lease_until=LONG_AGO))
            conn.execute(sa.update(TIMERS).values(lease_until=None))
        self._sources[service] = self._source(mesh)

    def close(self) -> None:
        """End everything; what was not committed is gone."""
        for department in self._departments:
            department.close()
        for mesh in self.meshes.values():
            mesh.close()
        self._broker.close()
        self._broker.forget()
        self._departments, self.meshes, self._sources = [], {}, {}

    def turn(self) -> dict[str, int]:
        """Everybody has one turn: who had how much to do.  Raises :class:`Killed` where the watch says so."""
        done: dict[str, int] = {}
        for name, mesh in self.meshes.items():
            if name in self.silent:
                continue
            source = self._sources[name]
            taken = source.take(BATCH, 0.0, 0.0)
            if taken:
                mesh.work(mesh.take(taken), partial(source.ack, taken))
            done[name] = len(taken) + mesh.tick()
        for department in self._departments:
            if department.code not in self.silent:
                done[f"dept.{department.code}"] = department.turn(0.0)
        return {name: count for name, count in done.items() if count}

    def publish(self, queue: str, body: bytes, ident: str, user: str | None = None) -> None:
        """Put a message into a queue, as ``user`` (``dept.<code>``) or as the mesh itself."""
        broker = self._broker.as_user(user) if user else self._broker
        broker.publisher().publish([Outgoing(ident, "", queue, body, "")], 1.0)

    def run(self, most: int = 500) -> None:
        """Turns until nobody has anything to do at this moment of the clock.

        Raises ``AssertionError`` naming who is still busy after ``most`` turns.
        """
        busy: dict[str, int] = {}
        for _ in range(most):
            busy = self.turn()
            if not busy:
                return
        raise AssertionError(f"no rest after {most} turns: {busy}")

    def later(self, **span: float) -> None:
        """The clock goes on."""
        self.clock.advance(timedelta(**span))

    def wake(self, grid: timedelta = timedelta(minutes=30)) -> bool:
        """The clock goes on to when the next promise or department is due, rounded up to ``grid``; False if none is.

        Not further than that: in one leap over an answer and the term for it, the answer would come too late.
        """
        due = [mine for one in self._departments if (mine := self._next(one)) is not None]
        for mesh in self.meshes.values():
            with mesh.database.read() as conn:
                due += conn.execute(sa.select(sa.func.min(TIMERS.c.due_at, type_=TIMERS.c.due_at.type))).scalars()
        ahead = [moment for moment in due if moment is not None]
        if not ahead:
            return False
        steps = max(1, -((self.clock.now() - min(ahead)) // grid))
        self.clock.advance(steps * grid)
        return True

    def _next(self, department: DepartmentClient) -> datetime | None:
        return None if department.code in self.silent else department.tasks.next_due()

    def get(self, path: str, **params: Any) -> Any:
        """As :meth:`govmesh.client.Client.get`."""
        return self._read(self._client.get(path, query_string=params))

    def post(self, path: str, body: Any = None, **params: Any) -> Any:
        """As :meth:`govmesh.client.Client.post`."""
        data = json.dumps(body or {})
        return self._read(self._client.post(path, data=data, query_string=params, content_type="application/json"))

    @staticmethod
    def _read(answer: Any) -> Any:
        said = answer.get_json()
        if answer.status_code >= 400:
            raise Answered(answer.status_code, said.get("error", {}))
        return said

    def _source(self, mesh: Mesh) -> Source:
        return self._broker.source([mesh.inbox, mesh.commands], prefetch=2 * BATCH)

    def _build(self, spec: ServiceSpec) -> Mesh:
        settings = Settings(home=self.home)
        chance = random.Random(f"{self._seed}.{self.boots}.{spec.name}")
        mesh = _Watched(
            spec=spec,
            pack=self.pack,
            settings=settings,
            broker=self._broker,
            database=Database(f"sqlite:///{self.home}", spec.name),
            clock=self.clock,
            ids=RandomIds(chance),
            traces=Traces(chance),
            vault=Vault.at(self.home, None, settings.cipher),
        )
        mesh.watch = self.watch
        return mesh

    def _edge(self) -> Edge:
        upstreams: dict[str, Upstream] = {name: _Late(partial(self.meshes.__getitem__, name)) for name in self.meshes}
        prefixes = {prefix: spec.name for spec in find_specs() for prefix in spec.prefixes}
        edge = Edge(upstreams, prefixes, self.pack.id, self.clock.now)
        for mesh in self.meshes.values():
            mesh.edge = edge
        return edge
