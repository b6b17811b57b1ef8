"""points' tables.  Every entry is a transfer between two accounts, so the book cannot be out of balance."""

from __future__ import annotations

import sqlalchemy as sa

from govmesh.tables import Moment

META = sa.MetaData()

MATTERS = sa.Table(
    "matters",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("touched", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
)
"""An event as far as points go, locked by whoever posts or takes back; ``touched``: its rows of ``rule_years``."""

ACCOUNTS = sa.Table(
    "accounts",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("points", sa.BigInteger, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("accounts_points", "points", "id"),
)
"""Balances of holders.  The authority has no row: its balance is the sum of the book, so nobody queues for it."""

RULE_YEARS = sa.Table(
    "rule_years",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
)
"""What an account got by a rule on each day of a year; ``id``: ``account|rule|year``.  The caps look here."""

ENTRIES = sa.Table(
    "entries",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Text),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("contra", sa.Text, nullable=False),
    sa.Column("points", sa.BigInteger, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("posted_at", Moment, nullable=False),
    sa.Column("reverses", sa.Text, unique=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("entries_event", "event_id"),
    sa.Index("entries_account", "account", "posted_at"),
)
"""Written once, never changed (a trigger sees to it).  ``account`` gets ``points``, ``contra`` gives them; ``number``
counts the account's entries; ``id`` follows from cause and rule; an entry is reversed once."""
