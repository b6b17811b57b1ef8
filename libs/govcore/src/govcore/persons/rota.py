"""A rota 值班表 in one rule: which posts of a grid take turns, and who is asked first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from govcore.persons.duty import KINDS
from govcore.persons.posts import Cycle, Data, HoursText, Post, Shift


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

    def shifts(self, posts: Sequence[Post]) -> list[Shift]:
        """The rota in full; turns go by the ids of the posts."""
        taking: dict[tuple[str, str], list[str]] = {}
        for post in posts:
            if post.kind in self.turns:
                taking.setdefault((post.area, post.kind), []).append(post.id)
        return [
            Shift(post=post, hours=self.hours, cycle=Cycle(start=self.start, length=len(ids), days=(turn,)))
            for ids in taking.values()
            for turn, post in enumerate(sorted(ids))
        ]

    def in_turn(self, areas: Sequence[str], day: date) -> list[str]:
        """Areas that take turns in the same way, the one whose day it is first."""
        turn = (day - self.start).days % len(areas) if areas else 0
        return [*areas[turn:], *areas[:turn]]
