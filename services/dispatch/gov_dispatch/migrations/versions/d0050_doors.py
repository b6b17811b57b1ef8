"""Alerts in: each alert, the run it belongs to, and how many came in of late."""

from __future__ import annotations

from alembic import op

from gov_dispatch.tables import ALERTS, GAUGES, WATCHES

revision = "d0050_doors"
down_revision = "d0060_claims"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    for table in (ALERTS, WATCHES, GAUGES):
        table.create(op.get_bind(), checkfirst=True)
