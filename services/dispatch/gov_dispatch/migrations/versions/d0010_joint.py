"""Operations of several departments."""

from __future__ import annotations

from alembic import op

from gov_dispatch.store.joint import TABLE

revision = "d0010_joint"
down_revision = "d0020_orders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    bind = op.get_bind()
    TABLE.create(bind, checkfirst=True)
    for index in TABLE.indexes:
        index.create(bind, checkfirst=True)
