"""petition's tables.  Each aggregate is kept whole in ``doc``; the other columns are what is searched."""

from __future__ import annotations

import sqlalchemy as sa

from govmesh.tables import Moment

META = sa.MetaData()

PETITIONS = sa.Table(
    "petitions",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, unique=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("holder", sa.Text),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("late_at", Moment),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("petitions_state", "state", "received_at"),
    sa.Index(
        "petitions_late",
        "late_at",
        postgresql_where=sa.text("late_at IS NOT NULL"),
        sqlite_where=sa.text("late_at IS NOT NULL"),
    ),
)
"""``late_at``: the end of the statutory term that runs out first; null where none runs."""

LINKS = sa.Table(
    "links",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("petitions", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
)
"""Which petitions an event of dispatch answers; ``id`` is the event's, ``petitions`` their ids as JSON."""

PEOPLE = sa.Table(
    "people",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("phone_index", sa.Text),
    sa.Column("handle_index", sa.Text),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("people_phone", "phone_index"),
    sa.Index("people_handle", "handle_index"),
)
"""Who petitioned, sealed under the petition's key; ``id`` is the petition's."""

KEYS = sa.Table(
    "matter_keys",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
)
"""The wrapped key of each petition; deleting the row makes its personal fields unreadable for good."""
