"""How petition keeps its aggregates, and what its API looks up."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from gov_petition import tables
from govcore.petitions import OFFICE, Petition, by_hand
from govmesh.kinds import Kind
from govmesh.paging import after, mark
from govmesh.stalled import Finding


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StoredPetition(_Row):
    """A petition, the key under which it is recognised when it comes again, and the term that runs out first.

    ``late``: that term's clause, its article and who owes it.
    """

    petition: Petition
    key: str | None = None
    late_at: datetime | None = None
    late: tuple[str, str, str] | None = None

    @property
    def id(self) -> str:
        return self.petition.id


class Link(_Row):
    """An event, and the petitions it answers, each with the latest of the event's versions heard for it."""

    id: str
    place: str
    petitions: dict[str, int] = {}


class Person(_Row):
    """Who petitioned: sealed, with blind indexes for look-up."""

    id: str
    place: str
    sealed: str
    phone_index: str | None = None
    handle_index: str | None = None


class MatterKey(_Row):
    """The wrapped key of one petition."""

    id: str
    place: str
    wrapped: str


PETITIONS = Kind(
    tables.PETITIONS,
    StoredPetition,
    {
        "key": lambda one: one.key,
        "state": lambda one: one.petition.state,
        "holder": lambda one: one.petition.holder,
        "received_at": lambda one: one.petition.received_at,
        "late_at": lambda one: one.late_at,
        "place": lambda one: one.petition.place,
    },
    lookups=("key",),
)
LINKS = Kind(
    tables.LINKS, Link, {"petitions": lambda one: json.dumps(sorted(one.petitions)), "place": lambda one: one.place}
)
PEOPLE = Kind(
    tables.PEOPLE,
    Person,
    {
        "place": lambda one: one.place,
        "phone_index": lambda one: one.phone_index,
        "handle_index": lambda one: one.handle_index,
    },
)
KEYS = Kind(tables.KEYS, MatterKey, {"place": lambda one: one.place})
KINDS: tuple[Kind[Any], ...] = (LINKS, PETITIONS, KEYS, PEOPLE)
"""In the order in which a batch locks them."""


def petition(conn: sa.Connection, key: str) -> StoredPetition | None:
    found = PETITIONS.load(conn, "id", [key], lock=False)
    return found[0] if found else None


def list_petitions(conn: sa.Connection, *, state: str | None, limit: int, offset: int) -> list[StoredPetition]:
    """Petitions, the latest first."""
    columns = tables.PETITIONS.c
    wanted = sa.select(columns.doc).order_by(columns.received_at.desc(), columns.id).limit(limit).offset(offset)
    return [PETITIONS.read(row[0]) for row in conn.execute(wanted.where(columns.state == state) if state else wanted)]


def open_petitions(conn: sa.Connection, after: str, most: int) -> list[StoredPetition]:
    """Those that are not closed, by id, after ``after``."""
    columns = tables.PETITIONS.c
    wanted = sa.select(columns.doc).where(columns.id > after, columns.state != "closed")
    return [PETITIONS.read(row[0]) for row in conn.execute(wanted.order_by(columns.id).limit(most))]


def late(conn: sa.Connection, now: datetime, last: str | None, most: int) -> list[tuple[str, Finding]]:
    """Petitions with a statutory term that has run out, the longest ago first."""
    columns = tables.PETITIONS.c
    due = columns.late_at
    over = sa.select(columns.doc, due).where(due < sa.literal(now, due.type), after(due, columns.id, last))
    found = conn.execute(over.order_by(due, columns.id).limit(most))
    read = ((row.late_at, PETITIONS.read(row.doc)) for row in found)
    return [(mark(at, one.id), _finding(one)) for at, one in read]


def _finding(stored: StoredPetition) -> Finding:
    one = stored.petition
    clause, article, who = stored.late or ("", "", "")
    holder = one.holder or OFFICE
    if who == "organ" and one.lead and not by_hand(one):
        holder = f"dept:{one.lead}"
    since = one.held_since or one.registered_at
    return Finding("petition.overdue", one.id, holder, since, stored.late_at, one.place, f"{clause} {article}")


def counts(conn: sa.Connection) -> dict[str, int]:
    """Petitions by state."""
    states = tables.PETITIONS.c.state
    found = conn.execute(sa.select(states, sa.func.count()).group_by(states))
    return {f"petitions.{row[0]}": row[1] for row in found}
