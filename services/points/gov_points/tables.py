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
    sa.Column("reset_year", sa.Integer, nullable=False, server_default="0"),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("accounts_points", "points", "id"),
    sa.Index("accounts_reset", "kind", "reset_year"),
)
"""Balances of holders; ``reset_year``: the last year whose end they have been through.

The authority has no row: its balance is the sum of the book, so nobody queues for it."""

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
    sa.Column("after", sa.BigInteger, nullable=False),
    sa.Column("posted_at", Moment, nullable=False),
    sa.Column("reverses", sa.Text, unique=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("entries_event", "event_id"),
    sa.Index("entries_posted", "posted_at", "id"),
    sa.Index("entries_account", "account", "posted_at", "number"),
)
"""Written once, never changed (a trigger sees to it).  ``account`` gets ``points``, ``contra`` gives them; ``number``
counts the account's entries, whose times never go back; ``after`` is its sum then; ``id`` follows from cause and rule;
an entry is reversed once."""

HOLDS = sa.Table(
    "holds",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("holds_account", "account", "state"),
)
"""Points set aside for something."""

SEALS = sa.Table(
    "seals",
    META,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("entry", sa.Text, nullable=False, unique=True),
    sa.Column("hash", sa.Text, nullable=False),
)
"""The chain: each hash is made of the one before and of an entry as it was written."""
