"""One service alone in this process, over a real database and ``memory://``, and an account of what it was sent."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from werkzeug.test import Client

from govcore.memory import FixedClock
from govcore.messages import Message, Payload
from govcore.packs import Pack
from govmesh.broker import topology
from govmesh.broker.memory import MemoryBroker
from govmesh.broker.port import Outgoing
from govmesh.http import Api
from govmesh.settings import Settings
from govmesh.spec import ServiceSpec

with warnings.catch_warnings():  # nameko and eventlet warn when imported; nothing of them runs here
    warnings.simplefilter("ignore")
    from govmesh.process import build

BATCH = 200
_NUMBERS = count(1)


class Alone:
    """The real service, its real tables and queues; nobody else."""

    def __init__(self, spec: ServiceSpec, url: str, home: Path, pack: Pack, start: datetime) -> None:
        """``url``: of the database; each of these has a schema of its own there."""
        number = next(_NUMBERS)
        self.broker, self.clock = MemoryBroker(f"alone{number}"), FixedClock(start)
        settings = Settings(home=home, schema_prefix=f"alone{number}_")
        self.mesh = build(spec, pack, settings, self.broker, url, self.clock, number)
        self.mesh.prepare()
        self.mesh.declare()
        self.source = self.broker.source([self.mesh.inbox, self.mesh.commands], prefetch=2 * BATCH)
        self.api = Client(Api(list(spec.routes(self.mesh))))
        self._ids, self._messages = count(1), count(1)

    def message(self, data: Payload, subject: str, ident: str | None = None) -> Message[Any]:
        ident = ident or f"m-{next(self._messages)}"
        return Message(ident, "/faults", subject, 1, "", self.clock.now(), self.mesh.traces.start(), data)

    def send(self, queue: str, user: str | None, bodies: Sequence[bytes]) -> list[str]:
        """Publish as ``user``; the broker's ids of the messages."""
        to = (
            (topology.commands(self.mesh.spec.name), f"{user or 'mesh'}.said")
            if queue == self.mesh.commands
            else ("", queue)
        )
        sent = [Outgoing(f"f-{next(self._ids)}", *to, body, "") for body in bodies]
        outcome = MemoryBroker(self.broker.namespace, user).publisher().publish(sent, 1.0)
        assert len(outcome.confirmed) == len(sent)
        return [one.id for one in sent]

    def work(self, seen: Callable[[Any], None] = lambda item: None, claims: dict[str, str] | None = None) -> int:
        """Hops until both queues are empty; ``claims``: content types by the broker's id of the message."""
        done = 0
        while taken := self.source.take(BATCH, 0.0, 0.0):
            claimed = [replace(one, content_type=(claims or {}).get(one.message_id or "")) for one in taken]
            items = self.mesh.take(claimed if claims else taken)
            self.mesh.work(items, lambda now=taken: self.source.ack(now))
            for item in items:
                seen(item)
            done += len(taken)
        return done

    def retries(self) -> int:
        """Everything that is to be tried again, until nothing is; how many rounds."""
        for turn in range(20):
            with self.mesh.database.write() as conn:
                sql = "UPDATE parking SET next_at = '1970-01-01T00:00:00.000000+00:00' WHERE state = 'retry'"
                if not conn.exec_driver_sql(sql).rowcount:
                    return turn
            self.mesh.tick()
        raise AssertionError("tried again and again")

    def close(self) -> None:
        self.mesh.close()
        self.broker.forget()

    def rows(self, sql: str) -> Sequence[Any]:
        with self.mesh.database.read() as conn:
            return conn.exec_driver_sql(sql).all()


class Account:
    """What became of every message that was sent: by the key under which its service recognises it."""

    def __init__(self, service: Alone) -> None:
        self._service = service
        self.keys: dict[str, tuple[str, str, str | None]] = {}
        """The broker's id of a message to its key, the id it has in an answer, and its sender."""

    def seen(self, item: Any) -> None:
        ident = item.message.id if item.message else item.key
        self.keys[item.delivery.message_id] = (item.key, ident, item.user)

    def outcomes(self, sent: Mapping[str, str]) -> Counter[tuple[str, str]]:
        """How many of each (kind, outcome): ``parked``, ``refused``, ``handled``, or ``dropped``.

        ``sent``: kinds by the broker's ids.
        """
        parked = {row[0] for row in self._service.rows("SELECT id FROM parking WHERE state = 'parked'")}
        handled = {row[0] for row in self._service.rows("SELECT id FROM inbox")}
        refused = self._refused()
        found: Counter[tuple[str, str]] = Counter()
        for ident, kind in sent.items():
            key, answered, user = self.keys.get(ident, ("", "", None))
            what = [
                name for name, there in (("parked", key in parked), ("refused", (user, answered) in refused)) if there
            ]
            assert len(what) < 2, f"{kind}: {what}"
            found[kind, what[0] if what else "handled" if key in handled else "dropped"] += 1
        return found

    def _refused(self) -> set[tuple[str | None, str]]:
        """(department's queue, id of the command) of every refusal that lies there."""
        found: set[tuple[str | None, str]] = set()
        for code in self._service.mesh.pack.departments:
            source = self._service.broker.source([f"dept.{code}"], prefetch=100_000)
            while taken := source.take(1000, 0.0, 0.0):
                said = [json.loads(one.body) for one in taken]
                assert all(one["data"]["code"] for one in said if one["type"] == "command.refused.v1")
                found |= {(f"dept.{code}", one["data"]["command_id"]) for one in said if "command_id" in one["data"]}
                source.ack(taken)
            source.close()
        return found
