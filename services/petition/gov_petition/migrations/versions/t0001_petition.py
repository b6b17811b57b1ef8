"""Petitions, the events that answer them, and apart from them who petitioned."""

from __future__ import annotations

from alembic import op

from gov_petition.tables import META

revision = "t0001"
down_revision = None
branch_labels = ("petition",)
depends_on = None


def upgrade() -> None:
    META.create_all(op.get_bind(), checkfirst=False)
