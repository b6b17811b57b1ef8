"""PostgreSQL for tests: a database of one's own, or a whole server."""

from __future__ import annotations

import contextlib
import getpass
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Self

import psycopg2
from psycopg2 import sql
from sqlalchemy import URL, make_url

from govmesh.testing.servers.guard import Guard, Program, Unavailable, answers, free_port, installed

USUAL_PORT = 5432
PATIENCE = 60.0
"""Seconds a server may take to start on a busy machine."""

DROP = """
import sys, psycopg2
from psycopg2 import sql
connection = psycopg2.connect(sys.argv[1], connect_timeout=5)
connection.autocommit = True
connection.cursor().execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(sys.argv[2])))
"""


class Database:
    """A database; ``url`` is its SQLAlchemy address (psycopg2)."""

    def __init__(self, url: str, guard: Guard | None = None) -> None:
        self.url = url
        self._guard = guard

    def close(self) -> None:
        """Remove the database, if it was made for this; whoever is still connected is cut off."""
        if self._guard:
            self._guard.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class PrivatePostgres(Database):
    """A server of one's own, with one empty database ``govmesh``; nobody else uses it.

    ``durable`` turns fsync on: what a power cut of the machine would need, which killing the server does not.
    """

    def __init__(self, durable: bool = False) -> None:
        programs = Path(installed(_programs, "postgresql"))
        self.folder = Path(tempfile.mkdtemp(prefix="govmesh-postgres-"))
        self.port, listed = free_port(), self.folder / "groups"
        url = URL.create("postgresql+psycopg2", "postgres", None, "127.0.0.1", self.port, "govmesh")
        super().__init__(
            url.render_as_string(hide_password=False),
            Guard(["signal", str(listed), "SIGQUIT"], ["remove", str(self.folder)]),
        )
        self._admin = _dsn(url.set(database="postgres"))
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 200,
            "fsync": "on" if durable else "off",
        }
        user = _other_user()
        data = str(self.folder / "data")
        self._program = Program(
            [str(programs / "postgres"), "-D", data, *(f"--{name}={value}" for name, value in settings.items())],
            {name: value for name, value in os.environ.items() if not name.startswith("PG")},
            self.folder / "server.log",
            listed,
            user,
        )
        try:
            if user:
                shutil.chown(self.folder, user)
            made = subprocess.run(
                [
                    str(programs / "initdb"),
                    "-D",
                    data,
                    "-U",
                    "postgres",
                    "-A",
                    "trust",
                    "-E",
                    "UTF8",
                    "--locale=C",
                    "-N",
                ],
                user=user,
                group=pwd.getpwnam(user).pw_gid if user else None,
                extra_groups=[] if user else None,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                cwd=self.folder,
                check=False,
            )
            if made.returncode:
                raise Unavailable(f"initdb: {made.stderr.strip()[-400:]}")
            self.start()
            _execute(self._admin, "CREATE DATABASE {}", "govmesh")
        except BaseException:
            self.close()
            raise

    def start(self) -> None:
        """Start it and wait until it takes connections; its data is what it was."""
        if not self._program.running:
            self._program.start()
            self._program.wait_until(lambda: can_connect(self._admin), PATIENCE)

    def stop(self) -> None:
        """Shut it down in good order, cutting off whoever is connected."""
        self._program.end(signal.SIGINT)

    def kill(self) -> None:
        """Kill it, as a crash would; the next start recovers from the log."""
        self._program.end(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing answers."""
        self._program.tell(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen server go on."""
        self._program.tell(signal.SIGCONT)

    def database(self) -> Database:
        """A further database of random name on this server; it goes when the server goes."""
        return _made_on(make_url(self.url).set(database="postgres"), guarded=False)

    def close(self) -> None:
        """End it and remove its data."""
        self._program.tell(signal.SIGCONT)
        self._program.end(signal.SIGQUIT)
        super().close()


def private_postgres(durable: bool = False) -> PrivatePostgres:
    """Start a server of one's own.  Raises :class:`Unavailable`."""
    return PrivatePostgres(durable)


def postgres() -> Database:
    """A database of one's own on the best server to be had.  Raises :class:`Unavailable`.

    Where ``GOVMESH_TEST_DATABASE`` names a database whose user may not make others, that one is used as it is.
    """
    if named := os.environ.get("GOVMESH_TEST_DATABASE"):
        url = make_url(named).set(drivername="postgresql+psycopg2")
        if not can_connect(_dsn(url)):
            raise Unavailable("the database named by GOVMESH_TEST_DATABASE does not answer")
        try:
            return _made_on(url)
        except psycopg2.errors.InsufficientPrivilege:
            return Database(url.render_as_string(hide_password=False))
    return _found() or _shared().database()


def _found() -> Database | None:
    """A database on the server of the usual port, where it lets us in and lets us make one."""
    if answers(USUAL_PORT):
        for user in dict.fromkeys(("postgres", getpass.getuser())):
            url = URL.create("postgresql+psycopg2", user, None, "127.0.0.1", USUAL_PORT, "postgres")
            with contextlib.suppress(psycopg2.Error):
                return _made_on(url)
    return None


@cache
def _shared() -> PrivatePostgres:
    """One private server for all the databases of this process; its guard ends it."""
    return PrivatePostgres()


def _made_on(url: URL, guarded: bool = True) -> Database:
    name = f"govmesh_{secrets.token_hex(6)}"
    _execute(_dsn(url), "CREATE DATABASE {}", name)
    guard = Guard(["run", sys.executable, "-c", DROP, _dsn(url), name]) if guarded else None
    return Database(url.set(database=name).render_as_string(hide_password=False), guard)


def _execute(dsn: str, statement: str, name: str) -> None:
    connection = psycopg2.connect(dsn, connect_timeout=5)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))
    finally:
        connection.close()


def _dsn(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def can_connect(dsn: str) -> bool:
    """Whether the server lets us in within two seconds."""
    try:
        psycopg2.connect(dsn, connect_timeout=2).close()
    except psycopg2.Error:
        return False
    return True


def _other_user() -> str | None:
    """PostgreSQL refuses to run as root: the user to run it as, or None to run it as ourselves."""
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise Unavailable("PostgreSQL refuses to run as root and there is no user to run it as")


def _programs() -> str | None:
    """The folder with initdb and postgres: the newest of Debian's, or the one on the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda at: float(at.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    return str(Path(found).resolve().parent) if found else None
