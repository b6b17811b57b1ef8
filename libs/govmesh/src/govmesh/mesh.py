"""One running service: everything its handlers, routes and entrypoints are given."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from govcore.errors import Refusal
from govcore.links import addressed
from govcore.messages import Catalogue, Message, Payload
from govcore.messages.calendar import CalendarNoticed
from govcore.packs import Pack
from govcore.ports import Clock, Ids, Storage
from govmesh import common, feed, migrate, timers, versions, waiting
from govmesh.broker import topology
from govmesh.broker.port import Broker, BrokerAway, Delivery, Source
from govmesh.clock import Traces
from govmesh.database import BadData, Database, DatabaseAway
from govmesh.handlers import TimerFired
from govmesh.hop import Hop
from govmesh.items import LOCAL, TIMERS, Item, take
from govmesh.logs import log
from govmesh.paging import USUAL, Page
from govmesh.parking import Parking
from govmesh.sender import Sender, owed
from govmesh.settings import Settings
from govmesh.signing import Signer
from govmesh.spec import ServiceSpec
from govmesh.stalled import Finding, inside, oldest_first
from govmesh.vault import Vault
from govmesh.voices import by_speaker
from govmesh.years import Years
from govmesh.years import handlers as years_handlers

PUT_BACK_SECONDS = 60.0
"""How often dead letters of departments' queues are taken in again."""
UPKEEP_SECONDS = 1.0
"""How often a service at most looks after what it has to look after by itself."""


class Mesh:
    """One service at run time.  Made by a profile, handed to everything else."""

    def __init__(
        self,
        spec: ServiceSpec,
        pack: Pack,
        settings: Settings,
        broker: Broker,
        database: Database,
        clock: Clock,
        ids: Ids,
        traces: Traces,
        vault: Vault,
        storage: Storage | None = None,
        signer: Signer | None = None,
    ) -> None:
        self.spec, self.settings, self.broker, self.database = spec, settings, broker, database
        self.pack = pack.apart()
        self.years = Years(self.pack, database)
        self.clock, self.ids, self.traces, self.vault = clock, ids, traces, vault
        self.storage = storage
        """Where evidence is kept; None where this mesh keeps none."""
        self.log = log(spec.name)
        self.inbox, self.commands = topology.inbox(spec.name), topology.commands(spec.name)
        self.catalogues = {
            self.inbox: Catalogue.of(spec.hears),
            self.commands: Catalogue.of((*spec.commands, *common.COMMANDS)),
            TIMERS: Catalogue.of((TimerFired,)),
            LOCAL: Catalogue.of(spec.local),
            topology.ALERTS: Catalogue.of(spec.door),
        }
        self.publisher = broker.publisher()
        self.sender = Sender(database, self.publisher, signer)
        self.sender.declared = False
        self.parking = Parking(database, self.catalogues)
        self.busy = 0
        """Items in hand in this process."""
        self.done = 0
        """Items this process has been through with."""
        self.edge: Any = None
        """The listener's application, for a service (console) that passes requests on."""
        self.source: Source | None = None
        """What this process takes from, once it does."""
        self._put_back_at = self._upkeep_at = 0.0
        self._tick = threading.Lock()
        self._spans = self._to_collector()
        self.hop = Hop(
            service=spec.name,
            database=database,
            sender=self.sender,
            kinds=spec.kinds,
            handlers=(
                *spec.build(self),
                *common.handlers({gone: pack.successor(gone) for gone in pack.former}),
                *years_handlers(CalendarNoticed in spec.says),
            ),
            clock=clock,
            ids=ids,
            traces=traces,
            refuse=common.refuse,
            crash_at=settings.crash,
            log=self.log,
            after=spec.after(self) if spec.after else None,
            shown=addressed(pack.shared_with, topology.DEPARTMENT),
        )
        self._chore = spec.chore(self) if spec.chore else None

        for payload in (one for catalogue in self.catalogues.values() for one in catalogue.types.values()):
            if payload not in self.hop.handlers and payload is not TimerFired:
                raise Refusal("MESH_NO_HANDLER", field=spec.name, value=payload.type)

    def prepare(self) -> None:
        """Bring the tables up to date and seed them."""
        with migrate.one_at_a_time(self.database):
            migrate.upgrade(self.database, self.spec.migrations)
            with self.database.write() as conn:
                versions.record(conn, self.pack)
                if self.spec.seed:
                    self.spec.seed(self, conn)
        self.years.look()

    def declare(self) -> None:
        """Declare this service's exchanges and queues, and the departments' where it addresses them."""
        hears = {
            speaker: {".".join(name.split(".")[:2]) for name in types}
            for speaker, types in by_speaker(self.spec.hears).items()
        }
        codes = [*self.pack.departments, *self.pack.former] if self.spec.addresses_departments else []
        topology.declare(self.broker, codes, {self.spec.name: hears})
        self.sender.declared = True

    def declare_when_there(self) -> None:
        """Declare now where the broker is there; the entrypoint declares again whenever it connects."""
        try:
            self.declare()
        except BrokerAway:
            self.log.warning("waiting", away="BrokerAway")

    def catch_up(self) -> None:
        """At its first start, ask every speaker for what it said before."""
        speakers = by_speaker(self.spec.hears)
        with self.database.read() as conn:
            asked = {row[0] for row in conn.execute(sa.text("SELECT speaker FROM cursors"))}
        wanted = [
            common.CatchUp(speaker=name, queue=self.inbox, types=types)
            for name, types in speakers.items()
            if name not in asked
        ]
        if wanted:
            self.submit(wanted)

    def take(self, deliveries: Iterable[Delivery]) -> list[Item]:
        return take(deliveries, self.catalogues, self.ids)

    def submit(
        self, payloads: Sequence[Payload], keys: Sequence[str | None] | None = None, user: str | None = None
    ) -> list[Item]:
        """Handle local commands in one hop; each item tells its result, refusal or error.

        ``keys`` make repeats recognisable; ``user`` is on whose behalf (``dept.gongan``).
        """
        now, items = self.clock.now(), []
        for index, data in enumerate(payloads):
            key = keys[index] if keys else None
            ident = key or self.ids.new("c")
            message = Message(
                id=ident,
                source=f"/{self.spec.name}/local",
                subject="",
                version=0,
                place="",
                time=now,
                trace=self.traces.start(),
                data=data,
            )
            items.append(Item(key=ident, queue=LOCAL, message=message, user=user))
        self.work(items)
        return items

    def obey(self, payload: Payload, user: str | None = None) -> Any:
        """One local command; its result.  Raises its refusal, or ``MESH_HANDLER_FAILED``."""
        item = self.submit([payload], user=user)[0]
        if item.refusal is not None:
            raise item.refusal
        if item.error is not None:
            raise Refusal("MESH_HANDLER_FAILED", value=item.error)
        return item.result

    def work(self, items: Sequence[Item], ack: Any = lambda: None) -> None:
        """Run one hop, counted as in hand."""
        self.busy += len(items)
        try:
            self.hop.run(items, ack)
            self.done += len(items)
        finally:
            self.busy -= len(items)

    def tick(self) -> int:
        """Retries, timers, relay and feeds that are due; how much there was to do."""
        if not self._tick.acquire(blocking=False):
            return 0
        try:
            self.years.look_now_and_then()
            there, done = waiting.of(self.database, self.clock), 0
            if there.retries and (items := self.parking.due()):
                self.work(items)
                done += len(items)
            if there.timers and (items := timers.claim(self.database, self.clock, self.spec.name)):
                self.work(items)
                done += len(items)
            if there.unsent:
                done += self.sender.relay()
            if there.feeds:
                done += feed.advance(self.database, self.publisher)
            if self._chore is not None:
                done += self._chore()
            if self._spans is not None:
                self._spans.tick()
            if self.spec.addresses_departments and time.monotonic() > self._put_back_at:
                self._put_back_at = time.monotonic() + PUT_BACK_SECONDS
                done += topology.put_back(self.broker)
            if self.spec.upkeep is not None and time.monotonic() > self._upkeep_at:
                self._upkeep_at = time.monotonic() + UPKEEP_SECONDS
                done += self.spec.upkeep(self)
            return done
        finally:
            self._tick.release()

    def _to_collector(self) -> Any:
        """What sends the history on to an OpenTelemetry collector, None where none is named."""
        if not self.settings.otlp_endpoint:
            return None
        from govmesh.spans import Spans, over_http

        return Spans(self.spec.name, self.database, over_http(self.settings.otlp_endpoint), self.log)

    def settled(self) -> dict[str, int]:
        """What is still on its way through this service; all zero when it has settled."""
        parked = self.parking.counts()
        with self.database.read() as conn:
            outbox = owed(conn)
            feeds = conn.execute(sa.text("SELECT count(*) FROM feeds WHERE cursor < upto")).scalar_one()
            said = conn.execute(sa.text("SELECT coalesce(max(seq), 0) FROM outbox")).scalar_one()
        source = self.broker.source(topology.taken_by(self.spec.name), prefetch=1)
        try:
            queued = source.depth()
        finally:
            source.close()
        return {
            "outbox": outbox,
            "retry": parked.get("retry", 0),
            "parked": parked.get("parked", 0),
            "inbox": queued + max(self.busy, self.source.held() if self.source else 0),
            "feeds": int(feeds),
            "missed": timers.missed(self.database, self.clock) + (self._chore.owed() if self._chore else 0),
            "said": int(said),
        }

    def handled(self) -> int:
        """Messages this service has handled since its first start."""
        with self.database.read() as conn:
            return int(conn.execute(sa.text("SELECT count(*) FROM inbox")).scalar_one())

    def stalled(self, limit: int = USUAL, cursor: str | None = None) -> Page[Finding]:
        """Whatever has stood past its time in this service or at those it handed work to, a page of it.

        Raises ``HTTP_BAD_REQUEST`` for a cursor that is none.
        """
        before = self.clock.now() - timedelta(minutes=self.pack.terms.undelivered.minutes)
        with self.database.read() as conn:
            own = self.spec.stalled(self, conn) if self.spec.stalled else {}
            return oldest_first({**inside(conn, self.spec.name, before), **own}, limit, cursor)

    def health(self) -> dict[str, Any]:
        """Whether the database answers, and what the service has."""
        try:
            with self.database.read() as conn:
                counts = self.spec.counts(conn) if self.spec.counts else {}
            runs = {"id": self.pack.id, "version": self.pack.header.version}
            return {"service": self.spec.name, "database": True, "pack": runs, "counts": counts}
        except (DatabaseAway, BadData):
            return {"service": self.spec.name, "database": False, "counts": {}}

    def close(self) -> None:
        self.publisher.close()
        self.database.close()
