"""Who it was: a record of its own, sealed under the key of the matter it is about."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from gov_dispatch.store import KEYS, PEOPLE, MatterKey, Person
from govcore.events.report_in import Reporter
from govmesh.vault import Vault
from govmesh.work import Work


def seal(
    work: Work,
    vault: Vault,
    who: Reporter | None,
    *,
    id: str,
    matter: str,
    place: str,
    source: str,
    words: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Keep ``who``, and ``words`` that tell it, as the record ``id`` of ``matter``; nothing where nothing tells it."""
    record = _record(who) | dict(words)
    if not record:
        return
    who = who or Reporter()
    key = work.get(KEYS, matter)
    if key is None:
        key = MatterKey(id=matter, place=place, wrapped=vault.new_key(matter))
        work.put(KEYS, key)
    work.put(
        PEOPLE,
        Person(
            id=id,
            event_id=matter,
            place=place,
            sealed=vault.seal(key.wrapped, matter, record),
            phone_index=vault.index(who.phone) if who.phone else None,
            handle_index=vault.index(f"{source}|{who.handle}") if who.handle else None,
        ),
    )


def hidden(work: Work, vault: Vault, *, id: str, matter: str) -> tuple[str, ...]:
    """What the record ``id`` holds, for words to be held against it and for nothing else."""
    person, key = work.get(PEOPLE, id), work.get(KEYS, matter)
    record = vault.open(key.wrapped, matter, person.sealed) if person and key else {}
    return tuple(value for value in record.values() if isinstance(value, str))


def named(who: Reporter | None) -> tuple[str, ...]:
    """The same of a record that is not sealed yet."""
    return tuple(_record(who).values())


def _record(who: Reporter | None) -> dict[str, Any]:
    return {name: value for name, value in who.model_dump().items() if value} if who else {}
