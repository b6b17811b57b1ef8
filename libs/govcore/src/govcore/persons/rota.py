"""A rota 值班表 in one rule: which posts of a grid take turns, and who is asked first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from govcore.calendar import WEEKDAYS, Weekday
from govcore.persons.duty import KINDS
from govcore.persons.posts import Cycle, Data, HoursText, Post, Shift


class Serving(Data):
    """How the posts of a kind serve: within ``hours`` of the days that fit; ``turns``: a day or a month each."""

    hours: HoursText = "00:00-24:00"
    weekdays: tuple[Weekday, ...] = WEEKDAYS
    month_days: tuple[Annotated[int, Field(ge=-1, le=31)], ...] = ()
    days: Literal["any", "working", "rest"] = "any"
    turns: Literal["day", "month"] | None = None
    source: str = Field(min_length=1)


class Rota(Data):
    """``order``: kinds of posts in the order in which they are asked, others after them.

    The posts of a kind among ``turns`` take turns in their area, a day each from ``start`` on, within ``hours``; posts
    of other kinds always answer.  ``source`` is where it is written.
    """

    order: tuple[str, ...] = KINDS
    turns: tuple[str, ...] = ()
    start: date = date(2000, 1, 1)
    hours: HoursText = "00:00-24:00"
    source: str = ""

    def shifts(self, posts: Sequence[Post], serving: Mapping[str, Serving] | None = None) -> list[Shift]:
        """The rota in full; turns go by the ids of the posts that there are on a day.

        ``serving``: kinds of posts with hours and turns of their own.
        """
        hows = serving or {}
        taking: dict[tuple[str, str], list[Post]] = {}
        for post in posts:
            if post.kind in self.turns or post.kind in hows:
                taking.setdefault((post.area, post.kind), []).append(post)
        own = Serving(hours=self.hours, turns="day", source=self.source or "rota")
        found: list[Shift] = []
        for (_, kind), group in taking.items():
            how = hows.get(kind, own)
            said: dict[str, Any] = {name: getattr(how, name) for name in ("hours", "weekdays", "month_days", "days")}
            if how.turns is None:
                found += [Shift(post=post.id, **said) for post in group]
                continue
            for since, until in _stretches(group):
                there = sorted(post.id for post in group if _is_there(post, since))
                length = len(there)
                for turn, ident in enumerate(there):
                    # All of it has been checked: a city has fourteen thousand of them.
                    cycle = Cycle.model_construct(start=self.start, unit=how.turns, length=length, days=(turn,))
                    found.append(Shift.model_construct(post=ident, cycle=cycle, since=since, until=until, **said))
        return found

    def in_turn(self, areas: Sequence[str], day: date) -> list[str]:
        """Areas that take turns in the same way, the one whose day it is first."""
        turn = (day - self.start).days % len(areas) if areas else 0
        return [*areas[turn:], *areas[:turn]]


def _stretches(posts: Sequence[Post]) -> list[tuple[date | None, date | None]]:
    """From when to when the posts of an area are the same ones."""
    days = sorted({day for post in posts for day in (post.since, post.until) if day is not None})
    return list(zip([None, *days], [*days, None], strict=True))


def _is_there(post: Post, since: date | None) -> bool:
    return post.since is None if since is None else post.in_force(since)
