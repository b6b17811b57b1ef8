"""What is open is found without reading what has ended; the lists are read page by page in their order."""

from __future__ import annotations

from alembic import op

from gov_dispatch.tables import EVENTS, HANDOFFS

revision = "d0070_open_rows"
down_revision = "d0010_joint"
branch_labels = None
depends_on = None

_NEW = {"events_opened": EVENTS, "events_open": EVENTS, "handoffs_open": HANDOFFS}


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    for name, table in _NEW.items():
        next(index for index in table.indexes if index.name == name).create(op.get_bind(), checkfirst=True)
