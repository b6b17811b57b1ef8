"""Who is on duty when 在岗值班: from the grid upward, with rota and substitutes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from govcore.errors import Refusal
from govcore.persons.posts import Absence, Post, Shift, covers, read_hours

KINDS = ("chief", "worker")


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A post on duty.

    ``level``: 0 in the area asked for, 1 in the one above, …; ``area``: where it answers; ``why``: *standing*, it has no
    rota and always answers; *shift*, by its rota; *substitute*, for the post ``instead_of``, which is away.
    """

    post: Post
    area: str
    level: int
    why: Literal["standing", "shift", "substitute"]
    instead_of: str | None = None


class Duty:
    """Posts, rota and absences of a locality, ready to be asked; nothing in it changes."""

    def __init__(
        self,
        posts: Iterable[Post],
        shifts: Iterable[Shift] = (),
        absences: Iterable[Absence] = (),
        *,
        zone: ZoneInfo,
        above: Callable[[str], Sequence[str]],
        kinds: Sequence[str] = KINDS,
        working: Callable[[date], bool] | None = None,
    ) -> None:
        """``above``: an area's code to it and those above it, nearest first (``Registry.areas``); ``kinds``: the order of
        posts in one area, others after them; ``working``: ``WorkCalendar.is_working``, for shifts on working or rest days
        (without it Monday to Friday work).  Raises ``PERSON_DUPLICATE_POST`` or ``PERSON_UNKNOWN_POST``."""
        self._zone, self._above = zone, above
        self._working = working or (lambda day: day.weekday() < 5)
        order = {kind: number for number, kind in enumerate(kinds)}
        self._posts: dict[str, Post] = {}
        self._in: dict[str, list[Post]] = {}
        for post in posts:
            if post.id in self._posts:
                raise Refusal("PERSON_DUPLICATE_POST", field="post", value=post.id)
            self._posts[post.id] = post
            self._in.setdefault(post.area, []).append(post)
        for mine in self._in.values():
            mine.sort(key=lambda post: (order.get(post.kind, len(order)), post.id))
        self._shifts: dict[str, list[tuple[Shift, tuple[tuple[object, object], ...]]]] = {}
        self._absences: dict[str, list[Absence]] = {}
        for shift in shifts:
            self._known(shift.post)
            self._shifts.setdefault(shift.post, []).append((shift, read_hours(shift.hours)))
        for absence in absences:
            self._known(absence.post)
            if absence.substitute is not None:
                self._known(absence.substitute)
            self._absences.setdefault(absence.post, []).append(absence)
