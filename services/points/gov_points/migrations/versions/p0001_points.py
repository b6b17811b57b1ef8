"""The book: matters, accounts, what the caps count, and entries that nobody can change."""

from __future__ import annotations

from alembic import op

from gov_points.tables import META

revision = "p0001"
down_revision = None
branch_labels = ("points",)
depends_on = None

_STANDS = """
CREATE FUNCTION entry_stands() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'an entry is never changed: reverse it' USING ERRCODE = 'restrict_violation'; END $$
"""


def upgrade() -> None:
    bind = op.get_bind()
    META.create_all(bind, checkfirst=False)
    if bind.dialect.name == "postgresql":
        op.execute(_STANDS)
        op.execute(
            "CREATE TRIGGER entries_stand BEFORE UPDATE OR DELETE ON entries"
            " FOR EACH ROW EXECUTE FUNCTION entry_stands()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER entries_stand_{verb.lower()} BEFORE {verb} ON entries"
            " BEGIN SELECT RAISE(ABORT, 'an entry is never changed: reverse it'); END"
        )
