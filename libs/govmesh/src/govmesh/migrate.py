"""Alembic migrations, run by ``govmesh up``: the mesh's tables first, then the service's own."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from govmesh.database import Database

_LOCK = 0x676F766D


def upgrade(database: Database, package: str) -> None:
    """Bring both branches to their heads.  Several processes may start at once: one migrates, the others wait."""
    mesh = Path(str(files("govmesh"))) / "migrations"
    service = Path(str(files(package)))
    config = Config()
    config.set_main_option("script_location", str(mesh))
    config.set_main_option("version_path_separator", "os")
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", f"{mesh / 'versions'}:{service / 'versions'}")
    if database.postgres:
        with database.engine.connect() as conn:
            conn.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            try:
                conn.execute(sa.text(f'CREATE SCHEMA IF NOT EXISTS "{database.schema}"'))
                conn.commit()
                _run(config, conn)
            finally:
                conn.rollback()
                conn.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
                conn.commit()
    else:
        with database.write() as conn:
            _run(config, conn)


def _run(config: Config, conn: sa.Connection) -> None:
    config.attributes["connection"] = conn
    command.upgrade(config, "heads")
    conn.commit() if conn.dialect.name == "postgresql" else None
