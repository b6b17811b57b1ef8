"""Visits to ended matters, and what they are looked up by."""

from __future__ import annotations

from alembic import op

from gov_dispatch.tables import REVISITS

revision = "d0030_revisit"
down_revision = "d0061_stewards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    REVISITS.create(op.get_bind(), checkfirst=True)
