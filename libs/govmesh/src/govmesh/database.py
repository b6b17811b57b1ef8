"""One service's database: SQLite (WAL, one writer) or PostgreSQL (a schema of its own)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

_AWAY = (exc.OperationalError, exc.InterfaceError, exc.InternalError, exc.TimeoutError)
_CLASH = ("40P01", "40001")
_TOO_BIG = "54"
"""Class of "program limit exceeded": a row too big for an index, which no waiting heals."""


class DatabaseAway(Exception):
    """The database cannot be reached, refuses to serve, or lost a race it will win the next time."""


class Clash(DatabaseAway):
    """Two transactions were in each other's way and this one lost: run it again."""


class BadData(Exception):
    """The database would not take these rows: one of them is wrong."""


class Database:
    """Opens transactions.  Writers on SQLite take turns and never yield inside."""

    def __init__(self, url: str, schema: str) -> None:
        self.schema = schema
        self.url = sa.make_url(url)
        self.postgres = self.url.get_backend_name() == "postgresql"
        self._turn: Any = nullcontext() if self.postgres else threading.Lock()
        self.engine = self._postgres() if self.postgres else self._sqlite()

    def _postgres(self) -> sa.Engine:
        options = f"-c search_path={self.schema} -c timezone=UTC -c statement_timeout=60000 -c lock_timeout=20000"
        url = self.url.set(drivername="postgresql+psycopg2")
        return sa.create_engine(
            url,
            pool_size=6,
            max_overflow=10,  # five services stay under PostgreSQL's default of a hundred connections
            pool_timeout=10,
            hide_parameters=True,
            connect_args={"options": options, "connect_timeout": 5, "application_name": f"govmesh {self.schema}"},
        )

    def _sqlite(self) -> sa.Engine:
        folder = Path(self.url.database or ".")
        folder.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(
            f"sqlite:///{folder / (self.schema + '.sqlite')}",
            hide_parameters=True,
            poolclass=sa.QueuePool,
            pool_size=4,
            max_overflow=24,
        )

        @sa.event.listens_for(engine, "connect")
        def _open(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000", "cache_size=-16000"):
                connection.execute(f"PRAGMA {pragma}")

        @sa.event.listens_for(engine, "begin")
        def _begin(conn: sa.Connection) -> None:
            conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get("govmesh_write") else "BEGIN")

        return engine

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that commits at the end.  Raises :class:`DatabaseAway` or :class:`BadData`."""
        with self._sorted(), self._turn, self.engine.connect() as conn:
            conn = conn.execution_options(govmesh_write=True)
            with conn.begin():
                yield conn

    @contextmanager
    def read(self, *, still: bool = False) -> Iterator[sa.Connection]:
        """A transaction for reading only; ``still``: all its statements see the tables as of one moment."""
        with self._sorted(), self.engine.connect() as conn:
            if still and self.postgres:
                conn = conn.execution_options(isolation_level="REPEATABLE READ")
            with conn.begin():
                yield conn

    @contextmanager
    def _sorted(self) -> Iterator[None]:
        try:
            yield
        except (exc.DBAPIError, exc.TimeoutError, ValueError) as error:
            if (found := _sort(error)) is None:
                raise
            raise found from None  # its text, and PostgreSQL's, quote the rows

    def close(self) -> None:
        self.engine.dispose()


def why_bad(error: Exception) -> str | None:
    """What the database said of rows it would not take, without quoting them; None where it was something else."""
    found = _sort(error)
    return str(found) if isinstance(found, BadData) else None


def detail(error: Exception) -> str:
    """PostgreSQL's words on the one row that it refused; they quote it, so they are for looking into only."""
    return getattr(getattr(getattr(error, "orig", None), "diag", None), "message_detail", None) or ""


def lost_a_race(why: str) -> bool:
    """Whether rows were refused because another's with the same key came first; SQLite has one writer and no races."""
    return why.endswith("23505")


def _sort(error: Exception) -> Exception | None:
    """Whose fault it was: the database's (wait, nothing counted), the data's (find the row), or None: ours."""
    if isinstance(error, exc.TimeoutError):
        return DatabaseAway(type(error).__name__)
    if not isinstance(error, exc.DBAPIError):  # psycopg2, before it asks the server
        data = isinstance(error, UnicodeEncodeError) or (isinstance(error, ValueError) and "NUL" in str(error))
        return BadData(type(error).__name__) if data else None
    code = getattr(error.orig, "pgcode", None)
    said = f"{type(error.orig).__name__} {code or ''}".strip()
    if code in _CLASH:
        return Clash(said)
    if code and code.startswith(_TOO_BIG):
        return BadData(said)
    if error.connection_invalidated or isinstance(error, _AWAY):
        return DatabaseAway(said)
    return BadData(said)
