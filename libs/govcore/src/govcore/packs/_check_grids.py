"""Checks of grids and posts against ``grids.yaml``, and of that file itself."""

from __future__ import annotations

from collections.abc import Iterator

from govcore.errors import Refusal
from govcore.packs._csv import Table
from govcore.packs._draft import Draft, twice
from govcore.packs._yaml import KeyPath
from govcore.packs.gridding import LEADER, GridRules
from govcore.packs.spread import Area, named, spread_grids, spread_posts

POST_TIMES = ("full", "part")
ORIGINS = ("named", "composed", "gb")


def check_grids(draft: Draft) -> None:
    """Adds what is wrong to the draft's findings."""
    rules = draft.grid_rules or GridRules()
    if draft.grids_file is not None:
        for path, code, known in _named(draft, rules):
            if code not in known:
                draft.findings.append(
                    draft.grids_file.refuse("PACK_NOT_ONE_OF", path, code, expected=", ".join(sorted(known)))
                )
        for key, codes in (("kinds", [one.code for one in rules.kinds]), ("posts", [one.code for one in rules.posts])):
            for at, code in twice(enumerate(codes)):
                draft.findings.append(draft.grids_file.refuse("PACK_CODE_TWICE", (key, at, "code"), code))
    if draft.grid_rules is not None:
        spread(draft, draft.grid_rules)
    if draft.grid_table is not None:
        _grids(draft, draft.grid_table, rules)
    if draft.post_table is not None:
        _posts(draft, draft.post_table, rules)


def _named(draft: Draft, rules: GridRules) -> Iterator[tuple[KeyPath, str, set[str]]]:
    """(where, code, codes it may be) of every kind that the file names."""
    grids, posts = {one.code for one in rules.kinds}, {one.code for one in rules.posts}
    divisions = {cells[3] for _, cells in draft.division_table.rows} if draft.division_table else set()
    leaders = {LEADER} if draft.leader_table is not None else set()
    for at, kind in enumerate(rules.kinds):
        for of, code in enumerate(kind.part_of):
            yield ("kinds", at, "part_of", of), code, grids
    for at, level in enumerate(rules.chain):
        for of, code in enumerate(level.of):
            yield ("chain", at, "of", of), code, grids | divisions
        for of, code in enumerate(level.posts):
            yield ("chain", at, "posts", of), code, posts | leaders
    said = named(rules.spread)
    for code in said["grids"]:
        yield ("spread", "grids"), code, grids
    for code in said["posts"]:
        yield ("spread", "posts"), code, posts
    for code in said["areas"]:
        yield ("spread",), code, grids | divisions
    for key, part in (("watch", rules.watch), ("load", rules.load)):
        for of, code in enumerate(part.kinds if part else ()):
            yield (key, "kinds", of), code, grids
        for of, code in enumerate(part.posts if part else ()):
            yield (key, "posts", of), code, posts


def spread(draft: Draft, rules: GridRules) -> None:
    """Makes the rows that ``spread`` stands for, once the divisions are known; what cannot be made is a finding."""
    assert draft.grids_file is not None
    profile = draft.header.grid_code if draft.header else None
    if draft.division_table is None or not (rules.spread.grids or rules.spread.posts):
        return
    if profile is None:
        draft.findings.append(draft.grids_file.refuse("PACK_NO_GRID_CODE", ("spread",), "grid_code"))
        return
    divisions = [Area(code, name, kind, code) for _, (code, name, _, kind) in draft.division_table.rows]
    try:
        draft.spread_grids = spread_grids(rules.spread.grids, divisions, profile)
    except Refusal as no:
        draft.findings.append(draft.grids_file.refuse(no.code, ("spread", "grids"), str(no.params.get("value", ""))))
        return
    listed = [cells for _, cells in draft.grid_table.rows] if draft.grid_table else []
    for code in sorted({row[0] for row in draft.spread_grids} & {cells[0] for cells in listed}):
        draft.findings.append(draft.grids_file.refuse("PACK_CODE_TWICE", ("spread", "grids"), code))
    grids = [Area(row[0], row[1], row[3], row[2]) for row in (*listed, *draft.spread_grids)]
    draft.spread_posts = spread_posts(rules.spread.posts, [*divisions, *grids])


def _grids(draft: Draft, table: Table, rules: GridRules) -> None:
    villages, profile = draft.division_codes(), draft.header.grid_code if draft.header else None
    kinds = {cells[0]: (cells[3], cells[2]) for _, cells in table.rows}
    for line, (code, _, village, kind, origin, parent, households) in table.rows:
        if village not in villages:
            draft.findings.append(table.refuse("PACK_GRID_OUTSIDE", line, "village", village, grid=code))
        if origin not in ORIGINS:
            draft.findings.append(_not_one_of(table, line, "origin", origin, ORIGINS))
        if rules.kinds and rules.kind(kind) is None:
            known = tuple(one.code for one in rules.kinds)
            draft.findings.append(_not_one_of(table, line, "kind", kind, known))
        if households and not (households.isascii() and households.isdigit()):
            draft.findings.append(table.refuse("PACK_NOT_A_NUMBER", line, "households", households))
        if parent:
            _parent(draft, table, line, (code, village, kind, parent), kinds, rules)
        if profile is None:
            continue
        try:
            if profile.parts(code).division != village:
                draft.findings.append(table.refuse("PACK_GRID_ELSEWHERE", line, "village", village, grid=code))
        except Refusal as no:
            draft.findings.append(table.refuse(no.code, line, "code", code))


def _parent(
    draft: Draft, table: Table, line: int, row: tuple[str, str, str, str], kinds: dict[str, tuple[str, str]],
    rules: GridRules,
) -> None:  # fmt: skip
    code, village, kind, parent = row
    above, where = kinds.get(parent, ("", ""))
    if not above:
        draft.findings.append(table.refuse("PACK_PARENT_MISSING", line, "parent", parent, of=code))
        return
    own = rules.kind(kind)
    if parent == code or where != village or (own is not None and above not in own.part_of):
        wanted = ", ".join(own.part_of) if own else village
        draft.findings.append(table.refuse("PACK_PARENT_WRONG", line, "parent", parent, of=code, wanted=wanted))


def _posts(draft: Draft, table: Table, rules: GridRules) -> None:
    grids = {cells[0] for _, cells in draft.grid_table.rows} if draft.grid_table else set()
    grids |= {row[0] for row in draft.spread_grids}
    areas = {"grid": grids, "division": draft.division_codes()}
    single: set[tuple[str, str]] = set()
    for line, (_, area, kind, time) in table.rows:
        own = rules.post(kind)
        if own is None:
            draft.findings.append(_not_one_of(table, line, "kind", kind, tuple(one.code for one in rules.posts)))
        elif area not in areas[own.where]:
            draft.findings.append(table.refuse("PACK_GRID_UNKNOWN", line, "grid", area))
        if time not in POST_TIMES:
            draft.findings.append(_not_one_of(table, line, "time", time, POST_TIMES))
        if own is not None and own.single:
            if (kind, area) in single:
                draft.findings.append(table.refuse("PACK_TWO_CHIEFS", line, "grid", area))
            single.add((kind, area))


def _not_one_of(table: Table, line: int, column: str, value: str, allowed: tuple[str, ...]) -> Refusal:
    return table.refuse("PACK_NOT_ONE_OF", line, column, value, expected=", ".join(allowed))
