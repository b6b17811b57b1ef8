"""Posts are opened, given, left and ended; each time it is said once, and looked at whether somebody is on duty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from gov_grid.handlers.cover import look_at
from gov_grid.lookup import lookup_of
from gov_grid.post_commands import AssignPost, EndPost, LeavePost, OpenPost, ReturnToPost
from gov_grid.store.grids import PEOPLE, REGISTRY, bumped
from gov_grid.store.posts import ABSENCES, HOLDINGS, POSTS
from govcore.errors import Refusal
from govcore.messages import Message
from govcore.messages.grids import PostAssigned
from govcore.persons import Away, Holding, PostLife
from govcore.persons.holding import appoint, back, end_post, leave
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Need, Work


class Posts:
    """Local commands; each answers with the post, and with the holding or the absence it made."""

    def __init__(self, mesh: Mesh) -> None:
        self._pack, self._lookup = mesh.pack, lookup_of(mesh)

    def handlers(self) -> Sequence[On]:
        return (
            On(OpenPost, self.open, _of_post),
            On(AssignPost, self.assign, _of_post),
            On(LeavePost, self.leave, _of_post),
            On(ReturnToPost, self.back, _of_post),
            On(EndPost, self.end, _of_post),
        )

    def open(self, message: Message[OpenPost], work: Work) -> None:
        """A new post; raises ``POST_KNOWN``, ``POST_UNKNOWN_KIND``, ``POST_KIND_ELSEWHERE``, ``GRID_POSTS_SINGLE``."""
        said = message.data
        if work.get(POSTS, said.post) is not None:
            raise Refusal("POST_KNOWN", field="post", value=said.post)
        kind = self._pack.grid_rules.post(said.kind)
        if kind is None:
            known = ", ".join(one.code for one in self._pack.grid_rules.posts)
            raise Refusal("POST_UNKNOWN_KIND", field="kind", value=said.kind, known=known)
        area, place, is_grid = self._lookup.places(now=True).area(said.area)
        if is_grid != (kind.where == "grid"):
            raise Refusal("POST_KIND_ELSEWHERE", field="area", value=said.area, kind=said.kind, where=kind.where)
        there = [one for one in work.find(POSTS, "area", area) if one.until is None and one.kind == said.kind]
        if kind.single and there:
            raise Refusal("GRID_POSTS_SINGLE", field="posts", value=said.kind, area=area)
        today = work.now.astimezone(self._pack.zone).date()
        post = PostLife(id=said.post, kind=said.kind, area=area, place=place, time=said.time, since=today)
        self._done(post, work, "opened", said.by, said.reason)
        look_at(work, area, place, work.now)
        work.result = {"post": post}

    def assign(self, message: Message[AssignPost], work: Work) -> None:
        said = message.data
        post = self._open_post(said.post, work)
        new = Holding(
            id=work.new_id("T"),
            post=post.id,
            area=post.area,
            kind=post.kind,
            place=post.place,
            person=said.person,
            since=said.since or work.now,
            until=said.until,
            by=said.by,
            reason=said.reason,
        )
        done = appoint(new, work.find(HOLDINGS, "post", post.id))
        if done.ended is not None:
            work.put(HOLDINGS, done.ended)
        work.put(HOLDINGS, done.new)
        before = done.ended.person if done.ended else None
        self._say(post, work, how=done.how, person=new.person, before=before, since=new.since, until=new.until)
        self._done(post, work, done.how, said.by, said.reason)
        self._look(post, work, new.since, new.until)
        work.result = {"post": post, "holding": done.new}

    def leave(self, message: Message[LeavePost], work: Work) -> None:
        said = message.data
        post = self._open_post(said.post, work)
        if said.substitute is not None:
            self._open_post(said.substitute, work)
        since = said.since or work.now
        if said.until <= since:
            raise Refusal("POST_TERM_ORDER", field="until", value=said.until.isoformat())
        new = Away(
            id=work.new_id("A"),
            post=post.id,
            area=post.area,
            place=post.place,
            since=since,
            until=said.until,
            substitute=said.substitute,
            by=said.by,
            reason=said.reason,
        )
        there = work.find(ABSENCES, "post", post.id)
        work.put(ABSENCES, leave(new, there))
        self._say(post, work, how="away", substitute=said.substitute, since=since, until=said.until)
        self._done(post, work, "away", said.by, said.reason)
        self._look(post, work, since, said.until)
        work.result = {"post": post, "absence": new}

    def back(self, message: Message[ReturnToPost], work: Work) -> None:
        """Raises ``POST_NOT_AWAY``."""
        said = message.data
        post = self._open_post(said.post, work)
        away = [one for one in work.find(ABSENCES, "post", post.id) if one.since <= work.now < one.until]
        if not away:
            raise Refusal("POST_NOT_AWAY", field="post", value=post.id)
        after = back(away[0], work.now)
        work.put(ABSENCES, after)
        self._say(post, work, how="back", since=work.now)
        self._done(post, work, "back", said.by, said.reason)
        self._look(post, work, work.now, None)
        work.result = {"post": post, "absence": after}

    def end(self, message: Message[EndPost], work: Work) -> None:
        said = message.data
        tomorrow = work.now.astimezone(self._pack.zone).date() + timedelta(days=1)
        post = end_post(self._open_post(said.post, work), tomorrow)
        self._done(post, work, "ended", said.by, said.reason)
        midnight = datetime.combine(tomorrow, time.min, tzinfo=self._pack.zone)
        self._look(post, work, midnight, None)
        work.result = {"post": post}

    def _open_post(self, ident: str, work: Work) -> PostLife:
        """Raises ``POST_UNKNOWN``, ``POST_NOT_OPEN``."""
        found = work.get(POSTS, ident)
        if found is None:
            raise Refusal("POST_UNKNOWN", field="post", value=ident[:80])
        if found.until is not None:
            raise Refusal("POST_NOT_OPEN", field="post", value=ident[:80])
        return found

    def _say(self, post: PostLife, work: Work, **facts: Any) -> None:
        said = PostAssigned(post=post.id, kind=post.kind, area=post.area, place=post.place, **facts)
        work.say(said, subject=post.id, version=post.version + 1, place=post.place)

    def _done(self, post: PostLife, work: Work, what: str, by: str, reason: str) -> None:
        """The post's version grows with everything that happens to it."""
        work.put(POSTS, post.model_copy(update={"version": post.version + 1}))
        work.note(post.id, what, place=post.place, actor=by, reason=reason)
        bumped(work, REGISTRY if what in ("opened", "ended") else PEOPLE)
        self._lookup.forget()

    def _look(self, post: PostLife, work: Work, since: datetime, until: datetime | None) -> None:
        """At its own area, and at those of the posts it stands in for."""
        seen, waiting = {post.id}, [(post.id, post.area, post.place)]
        while waiting:
            ident, area, place = waiting.pop()
            for when in (since, until):
                if when is not None:
                    look_at(work, area, place, when)
            for away in work.find(ABSENCES, "substitute", ident):
                if away.post not in seen and away.until > work.now:
                    seen.add(away.post)
                    waiting.append((away.post, away.area, away.place))


def _of_post(message: Message[Any], _found: Any) -> Iterable[Need]:
    for name in ("post", "substitute"):
        if (ident := getattr(message.data, name, None)) is not None:
            yield POSTS, "id", ident
            yield HOLDINGS, "post", ident
            yield ABSENCES, "post", ident
