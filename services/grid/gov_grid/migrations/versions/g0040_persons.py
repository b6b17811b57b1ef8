"""Households and persons, who was sent what of them, care teams."""

from __future__ import annotations

from alembic import op

from gov_grid.tables import CARE_NOTES, CARE_TEAMS, DELIVERIES, HOUSEHOLDS, KEYS, PERSONS

revision = "g0040_persons"
down_revision = "g0010_divisions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    for table in (KEYS, HOUSEHOLDS, PERSONS, DELIVERIES, CARE_TEAMS, CARE_NOTES):
        table.create(op.get_bind(), checkfirst=True)
