"""Room in each page of timers: a lease is then written beside its row, and no index is touched."""

from __future__ import annotations

from alembic import op

revision = "m0002_leases"
down_revision = "m0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """For pages to come; SQLite writes where the row is anyway."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE timers SET (fillfactor = 60)")
