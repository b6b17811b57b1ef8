"""The mesh's own tables; every service has them in its own schema (PostgreSQL) or file (SQLite).

Moments are kept as fixed-width UTC text in SQLite and ``timestamptz`` in PostgreSQL (:class:`Moment`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from govmesh.clock import stamp


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware moment."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(sa.Text())

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        return stamp(value) if isinstance(value, datetime) else value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        if value is None or isinstance(value, datetime):
            return value
        return datetime.fromisoformat(value).astimezone(UTC)


Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MESH = sa.MetaData()

INBOX = sa.Table(
    "inbox",
    MESH,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

OUTBOX = sa.Table(
    "outbox",
    MESH,
    sa.Column("seq", Serial, primary_key=True, autoincrement=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("exchange", sa.Text, nullable=False),
    sa.Column("routing_key", sa.Text, nullable=False),
    sa.Column("trace", sa.Text),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("lease_until", Moment, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Column("heard", sa.Boolean),
    sa.Column("receipt_at", Moment),
    sa.Index("outbox_type", "type", "seq"),
    sa.Index("outbox_trace", "trace"),
    sa.Index(
        "outbox_subject", "subject", postgresql_where=sa.text("exchange = ''"), sqlite_where=sa.text("exchange = ''")
    ),
    sa.Index(
        "outbox_unsent",
        "lease_until",
        postgresql_where=sa.text("sent_at IS NULL"),
        sqlite_where=sa.text("sent_at IS NULL"),
    ),
    sa.Index(
        "outbox_unreceipted",
        "at",
        postgresql_where=sa.text("exchange = '' AND receipt_at IS NULL"),
        sqlite_where=sa.text("exchange = '' AND receipt_at IS NULL"),
    ),
)

HISTORY = sa.Table(
    "history",
    MESH,
    sa.Column("seq", Serial, primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("said_at", Moment),
    sa.Column("trace", sa.Text),
    sa.Column("span", sa.Text),
    sa.Column("parent", sa.Text),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("from_state", sa.Text),
    sa.Column("to_state", sa.Text),
    sa.Column("holder", sa.Text),
    sa.Column("actor", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Index("history_subject", "subject", "seq"),
    sa.Index("history_trace", "trace", "seq"),
)

TIMERS = sa.Table(
    "timers",
    MESH,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("trace", sa.Text, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("lease_until", Moment),
    sa.Index("timers_due", "due_at"),
    sa.Index("timers_subject", "subject"),
)

PARKING = sa.Table(
    "parking",
    MESH,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("queue", sa.Text, nullable=False),
    sa.Column("type", sa.Text),
    sa.Column("subject", sa.Text),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("trace", sa.Text),
    sa.Column("sender", sa.Text),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("field", sa.Text),
    sa.Column("error", sa.Text),
    sa.Column("first_at", Moment, nullable=False),
    sa.Column("last_at", Moment, nullable=False),
    sa.Column("next_at", Moment),
    sa.Index("parking_state", "state", "next_at"),
)

FEEDS = sa.Table(
    "feeds",
    MESH,
    sa.Column("queue", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("types", sa.Text, nullable=False),
    sa.Column("cursor", sa.BigInteger, nullable=False),
    sa.Column("upto", sa.BigInteger, nullable=False),
)

PACKS = sa.Table(
    "packs",
    MESH,
    sa.Column("pack", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("started_at", Moment, nullable=False),
)
"""The versions of packs this service has run, each since its first start."""

YEARS = sa.Table(
    "years",
    MESH,
    sa.Column("year", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
)
"""The notices of years that came out after the pack: ``doc`` has the year's holidays as JSON, ``revision`` is when they
were noticed, in microseconds."""

CURSORS = sa.Table(
    "cursors",
    MESH,
    sa.Column("speaker", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
)
"""How far this service has heard each speaker's archive: absent until the first start has asked."""
