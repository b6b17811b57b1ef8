"""Orders (三单一函) with a life of their own: received, answered or not, closed."""

from __future__ import annotations

from alembic import op

from gov_dispatch.tables import ORDERS

revision = "d0020_orders"
down_revision = "d0062_projects"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    bind = op.get_bind()
    ORDERS.create(bind, checkfirst=True)
    for index in ORDERS.indexes:
        index.create(bind, checkfirst=True)
