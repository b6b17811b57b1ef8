"""The mesh's own tables: inbox, outbox, history, timers, parking, feeds, cursors."""

from __future__ import annotations

from alembic import op

from govmesh.tables import MESH

revision = "m0001"
down_revision = None
branch_labels = ("mesh",)
depends_on = None


def upgrade() -> None:
    MESH.create_all(op.get_bind(), checkfirst=False)
