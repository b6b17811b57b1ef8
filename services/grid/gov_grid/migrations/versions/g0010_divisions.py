"""The country's list of divisions with its history."""

from __future__ import annotations

from alembic import op

from gov_grid.tables import ENDS, LISTED

revision = "g0010_divisions"
down_revision = "g0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    for table in (LISTED, ENDS):
        table.create(op.get_bind(), checkfirst=True)
