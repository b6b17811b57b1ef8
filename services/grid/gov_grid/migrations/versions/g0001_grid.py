"""Divisions, grids, posts."""

from __future__ import annotations

from alembic import op

from gov_grid.tables import META

revision = "g0001"
down_revision = None
branch_labels = ("grid",)
depends_on = None


def upgrade() -> None:
    META.create_all(op.get_bind(), checkfirst=False)
