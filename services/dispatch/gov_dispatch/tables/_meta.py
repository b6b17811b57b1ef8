"""Where all tables of dispatch stand together."""

from __future__ import annotations

import sqlalchemy as sa

META = sa.MetaData()


def partial(name: str, *columns: str, where: str) -> sa.Index:
    """An index of the rows of which ``where`` holds, and of no others."""
    return sa.Index(name, *columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))
