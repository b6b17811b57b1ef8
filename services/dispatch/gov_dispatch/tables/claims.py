"""Wishes and posts, stewards and their visits."""

from __future__ import annotations

import sqlalchemy as sa

from gov_dispatch.tables._meta import META, partial
from govmesh.tables import Moment

CLAIMS = sa.Table(
    "claims",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("holder", sa.Text),
    sa.Column("late_at", Moment),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("put_up_at", Moment, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("claims_state", "state", "put_up_at"),
    partial("claims_late", "late_at", "id", where="late_at IS NOT NULL"),
)
"""Wishes and posts; ``late_at``: when one has stood past its time, null once it has ended."""

STEWARDSHIPS = sa.Table(
    "stewardships",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, unique=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("steward", sa.Text, nullable=False),
    sa.Column("late_at", Moment),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("appointed_at", Moment, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    partial("stewardships_late", "late_at", "id", where="late_at IS NOT NULL"),
)

VISITS = sa.Table(
    "visits",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("stewardship_id", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("on_time", sa.Boolean, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("visits_of", "stewardship_id", "at"),
)
"""What stewards found and did, one row a visit."""
