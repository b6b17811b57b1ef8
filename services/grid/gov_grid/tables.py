"""The registry's tables: divisions, grids, posts, as the pack gave them; seeded again when the pack changes.  Beside
them the country's list of divisions with its history."""

from __future__ import annotations

import sqlalchemy as sa

META = sa.MetaData()
_BYTES = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text in the order of its bytes, so that what begins with some letters is a range of an index."""

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
LISTED = sa.Table(
    "listed",
    META,
    sa.Column("id", _BYTES, primary_key=True),
    sa.Column("code", _BYTES, nullable=False),
    sa.Column("plain", _BYTES, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("parent", _BYTES, nullable=True),
    sa.Column("since", sa.Text, nullable=False),
    sa.Column("until", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("listed_code", "code"),
    sa.Index("listed_parent", "parent"),
    sa.Index("listed_plain", "plain"),
)
"""Versions of the country's divisions: the name without width, case and blanks, ISO dates, ``9999`` while in force."""
ENDS = sa.Table(
    "listed_ends",
    META,
    sa.Column("tail", _BYTES, primary_key=True),
    sa.Column("plain", _BYTES, primary_key=True),
    sa.Column("place", sa.Text, nullable=False, server_default=""),
)
"""Every end of every plain name, but for the official endings: a part of a name is the beginning of an end."""
