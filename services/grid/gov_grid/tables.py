"""The registry's tables: divisions, grids, posts, as the pack gave them; seeded again when the pack changes."""

from __future__ import annotations

import sqlalchemy as sa

META = sa.MetaData()

DIVISIONS = sa.Table(
    "divisions",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
)
GRIDS = sa.Table(
    "grids",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("division", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Index("grids_division", "division"),
)
POSTS = sa.Table(
    "posts",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("grid", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("time", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Index("posts_grid", "grid"),
)
SEEDS = sa.Table(
    "seeds",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
)
"""Which state of which pack the registry was seeded from."""
