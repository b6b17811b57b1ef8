"""What every measurement needs: two servers, a corner of its own on them, a process of its own, a table of ratios."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
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
    """Where one run of one stack works: its virtual host, its database and schema, how many messages."""

    amqp_url: str
    database_url: str
    prefix: str
    n: int

    @property
    def schema(self) -> str:
        """The schema of the service ``dispatch``."""
        return f"{self.prefix}dispatch"

    def of(self, n: int) -> Env:
        """A fresh schema for ``n`` messages."""
        return Env(self.amqp_url, self.database_url, f"bench_{uuid.uuid4().hex[:12]}_", n)

    def as_json(self) -> str:
        return json.dumps(asdict(self))


@contextmanager
def servers() -> Iterator[Env]:
    """A broker and a database: those of ``GOVMESH_AMQP_URL`` and ``GOVMESH_DATABASE_URL``, else found or started.

    What is found gets a virtual host and a database of random name, removed at the end; a virtual host that is
    named must not be a running mesh's.
    """
    from govmesh.testing.servers import postgres as found_postgres
    from govmesh.testing.servers import rabbitmq as found_rabbitmq

    with ExitStack() as made:
        broker = os.environ.get("GOVMESH_AMQP_URL") or made.enter_context(found_rabbitmq()).url
        database = os.environ.get("GOVMESH_DATABASE_URL") or made.enter_context(found_postgres()).url
        env = Env(broker, database.replace("postgresql+psycopg2://", "postgresql://"), "", 0).of(0)
        with closing(rabbit(env)) as connection:
            try:
                connection.channel().exchange_declare("dispatch.events", "topic", passive=True)
            except amqp.NotFound:
                pass
            else:
                raise SystemExit("the virtual host of GOVMESH_AMQP_URL belongs to a mesh: name another one, or none")
        yield env


def postgres(env: Env) -> psycopg2.extensions.connection:
    """A connection whose search path is the run's schema."""
    return psycopg2.connect(env.database_url, options=f"-c search_path={env.schema} -c timezone=UTC")


def rabbit(env: Env) -> amqp.Connection:
    """An open connection."""
    url = urlsplit(env.amqp_url)
    connection = amqp.Connection(
        f"{url.hostname}:{url.port or 5672}",
        userid=user(env),
        password=unquote(url.password or "guest"),
        virtual_host=unquote(url.path[1:]) or "/",
        heartbeat=0,
    )
    connection.connect()
    return connection


def user(env: Env) -> str:
    """The broker's user."""
    return unquote(urlsplit(env.amqp_url).username or "guest")


class Confirms:
    """Publishes pipelined on a channel of its own and waits for every confirm.

    Confirms come out of order and for several at once; a nack or a return ends the run.
    """

    def __init__(self, connection: amqp.Connection, **properties: object) -> None:
        self._connection, self._properties = connection, properties
        self._channel = connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._acked)
        self._channel.events["basic_nack"].add(self._nacked)
        self._channel.events["basic_return"].add(self._returned)
        self._tag = 0
        self._open: set[int] = set()

    def publish(self, messages: Sequence[tuple[str, str, bytes]]) -> None:
        """Publish (exchange, routing key, body); returns once the broker has confirmed them all."""
        for exchange, key, body in messages:
            self._tag += 1
            self._open.add(self._tag)
            message = amqp.Message(body, delivery_mode=2, **self._properties)
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


def in_own_process(module: str, *words: str) -> float:
    """Run ``python -m module words…``; its last word is the number asked for."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words], cwd=ROOT, capture_output=True, text=True, timeout=WAIT, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{module} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
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
