"""Grids split and merge: what was is kept, parts go along, and split then merge gives the same answers."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcore.errors import Refusal
from govcore.grids import (
    GRID_CODES,
    Division,
    Grid,
    GridLife,
    GridPart,
    Locator,
    Point,
    Registry,
    Spell,
    history,
    read_boundaries,
)

DIVISIONS = [Division("340881001", "文昌街道"), Division("340881001001", "西苑社区")]
VILLAGE, BEGUN = "340881001001", date(2020, 1, 1)
CODES = [f"{VILLAGE}{number:03}" for number in range(1, 10)]
RULES = history.Rules(grid_profile=GRID_CODES[15])


def life(
    code: str, *, parent: str | None = None, kind: str = "comprehensive", households: int | None = None
) -> GridLife:
    spell = Spell(name=f"网格{code[-1]}", kind=kind, parent=parent, households=households, since=BEGUN)
    return GridLife(id=code, division=VILLAGE, place="34.08.81.001.001", spells=(spell,))


def registry(lives: dict[str, GridLife]) -> Registry:
    return Registry(DIVISIONS, [one.grid for one in lives.values()], grid_profile=GRID_CODES[15])


def answers(lives: dict[str, GridLife], day: date) -> object:
    """What anybody can ask about the village on a day."""
    book = registry(lives)
    locator = Locator(book)
    known = []
    for code in CODES:
        try:
            found = locator.locate(grid=code, at=day)
            known.append((found.grid and (found.grid.name, found.grid.parent), [one.code for one in found.chain]))
        except Refusal as no:
            known.append((no.code, []))
    grids = [(one.code, one.name, one.kind, one.households) for one in book.grids_in(VILLAGE, at=day)]
    return known, sorted(grids), [[part.code for part in book.parts_of(code, at=day)] for code in CODES]


@given(
    parts=st.integers(2, 4),
    inside=st.integers(0, 3),
    keeps=st.booleans(),
    split_after=st.integers(1, 900),
    merge_after=st.integers(1, 900),
    asked=st.integers(-100, 2_000),
    data=st.data(),
)
def test_split_then_merge_gives_back_the_same_answers(
    parts: int, inside: int, keeps: bool, split_after: int, merge_after: int, asked: int, data: st.DataObject
) -> None:
    """Every question about every day before the split or after the merge is answered as if nothing had been split."""
    first, children = CODES[0], CODES[6 : 6 + inside]
    lives = {first: life(first, households=400)}
    lives |= {code: life(code, parent=first, kind="micro", households=40) for code in children}
    untouched = dict(lives)
    split_on = BEGUN + timedelta(days=split_after)
    merge_on = split_on + timedelta(days=merge_after)
    codes = CODES[:parts] if keeps else CODES[1 : parts + 1]
    goes = [data.draw(st.sampled_from(codes)) for _ in children]
    into = [
        GridPart(
            code=code, name=f"新{code[-1]}", takes=tuple(c for c, to in zip(children, goes, strict=True) if to == code)
        )
        for code in codes
    ]
    mine = history.inside_of([first], lives.values(), split_on)
    changed = history.split(lives[first], into, on=split_on, inside=mine, known=lives, rules=RULES)
    lives |= {one.id: one for one in changed.lives}
    there = {one.code for one in registry(lives).grids_in(VILLAGE, at=split_on) if one.kind == "comprehensive"}
    assert there == set(codes)
    mine = history.inside_of(codes, lives.values(), merge_on)
    back = GridPart(code=first, name="网格1", households=400)
    again = history.merge([lives[code] for code in codes], back, on=merge_on, inside=mine, known=lives, rules=RULES)
    lives |= {one.id: one for one in again.lives}
    day = BEGUN + timedelta(days=asked)
    if not split_on <= day < merge_on:
        assert _same(answers(lives, day)) == _same(answers(untouched, day))
    for one in lives.values():
        ends = [(spell.since, spell.until) for spell in one.spells]
        assert all(a[1] is not None and b[0] is not None and a[1] <= b[0] for a, b in pairwise(ends))


def _same(found: object) -> object:
    """A code nobody knew and one that is no more are both no answer."""
    known, grids, parts = found  # type: ignore[misc]
    return [no if isinstance(no, tuple) else None for no, _ in known], grids, parts


def test_points_are_answered_with_the_grid_of_their_day() -> None:
    """A square halved: before the day the whole, after it the half around the point, each for itself."""
    book = {CODES[0]: life(CODES[0])}
    into = [GridPart(code=CODES[1], name="西"), GridPart(code=CODES[2], name="东")]
    on = date(2024, 6, 1)
    changed = history.split(book[CODES[0]], into, on=on, inside=[], known=book, rules=RULES)
    lives = {one.id: one for one in changed.lives}
    squares = {CODES[0]: (0.0, 0.02), CODES[1]: (0.0, 0.01), CODES[2]: (0.01, 0.02)}
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": "Polygon", "coordinates": [[[x0, 0], [x1, 0], [x1, 0.02], [x0, 0.02], [x0, 0]]]},
        }
        for code, (x0, x1) in squares.items()
    ]
    shapes = read_boundaries({"type": "FeatureCollection", "features": features}).strict()
    locator = Locator(registry(lives), shapes)
    for day, found in ((date(2024, 5, 31), CODES[0]), (on, CODES[1])):
        grid = locator.by_point(Point(0.004, 0.01), at=day).grid
        assert isinstance(grid, Grid) and grid.code == found


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        ((CODES[0],), "GRID_SPLIT_TOO_FEW"),
        ((CODES[1], CODES[1]), "GRID_SPLIT_TOO_FEW"),
        ((CODES[1], CODES[2]), "GRID_PART_LEFT_OUT"),
        ((CODES[1], "340881001002001"), "GRID_PART_LEFT_OUT"),
    ],
)
def test_a_split_that_leaves_something_open_is_refused(codes: tuple[str, ...], reason: str) -> None:
    """Too few parts, or a microgrid that goes nowhere."""
    lives = {CODES[0]: life(CODES[0]), CODES[8]: life(CODES[8], parent=CODES[0], kind="micro")}
    with pytest.raises(Refusal) as no:
        history.split(
            lives[CODES[0]],
            [GridPart(code=code, name="新") for code in codes],
            on=date(2024, 6, 1),
            inside=[lives[CODES[8]]],
            known=lives,
            rules=RULES,
        )
    assert no.value.code == reason


def test_changes_go_forward_in_time_only() -> None:
    """Not on the day a grid began, not again once it has ended, not while it has parts."""
    one = life(CODES[0])
    for on, code in ((BEGUN, "GRID_CHANGE_TOO_EARLY"), (BEGUN - timedelta(days=1), "GRID_CHANGE_TOO_EARLY")):
        with pytest.raises(Refusal) as no:
            history.amend(one, on=on, name="新名")
        assert no.value.code == code
    gone = history.end(one, on=date(2024, 1, 1), inside=[]).lives[0]
    with pytest.raises(Refusal) as no:
        history.amend(gone, on=date(2025, 1, 1), name="新名")
    assert no.value.code == "GRID_NOT_IN_FORCE"
    with pytest.raises(Refusal) as no:
        history.end(one, on=date(2024, 1, 1), inside=[life(CODES[1], parent=CODES[0], kind="micro")])
    assert no.value.code == "GRID_HAS_PARTS"


@pytest.mark.parametrize("digits", [14, 15, 16, 20])
def test_every_length_of_code_is_checked(digits: int) -> None:
    """Twelve digits of the village, then the sequence; another village, a letter or a digit too few is refused."""
    rules = history.Rules(grid_profile=GRID_CODES[digits])
    good = f"{VILLAGE}{1:0{digits - 12}}"
    rules.check(good, VILLAGE)
    for code, reason in (
        (f"340881001002{1:0{digits - 12}}", "GRID_NOT_IN_DIVISION"),
        (good[:-1], "GRID_BAD_GRID_CODE"),
        (f"{good[:-1]}A", "GRID_BAD_GRID_CODE"),
        (f"{good[:-1]}１", "GRID_BAD_GRID_CODE"),
    ):
        with pytest.raises(Refusal) as no:
            rules.check(code, VILLAGE)
        assert no.value.code == reason
