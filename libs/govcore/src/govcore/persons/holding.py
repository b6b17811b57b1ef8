"""Who held which post when 任职, and how that changes: appointed, vacated, away with a substitute 代班."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from govcore.errors import Refusal
from govcore.persons.posts import Absence, Data, Post

PersonRef = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{1,39}$")]
"""A worker's reference, ``W-0001``: never a name, a citizen id or a telephone number."""


class PostLife(Data):
    """A post as the registry keeps it: there from ``since`` (included) to ``until`` (not included), dates of its place.

    ``seeded``: it came from the pack and nobody has ended it.
    """

    id: str
    kind: str
    area: str
    place: str
    time: str = "full"
    since: date | None = None
    until: date | None = None
    seeded: bool = False
    version: int = 1

    @property
    def post(self) -> Post:
        """As :class:`govcore.persons.Duty` takes it."""
        return Post(id=self.id, kind=self.kind, area=self.area, since=self.since, until=self.until)


class Holding(Data):
    """A post and who holds it from ``since`` (included) to ``until`` (not included); without a person it is vacant.

    ``by`` decided it, for ``reason``.
    """

    id: str
    post: str
    area: str
    kind: str
    place: str
    person: PersonRef | None
    since: AwareDatetime
    until: AwareDatetime | None = None
    by: str
    reason: str

    def holds(self, at: datetime) -> bool:
        """Whether it is so at a moment."""
        return self.since <= at and (self.until is None or at < self.until)


class Away(Absence):
    """A recorded absence 离岗: who noted it, why, and when it was taken back (``ended_at``)."""

    id: str
    area: str
    place: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Appointed:
    """What an appointment leaves: the new holding, and the one it ends, if any."""

    new: Holding
    ended: Holding | None

    @property
    def how(self) -> Literal["holds", "vacant"]:
        return "holds" if self.new.person is not None else "vacant"


def appoint(new: Holding, holdings: Sequence[Holding]) -> Appointed:
    """Somebody holds a post from a moment on, or nobody does; whoever held it until then holds it no longer.

    Raises ``POST_HELD_LATER`` (somebody is appointed from a later moment on), ``POST_ALREADY_HELD`` (by the same
    person), ``POST_TERM_ORDER``.
    """
    if new.until is not None and new.until <= new.since:
        raise Refusal("POST_TERM_ORDER", field="until", value=new.until.isoformat())
    before = next((one for one in holdings if one.holds(new.since)), None)
    if before is not None and before.person == new.person:
        raise Refusal("POST_ALREADY_HELD", field="person", value=new.person or "", post=new.post)
    later = [one for one in holdings if one.since >= new.since]
    if later:
        raise Refusal("POST_HELD_LATER", field="since", value=new.post, since=later[0].since.isoformat())
    ended = before.model_copy(update={"until": new.since}) if before is not None else None
    return Appointed(new, ended)


def holder(holdings: Sequence[Holding], at: datetime) -> Holding | None:
    """Who holds a post at a moment; None where nobody ever said."""
    return next((one for one in holdings if one.holds(at)), None)


def leave(new: Away, absences: Sequence[Absence]) -> Away:
    """A post is away, another may stand in.  Raises ``POST_ALREADY_AWAY`` (at the same time),
    ``POST_OWN_SUBSTITUTE``."""
    if new.substitute == new.post:
        raise Refusal("POST_OWN_SUBSTITUTE", field="substitute", value=new.post)
    for one in absences:
        if one.post == new.post and one.since < new.until and new.since < one.until:
            raise Refusal("POST_ALREADY_AWAY", field="since", value=new.post, until=one.until.isoformat())
    return new


def back(away: Away, at: datetime) -> Away:
    """Whoever was away is back before the time.  Raises ``POST_NOT_AWAY``."""
    if not away.since <= at < away.until:
        raise Refusal("POST_NOT_AWAY", field="absence", value=away.id)
    return away.model_copy(update={"until": at})


def end_post(life: PostLife, on: date) -> PostLife:
    """The post is no more from a day on.  Raises ``POST_NOT_OPEN``."""
    if life.until is not None or (life.since is not None and on <= life.since):
        raise Refusal("POST_NOT_OPEN", field="post", value=life.id)
    return life.model_copy(update={"until": on, "seeded": False, "version": life.version + 1})


def go_on(life: PostLife, area: str, ident: str, on: date) -> tuple[PostLife, PostLife]:
    """A post of a grid that is split or merged goes on in another grid: the old one ended, and the new one."""
    new = PostLife(id=ident, kind=life.kind, area=area, place=life.place, time=life.time, since=on)
    return end_post(life, on), new
