"""Poison among healthy messages, and messages that are wrong in every way: dispatch with its real hop and tables."""

from __future__ import annotations

import json
import logging
import random
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import structlog
from werkzeug.test import Client

from gov_dispatch.bootstrap import SPEC
from govcore.errors import Refusal
from govcore.memory import FixedClock
from govcore.messages import (
    AcceptHandOff,
    EventLocated,
    EventUnlocated,
    FinishHandOff,
    Message,
    Payload,
    PetitionReferred,
    ReturnHandOff,
    TransferHandOff,
)
from govcore.packs import Pack, load_pack
from govcore.testing import AT
from govmesh import logs
from govmesh.broker.memory import MemoryBroker
from govmesh.broker.port import Outgoing
from govmesh.http import Api
from govmesh.parking import MOST_TRIES
from govmesh.settings import Settings
from govmesh.testing.fuzz import Bad, Fuzz, Good

with warnings.catch_warnings():  # nameko and eventlet warn when imported; nothing of them runs here
    warnings.simplefilter("ignore")
    from govmesh.process import build

SEED = 20260302
BATCH = 200
SECRET = "王小明13912345678"
MATTER = {"source": "faults", "class_code": "010101", "division": "340881001007"}
"""The rules give it to zhujian, with jiaotong assisting."""
_numbers = count(1)


@pytest.fixture(scope="module")
def tongcheng() -> Pack:
    return load_pack("tongcheng")


class Dispatch:
    """The service alone with its queues; the grid service never answers."""

    def __init__(self, url: str, home: Path, pack: Pack) -> None:
        number = next(_numbers)
        self.broker, self.clock = MemoryBroker(f"poison{number}"), FixedClock(AT)
        settings = Settings(home=home, schema_prefix=f"f{number}_")
        self.mesh = build(SPEC, pack, settings, self.broker, url, self.clock, number)
        self.mesh.prepare()
        self.mesh.declare()
        self.source = self.broker.source([self.mesh.inbox, self.mesh.commands], prefetch=2 * BATCH)
        self.api = Client(Api(list(SPEC.routes(self.mesh))))
        self._ids = count(1)

    def matters(self, many: int) -> list[dict[str, Any]]:
        """So many matters that have gone to their departments; the hand-offs."""
        said = [{**MATTER, "text": f"文昌路中段路面破损，第{next(_numbers)}处"} for _ in range(many)]
        for at in range(0, many, BATCH):
            assert self.api.post("/api/v1/reports", json={"reports": said[at : at + BATCH]}).status_code == 200
        self.clock.forward(self.mesh.pack.terms.locate.delta if hasattr(self.mesh.pack.terms.locate, "delta") else HOUR)
        while self.mesh.tick():
            pass
        return [json.loads(row[0]) for row in self.rows("SELECT doc FROM handoffs WHERE state = 'offered'")]

    def message(self, data: Payload, subject: str, ident: str | None = None) -> Message[Any]:
        ident = ident or f"m-{next(_numbers)}"
        return Message(ident, "/faults", subject, 1, "", self.clock.now(), self.mesh.traces.start(), data)

    def send(self, queue: str, user: str | None, bodies: Sequence[bytes]) -> list[str]:
        """Publish as ``user``; the broker's ids of the messages."""
        to = ("dispatch.commands", f"{user or 'mesh'}.said") if queue == self.mesh.commands else ("", queue)
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

    def rows(self, sql: str) -> Sequence[Any]:
        with self.mesh.database.read() as conn:
            return conn.exec_driver_sql(sql).all()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.broker)])
def dispatch(request: pytest.FixtureRequest, tmp_path: Path, tongcheng: Pack) -> Iterator[Dispatch]:
    url = request.getfixturevalue("pg_url") if request.param == "postgres" else f"sqlite:///{tmp_path}"
    made = Dispatch(str(url), tmp_path, tongcheng)
    yield made
    made.mesh.close()
    made.broker.forget()


@pytest.fixture
def said_in_logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """Everything that is logged, set up as the product does it, at debug."""
    there = StringIO()
    monkeypatch.setattr(sys, "stderr", there)
    logs.set_up("json", "debug")
    yield there
    structlog.reset_defaults()
    logging.basicConfig(force=True)
