"""Boundaries that were imported, and the imports."""

from __future__ import annotations

from alembic import op

from gov_grid.store.boundaries import BATCHES, BOUNDARIES

revision = "g0020_boundaries"
down_revision = "g0050_lives"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    for table in (BOUNDARIES, BATCHES):
        table.create(op.get_bind(), checkfirst=True)
