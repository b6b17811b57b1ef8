"""Who is on duty, level by level 值班链条; where nobody is; how much is a worker's: a pack's rules over a registry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta

from govcore.errors import Refusal
from govcore.grids.model import Grid
from govcore.grids.registry import Registry
from govcore.packs.gridding import LEADER, ChainLevel
from govcore.packs.model import Pack
from govcore.persons import Absence, Duty, Holding, Load, Norm, OnDuty, Post, PostLife, Seen, Serving, load_of
from govcore.persons.posts import covers, read_hours


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a duty chain: the area that answers there, None where the area asked for has none; who is on."""

    level: ChainLevel
    area: str | None
    on: tuple[OnDuty, ...]


class Duties:
    """Answers over one state of the registry and of the posts; nothing in it changes."""

    def __init__(self, pack: Pack, registry: Registry, duty: Duty) -> None:
        self._pack, self._registry, self._duty, self._rules = pack, registry, duty, pack.grid_rules
        self._posts: dict[str, list[Post]] = {}
        for post in duty.posts:
            self._posts.setdefault(post.area, []).append(post)

    def with_duty(self, duty: Duty) -> Duties:
        """The same posts with other holders and absences."""
        other = copy(self)
        other._duty = duty
        return other

    def who(self, area: str, at: datetime) -> tuple[OnDuty, ...]:
        """The posts on duty for an area, its own first, then upward.  Raises ``GRID_BAD_CODE``, ``GRID_UNKNOWN_CODE``,
        ``PERSON_NAIVE_TIME``."""
        return self._duty.on(area, at)

    def chain(self, area: str, at: datetime) -> list[Step]:
        """The duty chain of an area, lowest level first, as ``grids.yaml`` has it; empty where that has none.
        Raises as :meth:`who` does."""
        above, on, found = self._registry.chain(area), self._duty.on(area, at), []
        for level in self._rules.chain:
            areas = [each.code for each in above if each.kind in level.of]
            posts = tuple(
                one for one in on if one.area in areas and (not level.posts or self._kind(one) in level.posts)
            )
            found.append(Step(level, areas[0] if areas else None, posts))
        return found

    def _kind(self, one: OnDuty) -> str:
        """The kind of the post that is served, also by a substitute of another kind."""
        return self._duty.post(one.instead_of).kind if one.instead_of else one.post.kind

    def loads(self, at: datetime, division: str | None = None) -> list[Load]:
        """How many households each worker has, grid by grid, in or below a division.

        Raises ``GRID_NO_NORM`` where the pack has none, and ``GRID_BAD_CODE``.
        """
        norm = self._rules.load
        if norm is None:
            raise Refusal("GRID_NO_NORM", field="pack", value=self._pack.id)
        plain = Norm(norm.least, norm.most, norm.source)
        local = at.astimezone(self._pack.zone)
        found = []
        for grid in self._grids(local, norm.kinds, division):
            workers = [post for post in self._posts.get(grid.code, ()) if post.kind in norm.posts]
            serving = sum(self._duty.is_filled(post, local) for post in workers)
            found.append(load_of(grid.code, grid.name, grid.division, grid.households, serving, plain))
        return found

    def cover(self, at: datetime, areas: Sequence[str] | None = None) -> list[Seen]:
        """Every watched grid (of ``areas``, if given) and whether somebody is on duty in it; nothing out of hours."""
        watch = self._rules.watch
        local = at.astimezone(self._pack.zone)
        if watch is None or not self.is_watched_at(at):
            return []
        found = []
        for grid in self._grids(local, watch.kinds, None) if areas is None else self._named(local, areas):
            if grid.kind not in watch.kinds:
                continue
            there = self._duty.is_covered(grid.code, watch.posts, local)
            found.append(self._seen(grid, local, there))
        return found

    def _seen(self, grid: Grid, at: datetime, there: bool) -> Seen:
        instead = None if there else self._instead(grid.code, at)
        return Seen(grid.code, grid.name, grid.division, self._registry.place(grid.code), there, instead)

    def _instead(self, area: str, at: datetime) -> str | None:
        """The first post on duty above, by the duty chain where there is one."""
        by_level = (one.post.id for step in self.chain(area, at) for one in step.on)
        return next(by_level, None) or next((one.post.id for one in self._duty.on(area, at)), None)

    def is_watched_at(self, at: datetime) -> bool:
        """Whether somebody must be on duty in the watched grids at a moment."""
        local = at.astimezone(self._pack.zone)
        watch = self._rules.watch
        hours = read_hours(watch.hours) if watch else ()
        return any(covers(hours, local, day) for day in (local.date(), local.date() - timedelta(days=1)))

    def _named(self, local: datetime, areas: Sequence[str]) -> Iterable[Grid]:
        every = (self._registry.find_grid(code) for code in areas)
        then = (grid.as_of(local.date()) for grid in every if grid is not None)
        return [grid for grid in then if grid is not None]

    def _grids(self, local: datetime, kinds: Sequence[str], division: str | None) -> Iterable[Grid]:
        day = local.date()
        if division is not None:
            every: Iterable[Grid] = self._registry.grids_in(division, at=day, deep=True)
        else:
            every = (then for grid in self._registry.grids if (then := grid.as_of(day)) is not None)
        return [grid for grid in every if grid.kind in kinds]


def next_look(pack: Pack, after: datetime) -> datetime | None:
    """When all watched grids are looked at next: at the next beginning of a stretch of hours; None without a watch."""
    watch = pack.grid_rules.watch
    if watch is None:
        return None
    local = after.astimezone(pack.zone)
    begins = sorted(
        datetime.combine(local.date() + timedelta(days=days), opens, tzinfo=pack.zone)
        for days in (0, 1)
        for opens, _ in read_hours(watch.hours)
    )
    return next(one for one in begins if one > after)


_BY_DAYS = Serving(turns="day", source="leaders of one area take turns, as packs/leaders says")


def duty_of(
    pack: Pack, registry: Registry, posts: Iterable[Post], holdings: Iterable[Holding], absences: Iterable[Absence]
) -> Duty:
    """Posts with the pack's rota over them; leaders of one area always take turns.  Raises what :class:`Duty` does."""
    rota, every = pack.header.duty, list(posts)
    serving = {one.code: one.serves for one in pack.grid_rules.posts if one.serves is not None}
    serving.setdefault(LEADER, _BY_DAYS)
    return Duty(
        every,
        rota.shifts(every, serving),
        absences,
        holdings=holdings,
        zone=pack.zone,
        above=registry.areas,
        kinds=rota.order,
        working=lambda day: pack.calendar.is_working(day),  # a notice may come while this runs
    )


def seats_of(pack: Pack) -> list[PostLife]:
    """The pack's posts, and the leaders in the duty chain as posts of their divisions."""
    village = {code: grid.village for code, grid in pack.grids.items()}
    found = [
        PostLife(
            id=one.id,
            kind=one.kind,
            area=one.grid,
            place=pack.place_of(village.get(one.grid, one.grid)),
            time=one.time,
            seeded=True,
        )
        for one in pack.posts.values()
    ]
    found += [
        PostLife(id=one.id, kind=LEADER, area=one.area, place=pack.place_of(one.area), seeded=True)
        for one in pack.leaders.values()
        if not one.department
    ]
    return found
