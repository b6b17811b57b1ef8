"""dispatch's tables.  Each aggregate is kept whole in ``doc``; the other columns are what is searched."""

from __future__ import annotations

import sqlalchemy as sa

from govmesh.tables import Moment

META = sa.MetaData()


def partial(name: str, *columns: str, where: str) -> sa.Index:
    """An index of the rows of which ``where`` holds, and of no others."""
    return sa.Index(name, *columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


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

CLAIMS = sa.Table(
    "claims",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("holder", sa.Text),
    sa.Column("late_at", Moment),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("put_up_at", Moment, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("claims_state", "state", "put_up_at"),
    partial("claims_late", "late_at", "id", where="late_at IS NOT NULL"),
)
"""Wishes and posts; ``late_at``: when one has stood past its time, null once it has ended."""
ALERTS = sa.Table(
    "alerts",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("alerts_event", "event_id"),
)
"""Each alert that was taken in, under its gateway's code and its own number there."""

WATCHES = sa.Table(
    "watches",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("last_at", Moment, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("watches_last", "last_at"),
)
"""Of each device and kind the latest run of alerts."""

GAUGES = sa.Table(
    "gauges",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
)
"""How many alerts came in of late, by device and by gateway."""

STEWARDSHIPS = sa.Table(
    "stewardships",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, unique=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("steward", sa.Text, nullable=False),
    sa.Column("late_at", Moment),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("appointed_at", Moment, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    partial("stewardships_late", "late_at", "id", where="late_at IS NOT NULL"),
)

VISITS = sa.Table(
    "visits",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("stewardship_id", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("on_time", sa.Boolean, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("visits_of", "stewardship_id", "at"),
)
"""What stewards found and did, one row a visit."""

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

NOTICES = sa.Table(
    "notices",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("due_at", Moment),
    sa.Column("lease_until", Moment),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("notices_event", "event_id"),
    sa.Index("notices_made", "made_at"),
    partial("notices_due", "due_at", where="due_at IS NOT NULL"),
    partial("notices_stuck", "made_at", "id", where="state IN ('retry', 'failed')"),
)
"""What is told to residents, divisions and departments, never to whom; ``lease_until``: somebody is sending it."""

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
