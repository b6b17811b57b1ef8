"""Grids are created, split, merged, amended, ended: one change, one message, and their posts go where they are sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from gov_grid.grid_commands import AmendGrid, CreateGrid, EndGrid, GridCommand, MergeGrids, SplitGrid
from gov_grid.handlers.following import Following
from gov_grid.lookup import lookup_of
from gov_grid.store.grids import CHANGES, LIVES, bumped
from gov_grid.store.posts import POSTS
from govcore.errors import Refusal
from govcore.grids import GridChange, GridLife, GridState, history
from govcore.messages import Message
from govcore.messages.grids import GridChanged, State
from govcore.packs import Pack
from govmesh.handlers import On, Via
from govmesh.mesh import Mesh
from govmesh.work import Need, Work


class Changing:
    """Local commands; each answers with the change.  A repeat (by its key) answers with the first one."""

    def __init__(self, mesh: Mesh, following: Following) -> None:
        self._pack, self._lookup, self._following = mesh.pack, lookup_of(mesh), following
        self._rules = rules_of(mesh.pack)

    def handlers(self) -> Sequence[On]:
        return (
            On(CreateGrid, self.create, self._in_division),
            On(SplitGrid, self.split, _in_village, Via(LIVES, "division", lambda message: str(message.data.code))),
            On(MergeGrids, self.merge, _in_village, Via(LIVES, "division", _first)),
            On(AmendGrid, self.amend, _in_village, Via(LIVES, "division", lambda message: str(message.data.code))),
            On(EndGrid, self.end, _in_village, Via(LIVES, "division", lambda message: str(message.data.code))),
        )

    def create(self, message: Message[CreateGrid], work: Work) -> None:
        said = message.data
        if self._repeated(said, work):
            return
        division = self._pack.header.code.normal(said.division)
        if division not in self._pack.divisions:
            raise Refusal("GRID_UNKNOWN_CODE", field="division", value=division, known="", known_name="")
        known = _known(work, division, said.grid.code)
        parent = _life(known, said.parent) if said.parent is not None else None
        changed = history.create(
            said.grid,
            division=division,
            place=self._pack.place_of(division),
            kind=said.kind,
            level=said.level,
            parent=parent,
            on=self._day(said, work),
            known=known,
            rules=self._rules,
        )
        self._write(said, changed, work, {})

    def split(self, message: Message[SplitGrid], work: Work) -> None:
        said = message.data
        if self._repeated(said, work):
            return
        on, life = self._day(said, work), _named(work, said.code)
        known = _known(work, life.division, *(part.code for part in said.into))
        inside = history.inside_of([life.id], known.values(), on)
        changed = history.split(life, said.into, on=on, inside=inside, known=known, rules=self._rules)
        goes = {post: part.code for part in said.into for post in part.posts}
        self._write(said, changed, work, goes)

    def merge(self, message: Message[MergeGrids], work: Work) -> None:
        said = message.data
        if self._repeated(said, work):
            return
        on, lives = self._day(said, work), [_named(work, code) for code in said.grids]
        known = _known(work, lives[0].division if lives else None, said.into.code)
        inside = history.inside_of(said.grids, known.values(), on)
        changed = history.merge(lives, said.into, on=on, inside=inside, known=known, rules=self._rules)
        named = set(said.into.posts)
        goes = {
            post.id: said.into.code
            for life in lives
            for post in work.find(POSTS, "area", life.id)
            if post.until is None and (post.id in named or not self._following.is_single(post.kind))
        }
        self._write(said, changed, work, goes | dict.fromkeys(named, said.into.code))

    def amend(self, message: Message[AmendGrid], work: Work) -> None:
        said = message.data
        if self._repeated(said, work):
            return
        changed = history.amend(
            _named(work, said.code),
            on=self._day(said, work),
            name=said.name,
            households=said.households,
            level=said.level,
        )
        self._write(said, changed, work, {})

    def end(self, message: Message[EndGrid], work: Work) -> None:
        said = message.data
        if self._repeated(said, work):
            return
        on, life = self._day(said, work), _named(work, said.code)
        inside = history.inside_of([life.id], _known(work, life.division).values(), on)
        self._write(said, history.end(life, on=on, inside=inside), work, {})

    def _in_division(self, message: Message[CreateGrid], _found: Any) -> Iterable[Need]:
        yield LIVES, "division", self._pack.header.code.normal(message.data.division)
        yield CHANGES, "key", message.data.key

    def _repeated(self, said: GridCommand, work: Work) -> bool:
        earlier = work.find(CHANGES, "key", said.key)
        if earlier:
            work.result = earlier[0]
        return bool(earlier)

    def _day(self, said: GridCommand, work: Work) -> date:
        return said.on or work.now.astimezone(self._pack.zone).date()

    def _write(self, said: GridCommand, changed: history.Changed, work: Work, goes: dict[str, str]) -> None:
        ident = work.new_id("K")
        change = GridChange(
            id=ident,
            key=said.key,
            kind=changed.kind,
            on=changed.on,
            division=changed.division,
            place=changed.place,
            before=changed.before,
            after=changed.after,
            by=said.by,
            reason=said.reason,
            at=work.now,
        )
        for life in changed.lives:
            work.put(LIVES, life)
        work.put(CHANGES, change)
        sides = {state.code for state in (*change.before, *change.after)}
        facts = change.model_dump(include={"kind", "on", "division", "place", "by", "reason"})
        moved = tuple(life.id for life in changed.lives if life.id not in sides)
        work.say(
            GridChanged(
                change_id=ident,
                before=_told(change.before),
                after=_told(change.after),
                moved=moved,
                changed_at=work.now,
                **facts,
            ),
            subject=ident,
            version=1,
            place=change.place,
        )
        work.note(ident, change.kind, place=change.place, actor=said.by, reason=said.reason)
        self._following.follow(change, goes, work)
        bumped(work)
        self._lookup.forget()
        work.result = change


def _told(states: Iterable[GridState]) -> tuple[State, ...]:
    return tuple((one.code, one.name, one.kind, one.parent, one.households) for one in states)


def rules_of(pack: Pack) -> history.Rules:
    """The pack's codes and kinds of grid."""
    kinds = tuple(one.code for one in pack.grid_rules.kinds)
    return history.Rules(pack.header.code, pack.header.grid_code, kinds)


def _in_village(message: Message[Any], division: Any) -> Iterable[Need]:
    """Every grid of the village, so that what is part of what stands still meanwhile."""
    yield LIVES, "division", division
    yield CHANGES, "key", message.data.key
    codes = message.data.grids if isinstance(message.data, MergeGrids) else (message.data.code,)
    for code in codes:
        yield LIVES, "id", code
        yield POSTS, "area", code


def _first(message: Message[MergeGrids]) -> str | None:
    return message.data.grids[0] if message.data.grids else None


def _named(work: Work, code: str) -> GridLife:
    """Raises ``GRID_UNKNOWN_GRID``."""
    found = work.get(LIVES, code)
    if found is None:
        raise Refusal("GRID_UNKNOWN_GRID", field="grid", value=code[:40])
    return found


def _known(work: Work, division: str | None, *codes: str) -> dict[str, GridLife]:
    """The lives of a village, and those of further codes."""
    found = {one.id: one for one in work.find(LIVES, "division", division)}
    return found | {code: one for code in codes if (one := work.get(LIVES, code)) is not None}


def _life(known: dict[str, GridLife], code: str) -> GridLife:
    if code not in known:
        raise Refusal("GRID_UNKNOWN_GRID", field="parent", value=code[:40])
    return known[code]
