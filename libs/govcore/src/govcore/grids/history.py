"""How grids come, change and go 网格沿革: split 拆分, merged 合并, amended, ended; nothing of what was is lost.

Each change holds from a day on (a date of its place) and leaves the lives of :mod:`govcore.grids.lives`, continued.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from govcore.errors import Refusal
from govcore.grids.codes import CHINA_CODES, CodeProfile, GridCodeProfile
from govcore.grids.lives import Change, GridLife, GridPart, GridState, Spell


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change leaves: what was before and after, and every life that is otherwise now."""

    kind: Change
    on: date
    division: str
    place: str
    before: tuple[GridState, ...]
    after: tuple[GridState, ...]
    lives: tuple[GridLife, ...]


@dataclass(frozen=True)
class Rules:
    """The codes of a locality, and the kinds of grid it knows (any where empty)."""

    profile: CodeProfile = CHINA_CODES
    grid_profile: GridCodeProfile | None = None
    kinds: tuple[str, ...] = ()

    def check(self, code: str, division: str) -> None:
        """Raises ``GRID_BAD_GRID_CODE``, or ``GRID_NOT_IN_DIVISION``: a grid lies in one village or community."""
        if self.grid_profile is not None:
            named = self.profile.normal(self.grid_profile.parts(code).division)
            if named != division:
                raise Refusal("GRID_NOT_IN_DIVISION", field="grid", value=code, division=division)

    def check_kind(self, kind: str) -> None:
        """Raises ``GRID_UNKNOWN_KIND``."""
        if self.kinds and kind not in self.kinds:
            raise Refusal("GRID_UNKNOWN_KIND", field="kind", value=kind[:40], known=", ".join(self.kinds))


def create(
    part: GridPart, *, division: str, place: str, kind: str, level: str, parent: GridLife | None, on: date,
    known: Mapping[str, GridLife], rules: Rules,
) -> Changed:  # fmt: skip
    """A new grid.  Raises ``GRID_BAD_GRID_CODE``, ``GRID_NOT_IN_DIVISION``, ``GRID_UNKNOWN_KIND``,
    ``GRID_DUPLICATE_CODE`` (in force then or later), ``GRID_BAD_PARENT``."""
    rules.check(part.code, division)
    rules.check_kind(kind)
    if parent is not None and (parent.division != division or parent.at(on) is None or parent.id == part.code):
        raise Refusal("GRID_BAD_PARENT", field="parent", value=parent.id, grid=part.code)
    spell = Spell(
        name=part.name, kind=kind, level=level, parent=parent.id if parent else None, households=part.households,
        since=on,
    )  # fmt: skip
    life = _begun(known.get(part.code), part.code, division, place, spell)
    return Changed("created", on, division, place, (), (_state(life),), (life,))


def split(
    life: GridLife, parts: Sequence[GridPart], *, on: date, inside: Sequence[GridLife], known: Mapping[str, GridLife],
    rules: Rules,
) -> Changed:  # fmt: skip
    """One grid becomes several of its kind; a part may keep its code.

    ``inside``: the grids that are part of it on that day; each must go with one of the parts.  Raises
    ``GRID_SPLIT_TOO_FEW``, ``GRID_PART_LEFT_OUT``, ``GRID_NOT_PART_OF``, and as :func:`create` does.
    """
    if len(parts) < 2 or len({part.code for part in parts}) < len(parts):
        raise Refusal("GRID_SPLIT_TOO_FEW", field="into", value=life.id)
    ended, was = _ended(life, on)
    goes = {code: part.code for part in parts for code in part.takes}
    mine = {one.id for one in inside}
    for code in sorted(mine - set(goes)):
        raise Refusal("GRID_PART_LEFT_OUT", field="into.takes", value=code, grid=life.id)
    for code in sorted(set(goes) - mine):
        raise Refusal("GRID_NOT_PART_OF", field="into.takes", value=code, grid=life.id)
    begun = []
    for part in parts:
        rules.check(part.code, life.division)
        spell = Spell(
            name=part.name, kind=was.kind, level=was.level, parent=was.parent, households=part.households, since=on
        )
        earlier = ended if part.code == life.id else known.get(part.code)
        begun.append(_begun(earlier, part.code, life.division, life.place, spell))
    kept = {one.id for one in begun}
    lives = [*(() if life.id in kept else (ended,)), *begun]
    lives += [moved for one in inside if (moved := _moved(one, goes[one.id], on)) is not None]
    return Changed(
        "split", on, life.division, life.place, (_state_of(life.id, was),), tuple(map(_state, begun)), tuple(lives)
    )


def merge(
    lives: Sequence[GridLife], into: GridPart, *, on: date, inside: Sequence[GridLife], known: Mapping[str, GridLife],
    rules: Rules,
) -> Changed:  # fmt: skip
    """Several grids of one village and one kind become one, under a new code, one of theirs, or one that was before.

    Without a count of its own it has the sum of theirs.  Raises ``GRID_MERGE_TOO_FEW``, ``GRID_MERGE_UNLIKE`` (another
    village, kind or parent), and as :func:`create` does.
    """
    if len(lives) < 2 or len({life.id for life in lives}) < len(lives):
        raise Refusal("GRID_MERGE_TOO_FEW", field="grids", value=into.code)
    first, pairs = lives[0], [_ended(life, on) for life in lives]
    like = (first.division, pairs[0][1].kind, pairs[0][1].level, pairs[0][1].parent)
    for life, (_, was) in zip(lives, pairs, strict=True):
        if (life.division, was.kind, was.level, was.parent) != like:
            raise Refusal("GRID_MERGE_UNLIKE", field="grids", value=life.id, grid=first.id)
    counts = [was.households for _, was in pairs]
    total = None if None in counts else sum(count for count in counts if count is not None)
    rules.check(into.code, first.division)
    spell = Spell(
        name=into.name,
        kind=like[1],
        level=like[2],
        parent=like[3],
        households=total if into.households is None else into.households,
        since=on,
    )
    ended = {one.id: one for one, _ in pairs}
    begun = _begun(ended.pop(into.code, None) or known.get(into.code), into.code, first.division, first.place, spell)
    moved = [after for one in inside if (after := _moved(one, into.code, on)) is not None]
    before = tuple(_state_of(life.id, was) for life, (_, was) in zip(lives, pairs, strict=True))
    return Changed(
        "merged", on, first.division, first.place, before, (_state(begun),), (*ended.values(), begun, *moved)
    )


def amend(
    life: GridLife, *, on: date, name: str | None = None, households: int | None = None, level: str | None = None
) -> Changed:
    """Another name, count or level from a day on.  Raises ``GRID_NOTHING_CHANGED``, ``GRID_NOT_IN_FORCE``,
    ``GRID_CHANGE_TOO_EARLY``."""
    said = {"name": name, "households": households, "level": level}
    ended, was = _ended(life, on)
    now = was.model_copy(update={key: value for key, value in said.items() if value is not None} | {"since": on})
    if now.model_copy(update={"since": was.since}) == was:
        raise Refusal("GRID_NOTHING_CHANGED", field="grid", value=life.id)
    after = _begun(ended, life.id, life.division, life.place, now)
    return Changed("amended", on, life.division, life.place, (_state_of(life.id, was),), (_state(after),), (after,))


def end(life: GridLife, *, on: date, inside: Sequence[GridLife]) -> Changed:
    """It is no more.  Raises ``GRID_HAS_PARTS`` while grids are part of it, and as :func:`amend` does."""
    for one in inside:
        raise Refusal("GRID_HAS_PARTS", field="grid", value=life.id, part=one.id)
    ended, was = _ended(life, on)
    return Changed("ended", on, life.division, life.place, (_state_of(life.id, was),), (), (ended,))


def inside_of(codes: Iterable[str], lives: Iterable[GridLife], on: date) -> list[GridLife]:
    """The lives that are part of one of ``codes`` on a day."""
    wanted = set(codes)
    return [one for one in lives if (spell := one.at(on)) is not None and spell.parent in wanted]


def _ended(life: GridLife, on: date) -> tuple[GridLife, Spell]:
    """The life with its last spell ended on that day, and the spell as it was."""
    last = life.last
    if last.until is not None:
        raise Refusal("GRID_NOT_IN_FORCE", field="grid", value=life.id)
    if last.since is not None and on <= last.since:
        raise Refusal("GRID_CHANGE_TOO_EARLY", field="on", value=on.isoformat(), grid=life.id, since=last.since)
    spells = (*life.spells[:-1], last.model_copy(update={"until": on}))
    return life.model_copy(update={"spells": spells, "version": life.version + 1, "seeded": False}), last


def _begun(earlier: GridLife | None, code: str, division: str, place: str, spell: Spell) -> GridLife:
    if earlier is None:
        return GridLife(id=code, division=division, place=place, spells=(spell,))
    assert spell.since is not None
    if earlier.last.until is None or earlier.last.until > spell.since:
        raise Refusal("GRID_DUPLICATE_CODE", field="grid", value=code)
    return earlier.model_copy(
        update={"spells": (*earlier.spells, spell), "version": earlier.version + 1, "seeded": False}
    )


def _moved(one: GridLife, parent: str, on: date) -> GridLife | None:
    """A part under another grid from a day on; None where it is under that one already."""
    if one.last.parent == parent:
        return None
    ended, was = _ended(one, on)
    return _begun(ended, one.id, one.division, one.place, was.model_copy(update={"parent": parent, "since": on}))


def _state(life: GridLife) -> GridState:
    return _state_of(life.id, life.last)


def _state_of(code: str, spell: Spell) -> GridState:
    return GridState(code=code, **spell.model_dump(exclude={"since", "until"}))
