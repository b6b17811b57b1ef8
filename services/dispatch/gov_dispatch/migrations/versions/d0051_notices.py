"""Notices out: the queue of what is to be told to residents, divisions and departments."""

from __future__ import annotations

from alembic import op

from gov_dispatch.tables import NOTICES

revision = "d0051_notices"
down_revision = "d0030_revisit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    NOTICES.create(op.get_bind(), checkfirst=True)
