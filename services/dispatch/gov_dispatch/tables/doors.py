"""What devices bring in, and what goes out to residents."""

from __future__ import annotations

import sqlalchemy as sa

from gov_dispatch.tables._meta import META, partial
from govmesh.tables import Moment

ALERTS = sa.Table(
    "alerts",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("alerts_event", "event_id"),
)
"""Each alert that was taken in, under its gateway's code and its own number there."""

WATCHES = sa.Table(
    "watches",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("last_at", Moment, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("watches_last", "last_at"),
)
"""Of each device and kind the latest run of alerts."""

GAUGES = sa.Table(
    "gauges",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
)
"""How many alerts came in of late, by device and by gateway."""

NOTICES = sa.Table(
    "notices",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("due_at", Moment),
    sa.Column("lease_until", Moment),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("notices_event", "event_id"),
    sa.Index("notices_made", "made_at"),
    partial("notices_due", "due_at", where="due_at IS NOT NULL"),
    partial("notices_stuck", "made_at", "id", where="state IN ('retry', 'failed')"),
)
"""What is told to residents, divisions and departments, never to whom; ``lease_until``: somebody is sending it."""
