"""Who is on duty when 在岗值班: from the grid upward, with rota and substitutes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from govcore.errors import Refusal
from govcore.persons.holding import Holding, holder
from govcore.persons.posts import Absence, Hours, Post, Shift, covers, read_hours

KINDS = ("chief", "worker")


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A post on duty.

    ``level``: 0 in the area asked for, 1 in the one above, …; ``area``: where it answers; ``why``: *standing*, it has
    no rota and always answers; *shift*, by its rota; *substitute*, for the post ``instead_of``, which is away.
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
        holdings: Iterable[Holding] = (),
        zone: ZoneInfo,
        above: Callable[[str], Sequence[str]],
        kinds: Sequence[str] = KINDS,
        working: Callable[[date], bool] | None = None,
    ) -> None:
        """``above``: an area's code to it and those above it, nearest first (``Registry.areas``); ``kinds``: the order
        of posts in one area, others after them; ``working``: ``WorkCalendar.is_working``, for shifts on working or
        rest days (without it Monday to Friday work); ``holdings``: who holds which post when, of the posts of
        which that is known; a vacant one does not answer.

        Raises ``PERSON_DUPLICATE_POST`` or ``PERSON_UNKNOWN_POST``."""
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
        self._shifts: dict[str, list[tuple[Shift, Hours]]] = {}
        for shift in shifts:
            self._known(shift.post)
            self._shifts.setdefault(shift.post, []).append((shift, read_hours(shift.hours)))
        self._take(holdings, absences)

    def with_people(self, holdings: Iterable[Holding], absences: Iterable[Absence]) -> Duty:
        """The same posts and rota with other holders and absences.  Raises ``PERSON_UNKNOWN_POST``."""
        other = copy(self)
        other._take(holdings, absences)
        return other

    def _take(self, holdings: Iterable[Holding], absences: Iterable[Absence]) -> None:
        self._absences: dict[str, list[Absence]] = {}
        self._holdings: dict[str, list[Holding]] = {}
        for absence in absences:
            self._known(absence.post)
            if absence.substitute is not None:
                self._known(absence.substitute)
            self._absences.setdefault(absence.post, []).append(absence)
        for held in holdings:
            self._known(held.post)
            self._holdings.setdefault(held.post, []).append(held)

    def on(self, area: str, moment: datetime) -> tuple[OnDuty, ...]:
        """The posts on duty for an area, its own first, then those of each area above; empty if nobody is.

        A post without a rota answers at any time; one that is away is answered for by its substitute, also by a
        substitute's own.  Raises ``PERSON_NAIVE_TIME``, and what ``above`` raises for an unknown area.
        """
        return self._here(self._above(area), moment)

    def _here(self, areas: Sequence[str], moment: datetime) -> tuple[OnDuty, ...]:
        if moment.tzinfo is None:
            raise Refusal("PERSON_NAIVE_TIME", field="moment", value=moment.isoformat())
        local = moment.astimezone(self._zone)
        found: list[OnDuty] = []
        seen: set[str] = set()
        for level, code in enumerate(areas):
            here = [self._answers(post, code, level, local) for post in self._in.get(code, ())]
            # Who is on duty in person goes before the same post as somebody's substitute.
            for one in sorted(filter(None, here), key=lambda each: each.instead_of is not None):
                if one.post.id not in seen:
                    seen.add(one.post.id)
                    found.append(one)
        return tuple(found)

    def own(self, area: str, moment: datetime) -> tuple[OnDuty, ...]:
        """The posts on duty in the area itself, none of those above.  Raises ``PERSON_NAIVE_TIME``."""
        return self._here([area], moment)

    def is_covered(self, area: str, kinds: Collection[str], at: datetime) -> bool:
        """Whether a post of one of these kinds is on duty in the area itself, in person or by a substitute, at a local
        moment."""
        mine = [post for post in self._in.get(area, ()) if post.kind in kinds]
        mine.sort(key=lambda post: post.id in self._shifts)
        return any(self._answers(post, area, 0, at) is not None for post in mine)

    def first(self, area: str, moment: datetime, *, kind: str | None = None) -> OnDuty:
        """The nearest post on duty, of a kind if one is asked for.

        Raises ``PERSON_NOBODY_ON_DUTY``, and as :meth:`on` does.
        """
        for one in self.on(area, moment):
            if kind is None or one.post.kind == kind:
                return one
        raise Refusal("PERSON_NOBODY_ON_DUTY", field="area", value=area, at=moment.isoformat())

    def post(self, post: str) -> Post:
        """The post of an id.  Raises ``PERSON_UNKNOWN_POST``."""
        self._known(post)
        return self._posts[post]

    @property
    def posts(self) -> tuple[Post, ...]:
        """Every post, also those that are no more."""
        return tuple(self._posts.values())

    def is_filled(self, post: Post, at: datetime) -> bool:
        """Whether a post exists at a local moment and is not known to be vacant."""
        return self._filled(post, at)

    def held_by(self, person: str, day: date) -> tuple[Post, ...]:
        """The posts a person holds on a day."""
        return tuple(post for post in self._posts.values() if post.person == person and post.in_force(day))

    def _answers(self, post: Post, area: str, level: int, at: datetime) -> OnDuty | None:
        why = self._serves(post, at)
        if why is None:
            return None
        away, gone = post, {post.id}
        while (absence := self._absence(away.id, at)) is not None:
            stand_in = self._posts[absence.substitute] if absence.substitute else None
            if stand_in is None or stand_in.id in gone or not self._filled(stand_in, at):
                return None
            gone.add(stand_in.id)
            away = stand_in
        if away is post:
            return OnDuty(self._held(post, at), area, level, why)
        return OnDuty(self._held(away, at), area, level, "substitute", post.id)

    def _held(self, post: Post, at: datetime) -> Post:
        """The post with whoever holds it at that moment."""
        held = holder(self._holdings.get(post.id, ()), at)
        return post if held is None else post.model_copy(update={"person": held.person})

    def _filled(self, post: Post, at: datetime) -> bool:
        """Whether the post exists then and is not known to be vacant."""
        held = holder(self._holdings.get(post.id, ()), at)
        return post.in_force(at.date()) and (held is None or held.person is not None)

    def _serves(self, post: Post, at: datetime) -> Literal["standing", "shift"] | None:
        if not self._filled(post, at):
            return None
        rota = self._shifts.get(post.id)
        if not rota:
            return "standing"
        for day in (at.date(), at.date() - timedelta(days=1)):
            working = self._working(day)
            if any(shift.falls_on(day, working) and covers(hours, at, day) for shift, hours in rota):
                return "shift"
        return None

    def _absence(self, post: str, at: datetime) -> Absence | None:
        return next((each for each in self._absences.get(post, ()) if each.since <= at < each.until), None)

    def _known(self, post: str) -> None:
        if post not in self._posts:
            raise Refusal("PERSON_UNKNOWN_POST", field="post", value=post)
