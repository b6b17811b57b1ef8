"""Which versions of its pack a service has run."""

from __future__ import annotations

from alembic import op

from govmesh.tables import PACKS

revision = "m0003_packs"
down_revision = "m0002_leases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    PACKS.create(op.get_bind(), checkfirst=True)
