"""A small service of its own for the hop's tests: things that are bumped."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from govcore.errors import Refusal
from govcore.messages import Catalogue, Message, Payload
from govmesh import common, tables
from govmesh.broker.port import BrokerAway, Guarantees, Outcome, Outgoing
from govmesh.clock import PacedClock, RandomIds, Traces
from govmesh.database import Clash, Database
from govmesh.handlers import On, TimerFired
from govmesh.hop import Hop
from govmesh.items import TIMERS, Item
from govmesh.kinds import Kind
from govmesh.parking import Parking
from govmesh.sender import Sender
from govmesh.work import Work

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Thing(BaseModel):
    model_config = ConfigDict(frozen=True)
    id: str
    n: int = 0
    place: str = "34.08"


class Bump(Payload):
    type: ClassVar[str] = "thing.bump.v1"
    thing: str
    how: str = "well"
    handoff_id: str | None = None


class Bumped(Payload):
    type: ClassVar[str] = "thing.bumped.v1"
    thing: str
    n: int


META = sa.MetaData()
TABLE = sa.Table(
    "things",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("n", sa.Integer, sa.CheckConstraint("n < 1000"), nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
)
THINGS = Kind(TABLE, Thing, {"n": lambda one: one.n, "place": lambda one: one.place})


class Recorder:
    """A publisher that keeps what it was given; ``away`` and ``unbound`` make it fail as brokers do."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.away = False
        self.unbound: set[str] = set()

    @property
    def guarantees(self) -> Guarantees:
        return Guarantees(confirms=True, mandatory=True, user_stamped=True, survives_restart=True, dead_letters=True)

    def publish(self, messages: Sequence[Outgoing], deadline: float) -> Outcome:
        if self.away:
            raise BrokerAway("away")
        self.sent += messages
        ids = {one.id for one in messages}
        returned = {one.id for one in messages if one.exchange in self.unbound}
        return Outcome(confirmed=ids, returned=returned)

    def close(self) -> None:
        return


class Bench:
    """One hop with its database, publisher and clock, and short ways to ask."""

    def __init__(self, database: Database) -> None:
        self.database, self.publisher, self.clock = database, Recorder(), PacedClock(START)
        self.traces, self.ids = Traces(random.Random(1)), RandomIds(random.Random(1))
        self.sender = Sender(database, self.publisher)
        catalogue = Catalogue.of((Bump,))
        self.parking = Parking(
            database, {"toy.inbox": catalogue, "toy.commands": catalogue, TIMERS: Catalogue.of((TimerFired,))}
        )
        self.clash = Clash("DeadlockDetected 40P01")
        self.fired: list[str] = []
        self.broken: set[str] = set()
        """Things whose handler raises until they are taken out."""
        self.unwanted: set[str] = set()
        """Things whose handler, and whose timer, says no until they are taken out."""
        handlers = (
            On(Bump, self._bump, lambda message, _: [(THINGS, "id", message.data.thing)]),
            On(TimerFired, self._fire),
            *common.handlers({}),
        )
        self.hop = Hop(
            "toy", database, self.sender, (THINGS,), handlers, self.clock, self.ids, self.traces, common.refuse
        )
        self._number = 0

    def _bump(self, message: Message[Bump], work: Work) -> None:
        said = message.data
        if said.how == "refused at once":
            raise Refusal("HANDOFF_NOT_HOLDER", field="thing")
        thing = work.get(THINGS, said.thing) or Thing(id=said.thing)
        work.put(THINGS, thing.model_copy(update={"n": 5000 if said.how == "too far" else thing.n + 1}))
        work.say(Bumped(thing=said.thing, n=thing.n + 1), subject=said.thing, version=thing.n + 1, place="34.08")
        work.note(said.thing, "bump", place="34.08", to_state=str(thing.n + 1))
        if said.how == "later":
            work.promise(f"later:{said.thing}", START.replace(hour=12), "later", subject=said.thing, place="34.08")
        if said.how == "never mind":
            work.forget(f"later:{said.thing}")
        if said.how == "refused" or said.thing in self.unwanted:
            raise Refusal("HANDOFF_NOT_HOLDER", field="thing")
        if said.how == "broken" or said.thing in self.broken:
            raise ValueError("secret words of a message")

    def _fire(self, message: Message[TimerFired], work: Work) -> None:
        if message.data.subject in self.broken:
            raise ValueError("secret words of a timer")
        if message.data.subject in self.unwanted:
            raise Refusal("HANDOFF_NOT_HOLDER", field="thing")
        self.fired.append(message.data.subject)

    def item(self, thing: str, how: str = "well", key: str | None = None, user: str | None = None) -> Item:
        self._number += 1
        data = Bump(thing=thing, how=how, handoff_id=thing if user else None)
        message = Message(
            key or f"m-{self._number}", "/t", thing, 0, "34.08", START, self.traces.start(), data
        )  # fmt: skip
        queue = "toy.commands" if user else "toy.inbox"
        return Item(key=f"{user}|{message.id}" if user else message.id, queue=queue, message=message, user=user)

    def run(self, *items: Item) -> list[Item]:
        self.hop.run(items)
        return list(items)

    def retry(self) -> int:
        """Every retry, whenever it is due."""
        with self.database.write() as conn:
            conn.execute(
                sa.text("UPDATE parking SET next_at = '1970-01-01T00:00:00.000000+00:00' WHERE state = 'retry'")
            )
        items = self.parking.due()
        if items:
            self.hop.run(items)
        return len(items)

    def n(self, thing: str) -> int:
        with self.database.read() as conn:
            found = THINGS.load(conn, "id", [thing], lock=False)
        return found[0].n if found else 0

    def count(self, table: str, where: str = "1 = 1") -> int:
        with self.database.read() as conn:
            return int(conn.execute(sa.text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar_one())

    def rows(self, sql: str) -> list[Any]:
        with self.database.read() as conn:
            return list(conn.execute(sa.text(sql)))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.broker)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        found = Database(f"sqlite:///{tmp_path}", "toy")
    else:
        found = Database(request.getfixturevalue("pg_url"), f"toy_{random.SystemRandom().getrandbits(48):x}")
        with found.engine.connect() as conn:
            conn.execute(sa.text(f"CREATE SCHEMA {found.schema}"))
            conn.commit()
    with found.write() as conn:
        tables.MESH.create_all(conn)
        META.create_all(conn)
    yield found
    if found.postgres:
        with found.engine.connect() as conn:
            conn.execute(sa.text(f"DROP SCHEMA {found.schema} CASCADE"))
            conn.commit()
    found.close()


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)
