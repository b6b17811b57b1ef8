"""How households, persons and care teams are kept, and what is looked up of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from gov_grid import tables
from govcore.messages.words import Time
from govcore.persons.care import CareNote, CareTeam
from govcore.persons.record import Person
from govmesh.kinds import Kind
from govmesh.tables import HISTORY, OUTBOX


class SubjectKey(BaseModel):
    """The wrapped key of one household or person; gone once it is destroyed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    place: str
    wrapped: str | None
    destroyed_at: Time | None = None


class Household(BaseModel):
    """A household 户: where it lives is sealed under its key."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    division: str
    grid: str | None
    place: str
    sealed: str | None
    created_at: Time
    erased_at: Time | None = None


class Delivery(BaseModel):
    """One system was sent these fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    person_id: str
    version: int
    system: str
    purpose: str
    change: str
    fields: tuple[str, ...]
    place: str
    at: Time


def _drawn(*names: str) -> dict[str, Callable[[Any], Any]]:
    return {name: attrgetter(name) for name in names}


KEYS = Kind(tables.KEYS, SubjectKey, _drawn("place"))
HOUSEHOLDS = Kind(tables.HOUSEHOLDS, Household, _drawn("division", "grid", "place"))
PERSONS = Kind(
    tables.PERSONS,
    Person,
    {
        **_drawn("state", "household_id", "division", "grid", "place", "id_index", "phone_index"),
        "conflicts": lambda one: len(one.conflicts),
    },
    lookups=("id_index", "phone_index", "household_id"),
)
DELIVERIES = Kind(tables.DELIVERIES, Delivery, _drawn("person_id", "system", "place", "at"))
CARE_TEAMS = Kind(tables.CARE_TEAMS, CareTeam, _drawn("person_id", "place"), lookups=("person_id",))
CARE_NOTES = Kind(tables.CARE_NOTES, CareNote, _drawn("team_id", "place", "at"), lookups=("team_id",))
KINDS: tuple[Kind[Any], ...] = (HOUSEHOLDS, PERSONS, KEYS, CARE_TEAMS, CARE_NOTES, DELIVERIES)


def person(conn: sa.Connection, ident: str) -> Person | None:
    found = PERSONS.load(conn, "id", [ident], lock=False)
    return found[0] if found else None


def household(conn: sa.Connection, ident: str) -> Household | None:
    found = HOUSEHOLDS.load(conn, "id", [ident], lock=False)
    return found[0] if found else None


def wrapped(conn: sa.Connection, idents: Sequence[str]) -> dict[str, str]:
    """The wrapped keys that are still there."""
    found = KEYS.load(conn, "id", sorted(set(idents)), lock=False)
    return {one.id: one.wrapped for one in found if one.wrapped is not None}


def list_persons(
    conn: sa.Connection, where: dict[str, str | None], *, conflicts: bool, limit: int, offset: int
) -> list[Person]:
    """In id order; ``where``: by household, grid, division or state; ``conflicts``: only those with open ones."""
    table = tables.PERSONS.c
    wanted = sa.select(table.doc)
    for column, value in where.items():
        wanted = wanted.where(table[column] == value) if value else wanted
    wanted = wanted.where(table.conflicts > 0) if conflicts else wanted
    return [PERSONS.read(row[0]) for row in conn.execute(wanted.order_by(table.id).limit(limit).offset(offset))]


def list_households(
    conn: sa.Connection, *, grid: str | None, division: str | None, limit: int, offset: int
) -> list[Household]:
    table = tables.HOUSEHOLDS.c
    wanted = sa.select(table.doc)
    for column, value in ((table.grid, grid), (table.division, division)):
        wanted = wanted.where(column == value) if value else wanted
    return [HOUSEHOLDS.read(row[0]) for row in conn.execute(wanted.order_by(table.id).limit(limit).offset(offset))]


def ledger(
    conn: sa.Connection, *, person_id: str | None, system: str | None, limit: int, offset: int
) -> list[dict[str, Any]]:
    """Which system got what when, the latest first: said, handed to the broker, receipted by the system."""
    table, sent = tables.DELIVERIES.c, OUTBOX.c
    wanted = sa.select(table.doc, sent.sent_at, sent.receipt_at).select_from(
        tables.DELIVERIES.outerjoin(OUTBOX, sent.id == table.id)
    )
    for column, value in ((table.person_id, person_id), (table.system, system)):
        wanted = wanted.where(column == value) if value else wanted
    found = conn.execute(wanted.order_by(table.at.desc(), table.id.desc()).limit(limit).offset(offset))
    return [
        {**DELIVERIES.read(row.doc).model_dump(mode="json"), "sent_at": row.sent_at, "receipt_at": row.receipt_at}
        for row in found
    ]


def teams_of(conn: sa.Connection, person_id: str) -> list[str]:
    """The ids of a person's care teams, ended ones included."""
    table = tables.CARE_TEAMS.c
    return list(conn.execute(sa.select(table.id).where(table.person_id == person_id).order_by(table.id)).scalars())


def readings(conn: sa.Connection, subjects: Sequence[str]) -> list[dict[str, Any]]:
    """Every unmasking of a person, or by its care teams: who, when, for which purpose and which fields."""
    table = HISTORY.c
    wanted = sa.select(table.at, table.actor, table.kind, table.reason).where(
        table.subject.in_(subjects), table.kind.in_(("read", "found", "exported", "care read"))
    )
    return [dict(row) for row in conn.execute(wanted.order_by(table.seq)).mappings()]


def care_figures(conn: sa.Connection) -> dict[str, int]:
    """Teams, persons, visits and money (fen) together; never whose."""
    teams = [CARE_TEAMS.read(row[0]) for row in conn.execute(sa.select(tables.CARE_TEAMS.c.doc))]
    return {
        "teams": len(teams),
        "persons": len({one.person_id for one in teams}),
        "visits": sum(one.visits for one in teams),
        "money_fen": sum(one.money_fen for one in teams),
    }


def figures(conn: sa.Connection) -> dict[str, int]:
    """Households, persons and open conflicts."""
    persons = tables.PERSONS.c
    kept = conn.execute(sa.select(sa.func.count()).where(persons.state == "kept")).scalar_one()
    open_ = conn.execute(sa.select(sa.func.coalesce(sa.func.sum(persons.conflicts), 0))).scalar_one()
    homes = conn.execute(sa.select(sa.func.count()).select_from(tables.HOUSEHOLDS)).scalar_one()
    return {"households": int(homes), "persons": int(kept), "person_conflicts": int(open_)}


__all__ = [
    "CARE_NOTES", "CARE_TEAMS", "DELIVERIES", "HOUSEHOLDS", "KEYS", "KINDS", "PERSONS", "Delivery", "Household",
    "SubjectKey", "care_figures", "figures", "household", "ledger", "list_households", "list_persons",
    "person", "readings", "teams_of", "wrapped",
]  # fmt: skip
