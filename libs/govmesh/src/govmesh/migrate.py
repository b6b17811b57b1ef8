"""Alembic migrations, run by ``govmesh up``: the mesh's tables first, then the service's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from govmesh.database import Database

_LOCK = 0x676F766D


@contextmanager
def one_at_a_time(database: Database) -> Iterator[None]:
    """Several processes may start at once: one migrates and seeds, the others wait for it, however long it takes."""
    if not database.postgres:
        yield
        return
    with database.engine.connect() as conn:
        conn.execute(sa.text("SET statement_timeout = 0; SET lock_timeout = 0"))
        conn.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        conn.commit()
        try:
            yield
        finally:
            conn.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
            conn.execute(sa.text("RESET statement_timeout; RESET lock_timeout"))
            conn.commit()


def upgrade(database: Database, package: str) -> None:
    """Bring both branches to their heads."""
    mesh = Path(str(files("govmesh"))) / "migrations"
    service = Path(str(files(package)))
    config = Config()
    config.set_main_option("script_location", str(mesh))
    config.set_main_option("version_path_separator", "os")
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", f"{mesh / 'versions'}:{service / 'versions'}")
    with database.write() as conn:
        if database.postgres:
            conn.execute(sa.text("SET LOCAL statement_timeout = 0"))
            conn.execute(sa.text(f'CREATE SCHEMA IF NOT EXISTS "{database.schema}"'))
        config.attributes["connection"] = conn
        command.upgrade(config, "heads")
