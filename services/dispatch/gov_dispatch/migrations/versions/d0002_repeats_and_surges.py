"""What repeats and surges are looked up by: part_of, the class and time of reports, and the surges found."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from gov_dispatch.tables import EVENTS, REPORTS, SURGES
from govmesh.clock import stamp
from govmesh.tables import Moment

revision = "d0002_surge"
down_revision = "d0001"
branch_labels = None
depends_on = None

_PAGE = 1000


def upgrade() -> None:
    """Does only what is missing: a new database has all of it from the tables already."""
    bind = op.get_bind()
    _column(bind, EVENTS, "part_of", sa.Text())
    _column(bind, REPORTS, "class_code", sa.Text())
    if _column(bind, REPORTS, "reported_at", Moment()):
        _fill(bind)
    SURGES.create(bind, checkfirst=True)
    for table in (EVENTS, REPORTS):
        for index in table.indexes:
            index.create(bind, checkfirst=True)


def _column(bind: sa.Connection, table: sa.Table, name: str, kind: Any) -> bool:
    known = {str(column["name"]) for column in sa.inspect(bind).get_columns(table.name)}
    if name not in known:
        op.add_column(table.name, sa.Column(name, kind))
    return name not in known


def _fill(bind: sa.Connection) -> None:
    """Class and time of the reports there are, out of what they are kept as."""
    after = ""
    while True:
        page = sa.select(REPORTS.c.id, REPORTS.c.doc).where(REPORTS.c.id > after).order_by(REPORTS.c.id).limit(_PAGE)
        rows = bind.execute(page).all()
        if not rows:
            return
        for row in rows:
            said = json.loads(row.doc)["report"]
            at = stamp(datetime.fromisoformat(said["reported_at"]))
            bind.execute(
                REPORTS.update().where(REPORTS.c.id == row.id).values(class_code=said["class_code"], reported_at=at)
            )
        after = rows[-1].id
