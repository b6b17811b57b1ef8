"""Which leader an order goes to: a department's own, or the one named in the duty chain (值班链条) of a place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from govcore.packs.model import Pack
from govcore.packs.records import Leader


def leader_of(pack: Pack, dept: str | None, place: str, level: str | None, at: datetime) -> str | None:
    """The post of the leader of ``dept``; without one, of the duty chain of ``place``, a dotted path.

    In the duty chain the nearest division upward that names leaders, of the kind ``level`` where one is asked for and
    named.  Several in one division take turns, a day each, from the first day of the pack's rota on.  None where the
    pack names nobody.
    """
    if dept is not None:
        found = sorted(one.id for one in pack.leaders.values() if one.department == dept)
        return found[0] if found else None
    chain = duty_chain(pack, place)
    wanted = [leaders for kind, leaders in chain if kind == level] or [leaders for _, leaders in chain]
    if not wanted:
        return None
    ids = [one.id for one in wanted[0]]
    return pack.header.duty.in_turn(ids, at.astimezone(pack.zone).date())[0]


def duty_chain(pack: Pack, place: str) -> list[tuple[str, Sequence[Leader]]]:
    """(kind of division, its leaders on the rota) from ``place`` upward, divisions without one left out."""
    by_area: dict[str, list[Leader]] = {}
    for one in pack.leaders.values():
        if not one.department:
            by_area.setdefault(one.area, []).append(one)
    words = place.split(".") if place else []
    found: list[tuple[str, Sequence[Leader]]] = []
    for length in range(len(words), 0, -1):
        division = pack.divisions_by_place.get(".".join(words[:length]))
        if division is not None and division.code in by_area:
            found.append((division.kind, sorted(by_area[division.code])))
    return found
