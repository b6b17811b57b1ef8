"""Private servers: stopped, killed, frozen, alarmed, and their data is what it was."""

from __future__ import annotations

import time
from collections.abc import Iterator

import amqp
import psycopg2
import pytest
from sqlalchemy import make_url

from govmesh.testing import servers
from govmesh.testing.servers import database as databases
from govmesh.testing.servers import guard, rabbit
from govmesh.testing.servers.guard import Unavailable


@pytest.fixture(scope="module")
def broker() -> Iterator[servers.PrivateRabbit]:
    try:
        started = servers.private_rabbitmq()
    except Unavailable as reason:
        pytest.skip(f"no private RabbitMQ: {reason}")
    yield started
    started.close()
    assert not started.folder.exists()


@pytest.fixture(scope="module")
def database() -> Iterator[servers.PrivatePostgres]:
    try:
        started = servers.private_postgres()
    except Unavailable as reason:
        pytest.skip(f"no private PostgreSQL: {reason}")
    yield started
    started.close()
    assert not started.folder.exists()


def connect(url: str) -> amqp.Connection:
    at = make_url(url)
    connection = amqp.Connection(
        host=f"{at.host}:{at.port}", userid=at.username, password=at.password, virtual_host=at.database
    )
    connection.connect()
    return connection


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@pytest.mark.broker
def test_named_database_server_gets_a_database_of_its_own(
    database: servers.PrivatePostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a named server, a user who may make databases gets a fresh one, any other the one that was named."""
    monkeypatch.setenv("GOVMESH_TEST_DATABASE", database.url)
    with servers.postgres() as mine:
        assert make_url(mine.url).port == database.port
        assert mine.url != database.url
    query(database.url, "CREATE ROLE plain LOGIN")
    plain = make_url(database.url).set(username="plain").render_as_string()
    monkeypatch.setenv("GOVMESH_TEST_DATABASE", plain)
    with servers.postgres() as mine:
        assert mine.url == plain


@pytest.mark.broker
def test_private_database_keeps_its_data(database: servers.PrivatePostgres) -> None:
    """A row survives stop, kill and start; while stopped or frozen nothing answers."""
    query(database.url, "CREATE TABLE kept (x int)")
    query(database.url, "INSERT INTO kept VALUES (7)")
    database.restart()
    database.kill()
    dsn = databases._dsn(make_url(database.url))
    assert not databases.can_connect(dsn)
    database.start()
    assert query(database.url, "SELECT x FROM kept") == [(7,)]
    database.pause()
    assert not databases.can_connect(dsn)
    database.resume()
    assert databases.can_connect(dsn)
    with database.database() as other:
        assert query(other.url, "SELECT 1") == [(1,)]


@pytest.mark.broker
@pytest.mark.slow
def test_private_broker_keeps_durable_messages(broker: servers.PrivateRabbit) -> None:
    """A confirmed message in a quorum queue survives stop and kill."""
    with connect(broker.url) as connection:
        channel = connection.channel()
        channel.queue_declare("kept", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        channel.confirm_select()
        channel.basic_publish_confirm(amqp.Message("hello", delivery_mode=2), routing_key="kept")
    broker.restart()
    broker.kill()
    assert not rabbit.can_connect(broker.url)
    broker.start()
    with connect(broker.url) as connection:
        message = None
        until = time.monotonic() + 20
        while message is None and time.monotonic() < until:
            message = connection.channel().basic_get("kept", no_ack=True)
        assert message is not None
        assert message.body == "hello"


@pytest.mark.broker
@pytest.mark.slow
def test_memory_alarm_blocks_publishers(broker: servers.PrivateRabbit) -> None:
    """Under the alarm the broker tells a publishing connection that it is blocked, and afterwards that it is not."""
    told: list[str] = []
    at = make_url(broker.url)
    connection = amqp.Connection(
        host=f"{at.host}:{at.port}",
        virtual_host=at.database,
        on_blocked=lambda reason: told.append("blocked"),
        on_unblocked=lambda: told.append("unblocked"),
    )
    connection.connect()
    with connection:
        broker.memory_alarm(True)
        connection.channel().basic_publish(amqp.Message("x"), routing_key="nowhere")
        for _ in range(2):
            until = time.monotonic() + 20
            seen = len(told)
            while len(told) == seen and time.monotonic() < until:
                try:
                    connection.drain_events(timeout=0.5)
                except TimeoutError:
                    continue
            broker.memory_alarm(False)
    assert told == ["blocked", "unblocked"]


@pytest.mark.broker
@pytest.mark.slow
def test_a_department_user_has_only_the_rights_given(broker: servers.PrivateRabbit) -> None:
    """A user who may read one queue reads it, and may neither declare nor read another."""
    with connect(broker.url) as connection:
        for queue in ("dept.a", "dept.b"):
            connection.channel().queue_declare(queue, durable=True, auto_delete=False)
    url = broker.add_user("dept.a", "secret", read=r"^dept\.a$", topics={"amq.topic": (r"^dept\.a\.", "^$")})
    with connect(url) as connection:
        assert connection.channel().basic_get("dept.a") is None
        for forbidden in (
            lambda channel: channel.basic_get("dept.b"),
            lambda channel: channel.queue_declare("mine"),
        ):
            with pytest.raises(amqp.exceptions.AccessRefused):
                forbidden(connection.channel())


@pytest.mark.broker
@pytest.mark.slow
def test_a_frozen_broker_does_not_answer(broker: servers.PrivateRabbit) -> None:
    """pause() keeps the port open but nobody gets in; resume() goes on as if nothing had been."""
    broker.pause()
    assert guard.answers(broker.port)
    assert not rabbit.can_connect(broker.url)
    broker.resume()
    assert rabbit.can_connect(broker.url)
