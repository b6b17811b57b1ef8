"""What becomes of the posts of a grid that is split, merged or ended, and of those who hold them."""

from __future__ import annotations

from datetime import datetime, time

from gov_grid.handlers.cover import look_at
from gov_grid.store.posts import HOLDINGS, POSTS
from govcore.errors import Refusal
from govcore.grids import GridChange
from govcore.messages.grids import PostAssigned
from govcore.packs import Pack
from govcore.persons import Holding, PostLife
from govcore.persons.holding import end_post, go_on, holder
from govmesh.work import Work


class Following:
    """Posts go on in the grid they are sent to; those sent nowhere end with their grid, or stay in one that stays."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    def is_single(self, kind: str) -> bool:
        """Whether an area has one post of the kind at most."""
        found = self._pack.grid_rules.post(kind)
        return found is not None and found.single

    def follow(self, change: GridChange, goes: dict[str, str], work: Work) -> None:
        """Raises ``GRID_POST_ELSEWHERE`` (a post of another grid), ``GRID_POSTS_SINGLE`` (two of a kind of which an
        area has one)."""
        kept = {state.code for state in change.after}
        gone = [state.code for state in change.before]
        if change.kind in ("created", "amended"):
            gone = []
        midnight = datetime.combine(change.on, time.min, tzinfo=self._pack.zone)
        mine = {post.id: post for code in gone for post in work.find(POSTS, "area", code) if post.until is None}
        for ident in goes:
            if ident not in mine:
                raise Refusal("GRID_POST_ELSEWHERE", field="posts", value=ident)
        stays: list[PostLife] = []
        moved = 0
        for post in mine.values():
            to = goes.get(post.id) or (post.area if post.area in kept else None)
            if to == post.area:
                stays.append(post)
            elif to is None:
                work.put(POSTS, end_post(post, change.on))
            else:
                moved += 1
                stays.append(self._move(post, to, f"post-{to}-{change.id.lower()}-{moved}", change, midnight, work))
        self._single(stays)
        for code in {*gone, *kept}:
            look_at(work, code, change.place, midnight)

    def _move(
        self, post: PostLife, to: str, ident: str, change: GridChange, midnight: datetime, work: Work
    ) -> PostLife:  # fmt: skip
        ended, new = go_on(post, to, ident, change.on)
        work.put(POSTS, ended)
        work.put(POSTS, new)
        held = holder(work.find(HOLDINGS, "post", post.id), midnight)
        if held is None:
            return new
        key = work.new_id("T")
        after = Holding(
            id=key,
            post=new.id,
            area=to,
            kind=post.kind,
            place=post.place,
            person=held.person,
            since=midnight,
            until=held.until,
            by=change.by,
            reason=change.reason,
        )
        if held.since < midnight:
            work.put(HOLDINGS, held.model_copy(update={"until": midnight}))
        work.put(HOLDINGS, after)
        work.say(
            PostAssigned(
                post=new.id,
                kind=new.kind,
                area=to,
                place=new.place,
                how="holds" if held.person else "vacant",
                person=held.person,
                since=midnight,
                until=held.until,
            ),
            subject=new.id,
            version=new.version,
            place=new.place,
        )
        return new

    def _single(self, posts: list[PostLife]) -> None:
        seen: set[tuple[str, str]] = set()
        for post in posts:
            if self.is_single(post.kind):
                if (post.area, post.kind) in seen:
                    raise Refusal("GRID_POSTS_SINGLE", field="posts", value=post.kind, area=post.area)
                seen.add((post.area, post.kind))
