"""Which version of its pack a service runs, and that it never goes back to an older one by accident."""

from __future__ import annotations

import sqlalchemy as sa

from govcore.errors import Refusal
from govcore.packs import Pack
from govmesh.clock import wall
from govmesh.tables import PACKS

_FIRST = (
    "INSERT INTO packs (pack, version, started_at) VALUES (:pack, :version, :at) ON CONFLICT (pack, version) DO NOTHING"
)


def record(conn: sa.Connection, pack: Pack) -> None:
    """Write down that this version runs.  Raises ``PACK_OLDER`` where a newer one of the same pack has run here."""
    version = pack.header.version
    newest = newest_of(conn, pack)
    if newest is not None and newest > version:
        raise Refusal("PACK_OLDER", file=str(pack.folder / "pack.yaml"), field="version", value=version, newest=newest)
    conn.execute(sa.text(_FIRST), {"pack": pack.id, "version": version, "at": wall()})


def newest_of(conn: sa.Connection, pack: Pack) -> int | None:
    """The highest version of the pack that has run here, None before the first."""
    found = conn.execute(sa.select(sa.func.max(PACKS.c.version)).where(PACKS.c.pack == pack.id)).scalar()
    return None if found is None else int(found)
