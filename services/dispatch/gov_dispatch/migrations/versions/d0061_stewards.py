"""Who serves which enterprise or project, and the visits."""

from __future__ import annotations

from alembic import op

from gov_dispatch.tables import STEWARDSHIPS, VISITS

revision = "d0061_stewards"
down_revision = "d0050_doors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    for table in (STEWARDSHIPS, VISITS):
        table.create(op.get_bind(), checkfirst=True)
