"""Matters and what hangs on them: reports, hand-offs, orders, agreed visits, surges; and apart, who reported."""

from __future__ import annotations

import sqlalchemy as sa

from gov_dispatch.tables._meta import META, partial
from govmesh.tables import Moment

EVENTS = sa.Table(
    "events",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("holder", sa.Text),
    sa.Column("held_since", Moment),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("class_code", sa.Text),
    sa.Column("fingerprint", sa.Text),
    sa.Column("part_of", sa.Text),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("due_at", Moment),
    sa.Column("closed_at", Moment),
    sa.Column("on_time", sa.Boolean),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("events_state", "state", "opened_at"),
    sa.Index("events_opened", "opened_at", "id"),
    partial("events_open", "id", "state", where="closed_at IS NULL"),
    sa.Index("events_fingerprint", "fingerprint"),
    sa.Index("events_class", "class_code", "opened_at"),
    partial("events_part_of", "part_of", where="part_of IS NOT NULL"),
    sa.Index("events_closed", "closed_at"),
    partial("events_at_desk", "holder", "held_since", "id", where="holder IS NOT NULL"),
)

HANDOFFS = sa.Table(
    "handoffs",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("dept", sa.Text, nullable=False),
    sa.Column("holder", sa.Text),
    sa.Column("held_since", Moment),
    sa.Column("late_at", Moment),
    sa.Column("returns", sa.Integer, nullable=False),
    sa.Column("took_s", sa.Float),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("handoffs_event", "event_id"),
    sa.Index("handoffs_dept", "dept", "state"),
    partial("handoffs_open", "event_id", "state", where="holder IS NOT NULL"),
    partial("handoffs_held", "holder", "held_since", "late_at", where="holder IS NOT NULL"),
    partial("handoffs_overdue", "late_at", "id", where="late_at IS NOT NULL"),
)
"""``late_at``: when an open hand-off is late, to be accepted or to be done, null once it has ended; ``took_s``: seconds
from the offer to done."""

REPORTS = sa.Table(
    "reports",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("key", sa.Text, unique=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("class_code", sa.Text),
    sa.Column("reported_at", Moment),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("reports_event", "event_id"),
    sa.Index("reports_reported", "reported_at"),
    sa.Index("reports_source", "source", "id"),
)

PEOPLE = sa.Table(
    "people",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("phone_index", sa.Text),
    sa.Column("handle_index", sa.Text),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("people_phone", "phone_index"),
    sa.Index("people_handle", "handle_index"),
)
"""Who reported, sealed under the matter's key; ``id`` is the report's."""

KEYS = sa.Table(
    "matter_keys",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
)
"""The wrapped key of each matter; deleting the row makes its personal fields unreadable for good."""

ORDERS = sa.Table(
    "orders",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, unique=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("addressee", sa.Text, nullable=False),
    sa.Column("dept", sa.Text),
    sa.Column("event_id", sa.Text),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("issued_at", Moment, nullable=False),
    sa.Column("late_at", Moment),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("orders_event", "event_id"),
    sa.Index("orders_dept", "dept", "state"),
    partial("orders_overdue", "late_at", "id", where="late_at IS NOT NULL"),
)
"""Orders 三单一函; ``late_at``: when an order that waits for its answer is late, null where none is waited for."""

REVISITS = sa.Table(
    "revisits",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("late_at", Moment),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("revisits_event", "event_id"),
    sa.Index("revisits_holder", "holder", "state"),
    partial("revisits_late", "late_at", "id", where="late_at IS NOT NULL"),
)
"""Somebody comes back to a matter; ``late_at``: when it is late, to be opened or to be made, null once it has ended."""

SURGES = sa.Table(
    "surges",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("series", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("found_at", Moment, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("surges_series", "series"),
    sa.Index("surges_found", "found_at"),
)
"""What came in more often than usual: one row a surge; ``series`` is its class and place."""
