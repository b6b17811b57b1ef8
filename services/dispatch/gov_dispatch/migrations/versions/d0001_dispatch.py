"""Events, hand-offs, reports, and apart from them who reported."""

from __future__ import annotations

from alembic import op

from gov_dispatch.tables import META

revision = "d0001"
down_revision = None
branch_labels = ("dispatch",)
depends_on = None


def upgrade() -> None:
    META.create_all(op.get_bind(), checkfirst=False)
