"""The registry's tables: divisions, grids, posts, as the pack gave them; seeded again when the pack changes.  Beside
them the country's list of divisions with its history."""

from __future__ import annotations

import sqlalchemy as sa

from govmesh.tables import Moment

META = sa.MetaData()
_BYTES = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text in the order of its bytes, so that what begins with some letters is a range of an index."""

DIVISIONS = sa.Table(
    "divisions",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
)
GRIDS = sa.Table(
    "grids",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("division", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("grids_division", "division"),
)
"""One row a grid code: all it has stood for."""
GRID_CHANGES = sa.Table(
    "grid_changes",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, unique=True),
    sa.Column("division", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("grid_changes_division", "division", "at", "id"),
)
POSTS = sa.Table(
    "posts",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("posts_area", "area", "id"),
    sa.Index("posts_kind", "kind", "id"),
)
HOLDINGS = sa.Table(
    "holdings",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("post", sa.Text, nullable=False),
    sa.Column("person", sa.Text),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("holdings_post", "post", "since"),
    sa.Index("holdings_person", "person", "since"),
)
"""Who held which post when; a person is a reference, never a name."""
ABSENCES = sa.Table(
    "absences",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("post", sa.Text, nullable=False),
    sa.Column("substitute", sa.Text),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("absences_post", "post"),
    sa.Index("absences_substitute", "substitute"),
)
HOLES = sa.Table(
    "duty_holes",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("late_at", Moment),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index(
        "duty_holes_late",
        "late_at",
        "id",
        postgresql_where=sa.text("late_at IS NOT NULL"),
        sqlite_where=sa.text("late_at IS NOT NULL"),
    ),
)
"""Areas where nobody is, or was, on duty."""
TURNS = sa.Table(
    "turns", META, sa.Column("id", sa.Text, primary_key=True), sa.Column("n", sa.BigInteger, nullable=False)
)
"""Counts the changes of the registry, so that whoever keeps it in memory knows when to read it again."""
SEEDS = sa.Table(
    "seeds",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
)
"""Which state of which pack the registry was seeded from."""
LISTED = sa.Table(
    "listed",
    META,
    sa.Column("id", _BYTES, primary_key=True),
    sa.Column("code", _BYTES, nullable=False),
    sa.Column("plain", _BYTES, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("parent", _BYTES, nullable=True),
    sa.Column("since", sa.Text, nullable=False),
    sa.Column("until", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("listed_code", "code"),
    sa.Index("listed_parent", "parent"),
    sa.Index("listed_plain", "plain"),
)
"""Versions of the country's divisions: the name without width, case and blanks, ISO dates, ``9999`` while in force."""
ENDS = sa.Table(
    "listed_ends",
    META,
    sa.Column("tail", _BYTES, primary_key=True),
    sa.Column("plain", _BYTES, primary_key=True),
    sa.Column("place", sa.Text, nullable=False, server_default=""),
)
"""Every end of every plain name, but for the official endings: a part of a name is the beginning of an end."""

KEYS = sa.Table(
    "person_keys",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
)
"""The wrapped key of each household and person; of a destroyed one only when that was."""
HOUSEHOLDS = sa.Table(
    "households",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("division", sa.Text, nullable=False),
    sa.Column("grid", sa.Text),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("households_grid", "grid", "id"),
    sa.Index("households_division", "division", "id"),
)
PERSONS = sa.Table(
    "persons",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("household_id", sa.Text),
    sa.Column("division", sa.Text, nullable=False),
    sa.Column("grid", sa.Text),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("id_index", sa.Text),
    sa.Column("phone_index", sa.Text),
    sa.Column("conflicts", sa.Integer, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("persons_household", "household_id", "id"),
    sa.Index("persons_grid", "grid", "id"),
    sa.Index("persons_division", "division", "id"),
    sa.Index("persons_id", "id_index", unique=True),
    sa.Index("persons_phone", "phone_index"),
    sa.Index("persons_conflicts", "conflicts", "id"),
)
"""``id_index``: blind index of the citizen id, so that nobody is registered twice."""
DELIVERIES = sa.Table(
    "person_deliveries",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person_id", sa.Text, nullable=False),
    sa.Column("system", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("person_deliveries_person", "person_id", "at"),
    sa.Index("person_deliveries_system", "system", "at"),
)
"""Which system was sent which fields; ``id`` is the outbox row's."""
CARE_TEAMS = sa.Table(
    "care_teams",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person_id", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("care_teams_person", "person_id"),
)
CARE_NOTES = sa.Table(
    "care_notes",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("team_id", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("care_notes_team", "team_id", "at"),
)
ELEMENTS = sa.Table(
    "elements",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("key", sa.Text),
    sa.Column("owner", sa.Text),
    sa.Column("grid", sa.Text),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("elements_kind", "kind", "state", "id"),
    sa.Index("elements_key", "key", unique=True),
    sa.Index("elements_grid", "grid", "kind", "id"),
)
"""``key``: kind and code, of those that have one."""
PATROLS = sa.Table(
    "patrols",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("due_at", Moment),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("patrols_holder", "holder", "due_at"),
    sa.Index("patrols_late", "late", "due_at"),
)
INSPECTIONS = sa.Table(
    "inspections",
    META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("inspections_at", "at", "id"),
)
