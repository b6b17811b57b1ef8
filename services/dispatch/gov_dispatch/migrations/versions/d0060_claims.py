"""Wishes and posts put up to be claimed."""

from __future__ import annotations

from alembic import op

from gov_dispatch.tables import CLAIMS

revision = "d0060_claims"
down_revision = "d0003_pages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    CLAIMS.create(op.get_bind(), checkfirst=True)
