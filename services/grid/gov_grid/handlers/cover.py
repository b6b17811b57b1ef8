"""Whether somebody is on duty wherever somebody must be: looked at when something changes, and all of it every day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from gov_grid.lookup import lookup_of
from gov_grid.post_commands import LookAtDuty
from gov_grid.store.posts import HOLES, is_promised
from govcore.messages import Message
from govcore.messages.grids import DutyCovered, DutyUncovered
from govcore.packs import next_look
from govcore.persons import Hole, Seen
from govcore.persons.cover import judge
from govmesh.clock import stamp
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Work

ONE, ALL = "cover", "cover.all"
"""Kinds of promises: to look at one area, and to look at all."""


def look_at(work: Work, area: str, place: str, when: datetime) -> None:
    """Promise to look at an area, now or at a moment to come: when this has been committed."""
    due = max(when, work.now)
    work.promise(f"{ONE}:{area}:{stamp(due)}", due, ONE, subject=area, place=place)


class Cover:
    """Tells once that nobody is on duty in a grid, and once that somebody is again."""

    def __init__(self, mesh: Mesh) -> None:
        self._pack, self._lookup = mesh.pack, lookup_of(mesh)
        watch = mesh.pack.grid_rules.watch
        self._kinds = watch.posts if watch else ()

    def handlers(self) -> Sequence[On]:
        return (On(LookAtDuty, self.begin),)

    def begin(self, _message: Message[LookAtDuty], work: Work) -> None:
        """The first look at all, at once; each one promises the next."""
        work.promise(ALL, work.now, ALL, subject="duty", place="")

    def one(self, area: str, work: Work) -> None:
        """Look at one area; one that is no more is nobody's any longer."""
        duties = self._lookup.places(now=True).duties
        if not duties.is_watched_at(work.now):
            return
        hole = work.get(HOLES, area)
        seen = duties.cover(work.now, [area])
        self._judge(seen or _gone([hole]), work)

    def all(self, _subject: str, work: Work) -> None:
        """Look at every watched grid, and promise to look again when the next stretch of hours begins."""
        later = next_look(self._pack, work.now)
        if later is None:
            return
        work.promise(ALL, later, ALL, subject="duty", place="")
        duties = self._lookup.places(now=True).duties
        if not duties.is_watched_at(work.now):
            return
        seen = duties.cover(work.now)
        still = {one.area for one in seen}
        self._judge([*seen, *_gone(one for one in work.find(HOLES, "open", True) if one.id not in still)], work)

    def _judge(self, seen: Sequence[Seen], work: Work) -> None:
        waiting = {one.id: one for one in work.find(HOLES, "open", True)}
        for one in seen:
            if one.covered and one.area not in waiting:
                continue
            after = judge(work.get(HOLES, one.area), one, self._kinds, work.now)
            if after is None:
                continue
            work.put(HOLES, after)
            self._say(after, work)

    def _say(self, hole: Hole, work: Work) -> None:
        facts: dict[str, Any] = {
            "area": hole.id,
            "name": hole.name,
            "division": hole.division,
            "place": hole.place,
            "kinds": hole.kinds,
            "since": hole.since,
        }
        if hole.until is None:
            told: DutyUncovered | DutyCovered = DutyUncovered(**facts, instead=hole.instead, found_at=work.now)
        else:
            told = DutyCovered(**facts, until=hole.until)
        work.say(told, subject=hole.id, version=hole.version, place=hole.place)
        kind = "uncovered" if hole.until is None else "covered"
        work.note(hole.id, kind, place=hole.place, holder=hole.instead)


def _gone(holes: Iterable[Hole | None]) -> list[Seen]:
    """Holes of areas that are no more: nobody has to be there."""
    return [Seen(one.id, one.name, one.division, one.place, True, None) for one in holes if one is not None]


def first_look(mesh: Mesh) -> int:
    """Begin to look where nobody has begun; how much there was to do."""
    if mesh.pack.grid_rules.watch is None:
        return 0
    with mesh.database.read() as conn:
        if is_promised(conn, ALL):
            return 0
    mesh.submit([LookAtDuty()])
    return 1
