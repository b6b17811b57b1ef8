"""The servers that tests use: what was made is removed, and what cannot be had is named."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import amqp
import psycopg2
import pytest
from sqlalchemy import make_url

from govmesh.testing import servers
from govmesh.testing.servers import guard, rabbit
from govmesh.testing.servers.guard import Guard, Program, Unavailable, ended

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


@pytest.mark.slow
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
