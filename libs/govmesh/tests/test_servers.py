"""The servers that tests use: found ones are left as they were, private ones do what they are told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import amqp
import psycopg2
import pytest
from sqlalchemy import make_url

from govmesh.testing import servers
from govmesh.testing.servers import database as databases
from govmesh.testing.servers import guard, rabbit
from govmesh.testing.servers.guard import Guard, Program, Unavailable

BORN = """
import os, sys
from pathlib import Path
from govmesh.testing.servers.guard import Guard, Program
at = Path(sys.argv[1])
at.mkdir()
guard = Guard(["signal", str(at / "groups"), "SIGTERM"], ["remove", str(at)])
sleeper = Program(["sleep", "600"], os.environ, at / "log", at / "groups")
sleeper.start()
print((at / "groups").read_text().strip(), flush=True)
sys.stdin.read()
"""


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


def ended(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        os.kill(pid, 0)
        return stat.read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_what_a_killed_test_made_is_undone(tmp_path: Path) -> None:
    """A test process killed with SIGKILL leaves neither its server nor its folder behind."""
    at = tmp_path / "made"
    with subprocess.Popen(
        [sys.executable, "-c", BORN, str(at)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as test:
        assert test.stdout is not None
        server = int(test.stdout.readline())
        assert not ended(server)
        test.send_signal(signal.SIGKILL)
    until = time.monotonic() + 15
    while (at.exists() or not ended(server)) and time.monotonic() < until:
        time.sleep(0.02)
    assert ended(server)
    assert not at.exists()


def test_a_closed_guard_has_undone_everything(tmp_path: Path) -> None:
    """close() returns when the steps are done, and closing twice is harmless."""
    at = tmp_path / "made"
    at.mkdir()
    undone = Guard(["run", "touch", str(tmp_path / "ran")], ["remove", str(at)])
    undone.close()
    undone.close()
    assert (tmp_path / "ran").exists()
    assert not at.exists()


def test_a_program_that_does_not_start_says_why(tmp_path: Path) -> None:
    """A server that dies at start is reported with the last lines of its log."""
    program = Program(["sh", "-c", "echo no such port; exit 3"], os.environ, tmp_path / "log", tmp_path / "groups")
    program.start()
    with pytest.raises(Unavailable, match=r"sh did not start: no such port"):
        program.wait_until(lambda: False, 10)


def test_a_stubborn_program_is_killed(tmp_path: Path) -> None:
    """A program that ignores the request to end is killed with its children, and no longer listed as alive."""
    script = "trap '' TERM; sleep 600 & echo ready; wait; wait"
    program = Program(["sh", "-c", script], os.environ, tmp_path / "log", tmp_path / "groups")
    program.start()
    program.wait_until(lambda: "ready" in program.last_words(), 10)
    pids = guard.family(int((tmp_path / "groups").read_text()))
    assert len(pids) == 2
    program.end(signal.SIGTERM, patience=0.2)
    assert all(ended(pid) for pid in pids)
    assert not (tmp_path / "groups").read_text()


def test_nothing_is_installed_where_that_is_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """GOVMESH_TEST_INSTALL=no gives the package's name instead of installing it."""
    monkeypatch.setenv("GOVMESH_TEST_INSTALL", "no")
    with pytest.raises(Unavailable, match="rabbitmq-server is not installed"):
        guard.installed(lambda: None, "rabbitmq-server")


def test_root_on_debian_gets_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it may, the package is installed without a question and then found; one that is not to be had is named."""
    apt, program = tmp_path / "apt-get", tmp_path / "program"
    apt.write_text(
        f'#!/bin/sh\ncase "$*" in *"install -y"*a-package) : >{program} ;; *nowhere) echo E: no such >&2 ;; esac\n'
    )
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.delenv("GOVMESH_TEST_INSTALL", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert guard.installed(lambda: str(program) if program.exists() else None, "a-package") == str(program)
    with pytest.raises(Unavailable, match=r"nowhere could not be installed.*no such"):
        guard.installed(lambda: None, "nowhere")


def test_named_servers_that_do_not_answer_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server somebody asked for is never silently replaced by another."""
    port = guard.free_port()
    monkeypatch.setenv("GOVMESH_TEST_AMQP", f"amqp://127.0.0.1:{port}/x")
    monkeypatch.setenv("GOVMESH_TEST_DATABASE", f"postgresql://somebody@127.0.0.1:{port}/x")
    with pytest.raises(Unavailable, match="GOVMESH_TEST_AMQP"):
        servers.rabbitmq()
    with pytest.raises(Unavailable, match="GOVMESH_TEST_DATABASE"):
        servers.postgres()


@pytest.mark.broker
def test_a_database_of_ones_own_is_removed_afterwards(pg_url: str) -> None:
    """Two databases on one server have different names, are empty, and are gone after close()."""
    with servers.postgres() as mine:
        assert mine.url != pg_url
        query(mine.url, "CREATE TABLE t (x int)")
        name = make_url(mine.url).database
        listed = f"SELECT count(*) FROM pg_database WHERE datname = '{name}'"
        assert query(pg_url, listed) == [(1,)]
    if mine._guard:
        assert query(pg_url, listed) == [(0,)]


@pytest.mark.broker
def test_a_virtual_host_of_ones_own_is_removed_afterwards(amqp_url: str) -> None:
    """The virtual host takes messages while it is held, and is gone after close()."""
    with servers.rabbitmq() as mine:
        if mine.url != os.environ.get("GOVMESH_TEST_AMQP"):
            assert mine.url != amqp_url
        with connect(mine.url) as connection:
            connection.channel().queue_declare("q")
    if mine._guard:
        assert not rabbit.can_connect(mine.url)


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
