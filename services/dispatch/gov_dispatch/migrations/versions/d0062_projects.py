"""Led projects with their plans."""

from __future__ import annotations

from alembic import op

from gov_dispatch.store.projects import TABLE

revision = "d0062_projects"
down_revision = "d0051_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    TABLE.create(op.get_bind(), checkfirst=True)
