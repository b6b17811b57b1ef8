"""Running sums of accounts, points set aside, the chain, the year's end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gov_points import tables

revision = "p0002"
down_revision = "p0001"
branch_labels = None
depends_on = None

_SUMS = """
UPDATE entries SET after = (
    SELECT sum(earlier.points) FROM entries earlier
    WHERE earlier.account = entries.account AND earlier.number <= entries.number)
"""


def upgrade() -> None:
    bind = op.get_bind()
    there = {column["name"] for column in sa.inspect(bind).get_columns("entries")}
    if "after" in there:  # a new database: p0001 made it whole
        return
    op.add_column("entries", sa.Column("after", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("accounts", sa.Column("reset_year", sa.Integer, nullable=False, server_default="0"))
    postgres = bind.dialect.name == "postgresql"
    if postgres:
        op.execute("ALTER TABLE entries DISABLE TRIGGER entries_stand")
        op.execute(_SUMS)
        op.execute("ALTER TABLE entries ENABLE TRIGGER entries_stand")
    else:
        (guard,) = bind.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'entries_stand_update'").one()
        op.execute("DROP TRIGGER entries_stand_update")
        op.execute(_SUMS)
        bind.exec_driver_sql(guard)
    op.drop_index("entries_account", "entries")
    for table in (tables.HOLDS, tables.SEALS):
        table.create(bind)
    for index in (*tables.ENTRIES.indexes, *tables.ACCOUNTS.indexes):
        index.create(bind, checkfirst=True)
