"""Grids and posts with all they have been: changes, holders, absences, areas without anybody on duty."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gov_grid import tables

revision = "g0050_lives"
down_revision = "g0041_elements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already.

    Grids and posts of before came from the pack alone: they are made anew from it at this start.
    """
    conn = op.get_bind()
    if "doc" not in {column["name"] for column in sa.inspect(conn).get_columns("grids")}:
        op.drop_table("posts")
        op.drop_table("grids")
        op.execute("DELETE FROM seeds")
    for table in (
        tables.GRIDS,
        tables.GRID_CHANGES,
        tables.POSTS,
        tables.HOLDINGS,
        tables.ABSENCES,
        tables.HOLES,
        tables.TURNS,
    ):
        table.create(conn, checkfirst=True)
