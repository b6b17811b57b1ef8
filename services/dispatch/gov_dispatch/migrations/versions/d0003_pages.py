"""What is late or lies at a desk, in the order in which it is read page by page; who holds how much."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gov_dispatch.tables import EVENTS, HANDOFFS

revision = "d0003_pages"
down_revision = "d0002_surge"
branch_labels = None
depends_on = None

_NEW = {"handoffs_overdue": HANDOFFS, "handoffs_held": HANDOFFS, "events_at_desk": EVENTS}
_OLD = ("handoffs_late", "events_held")


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    bind = op.get_bind()
    for name, table in _NEW.items():
        next(index for index in table.indexes if index.name == name).create(bind, checkfirst=True)
    for name in _OLD:
        bind.execute(sa.text(f"DROP INDEX IF EXISTS {name}"))
