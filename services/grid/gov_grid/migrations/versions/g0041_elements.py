"""Components, organisations, places and who helps; patrols; inspections drawn by lot."""

from __future__ import annotations

from alembic import op

from gov_grid.tables import ELEMENTS, INSPECTIONS, PATROLS

revision = "g0041_elements"
down_revision = "g0040_persons"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    for table in (ELEMENTS, PATROLS, INSPECTIONS):
        table.create(op.get_bind(), checkfirst=True)
