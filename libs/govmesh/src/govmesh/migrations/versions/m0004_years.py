"""The notices of years that came out after the pack."""

from __future__ import annotations

from alembic import op

from govmesh.tables import YEARS

revision = "m0004_years"
down_revision = "m0003_packs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    YEARS.create(op.get_bind(), checkfirst=True)
