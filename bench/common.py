"""What every measurement needs: the two servers, names of its own on them, and a table of ratios."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from urllib.parse import unquote, urlsplit

import amqp
import psycopg2
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
WAIT = 600.0
"""Seconds one stack may take before it counts as broken."""


@dataclass(frozen=True, slots=True)
class Env:
    """Where one run of one stack works: the servers, its own prefix and schema, how many messages."""

    amqp_url: str
    database_url: str
    prefix: str
    n: int

    @classmethod
    def fresh(cls, n: int) -> Env:
        """Names nobody else has, on the servers the environment names."""
        database = os.environ.get("GOVMESH_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432")
        return cls(
            amqp_url=os.environ.get("GOVMESH_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672"),
            database_url=database.replace("postgresql+psycopg2://", "postgresql://"),
            prefix=f"bench_{uuid.uuid4().hex[:12]}",
            n=n,
        )

    @property
    def schema(self) -> str:
        return self.prefix

    @property
    def exchange(self) -> str:
        return f"{self.prefix}.events"

    @property
    def inbound(self) -> str:
        return f"{self.prefix}.commands"

    @property
    def outbound(self) -> str:
        return f"{self.prefix}.out"

    def as_json(self) -> str:
        return json.dumps(asdict(self))


def postgres(env: Env) -> psycopg2.extensions.connection:
    """A connection whose search path is the run's schema."""
    return psycopg2.connect(env.database_url, options=f"-c search_path={env.schema} -c timezone=UTC")


def rabbit(env: Env) -> amqp.Connection:
    """An open connection."""
    url = urlsplit(env.amqp_url)
    connection = amqp.Connection(
        f"{url.hostname}:{url.port or 5672}",
        userid=unquote(url.username or "guest"),
        password=unquote(url.password or "guest"),
        virtual_host=unquote(url.path[1:]) or "/",
        heartbeat=0,
    )
    connection.connect()
    return connection


def declare(channel: amqp.Channel, env: Env) -> None:
    """The topic exchange, the quorum queue the messages come from and the one their answers go to."""
    channel.exchange_declare(env.exchange, "topic", durable=True, auto_delete=False)
    for queue in (env.inbound, env.outbound):
        channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(env.outbound, env.exchange, "#")


class Confirms:
    """Publishes pipelined on a channel of its own and waits for every confirm.

    Confirms come out of order and for several at once; a nack or a return ends the run.
    """

    def __init__(self, connection: amqp.Connection) -> None:
        self._connection = connection
        self._channel = connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._acked)
        self._channel.events["basic_nack"].add(self._nacked)
        self._channel.events["basic_return"].add(self._returned)
        self._tag = 0
        self._open: set[int] = set()

    def publish(self, exchange: str, messages: Sequence[tuple[str, bytes]], content_type: str) -> None:
        """Publish (routing key, body) pairs; returns once the broker has confirmed them all."""
        for key, body in messages:
            self._tag += 1
            self._open.add(self._tag)
            message = amqp.Message(body, delivery_mode=2, content_type=content_type)
            self._channel.basic_publish(message, exchange=exchange, routing_key=key, mandatory=True)
        while self._open:
            self._connection.drain_events(timeout=30)

    def _acked(self, tag: int, multiple: bool) -> None:
        if multiple:
            self._open = {each for each in self._open if each > tag}
        else:
            self._open.discard(tag)

    def _nacked(self, tag: int, multiple: bool) -> None:
        raise RuntimeError(f"the broker refused publish {tag}")

    def _returned(self, error: Exception, exchange: str, key: str, message: object) -> None:
        raise RuntimeError(f"no queue took {key}") from error


def depth(env: Env, queue: str) -> int:
    """Messages ready in a queue."""
    with closing(rabbit(env)) as connection:
        return int(connection.channel().queue_declare(queue, passive=True).message_count)


@contextmanager
def place(env: Env) -> Iterator[None]:
    """The run's schema, exchange and queues: made at the beginning, gone at the end, come what may."""
    try:
        with closing(postgres(env)) as db:
            db.autocommit = True
            db.cursor().execute(f'CREATE SCHEMA "{env.schema}"')
        with closing(rabbit(env)) as connection:
            declare(connection.channel(), env)
        yield
    finally:
        with closing(rabbit(env)) as connection:
            channel = connection.channel()
            for queue in (env.inbound, env.outbound):
                channel.queue_delete(queue)
            channel.exchange_delete(env.exchange)
        with closing(postgres(env)) as db:
            db.autocommit = True
            db.cursor().execute(f'DROP SCHEMA IF EXISTS "{env.schema}" CASCADE')


def in_own_process(module: str, *words: str) -> float:
    """Run ``python -m module words…``; its last line is the number asked for."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words], cwd=ROOT, capture_output=True, text=True, timeout=WAIT, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{module} {words[0]} ended with {done.returncode}:\n{done.stderr[-4000:]}")
    return float(done.stdout.split()[-1])


def settings(env: Env, names: Sequence[str]) -> dict[str, str]:
    """Settings of the PostgreSQL server, as it prints them."""
    with closing(postgres(env)) as db, db.cursor() as cursor:
        found = {}
        for name in names:
            cursor.execute("SELECT current_setting(%s)", (name,))
            found[name] = str(cursor.fetchone()[0])
        return found


def ratios(
    title: str, unit: str, measured: Mapping[str, tuple[str, Sequence[float]]], over: Sequence[str]
) -> dict[str, float]:
    """Print ``{name: (label, rounds)}`` with medians, ranges and ratios to the names of ``over``; the medians."""
    medians = {name: median(rounds) for name, (_, rounds) in measured.items() if rounds}
    table = Table(title=title)
    table.add_column("stack")
    for head in (unit, "lowest", "highest", *(f"÷ {name}" for name in over)):
        table.add_column(head, justify="right")
    for name, middle in medians.items():
        label, rounds = measured[name]
        cells = [f"{value:,.0f}" for value in (middle, min(rounds), max(rounds))]
        table.add_row(label, *cells, *(f"{middle / medians[peer]:.2f}" if peer in medians else "–" for peer in over))
    Console(width=110).print(table)
    return medians
