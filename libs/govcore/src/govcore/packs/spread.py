"""Grids and posts that a pack counts and does not list (``spread`` in ``grids.yaml``), shared out over its divisions.

The same rules always make the same rows: a place that publishes 5,780 grids in its books needs no file of 5,780 lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, NamedTuple

from pydantic import Field

from govcore.grids.codes import GridCodeProfile
from govcore.packs.schema import Strict

Total = Annotated[int, Field(ge=1, le=10_000_000)]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class SpreadGrids(Strict):
    """``total`` grids of a kind, shared out evenly over the divisions of the kinds ``over``.

    Or over the grids of a kind spread before (``inside``), whose parts they are; the first have what is left over.

    ``name``: ``{area}`` is the division's (or grid's) name, ``{n}`` the number in it; numbers of a division go on from
    ``first``; ``households``: together.
    """

    kind: Word
    total: Total
    over: tuple[Word, ...] = ()
    inside: Word | None = None
    name: str = Field(min_length=1)
    first: int = Field(default=1, ge=1)
    households: Total | None = None
    source: str = Field(min_length=1)


class SpreadPosts(Strict):
    """``total`` posts of a kind, shared out evenly over the grids or the divisions of the kinds ``over``.

    ``at_most``: how many of the areas have some, the first ones; all where absent.
    """

    kind: Word
    total: Total
    over: Annotated[tuple[Word, ...], Field(min_length=1)]
    at_most: Total | None = None
    time: Annotated[str, Field(pattern="^(full|part)$")] = "full"
    source: str = Field(min_length=1)


class Spread(Strict):
    """What is made, in this order."""

    grids: tuple[SpreadGrids, ...] = ()
    posts: tuple[SpreadPosts, ...] = ()


class Area(NamedTuple):
    """A division or a grid that something is shared out over; ``village``: the division it lies in."""

    code: str
    name: str
    kind: str
    village: str


GridRow = tuple[str, str, str, str, str, str, str]
PostRow = tuple[str, str, str, str]


def spread_grids(
    rules: Sequence[SpreadGrids], divisions: Iterable[Area], profile: GridCodeProfile
) -> list[GridRow]:  # fmt: skip
    """The rows of grids.csv they stand for.  Raises ``GRID_BAD_GRID_CODE`` where a division has more than its codes."""
    rows: list[GridRow] = []
    below = list(divisions)
    numbers: dict[str, int] = {}
    for rule in rules:
        inside = [Area(row[0], row[1], row[3], row[2]) for row in rows if row[3] == rule.inside]
        areas = inside if rule.inside else [area for area in below if area.kind in rule.over]
        households = iter(shared_out(rule.households or 0, rule.total))
        for area, share in zip(areas, shared_out(rule.total, len(areas)), strict=True):
            numbers[area.village] = max(numbers.get(area.village, 0), rule.first - 1)
            for n in range(1, share + 1):
                numbers[area.village] += 1
                code = profile.make(area.village, numbers[area.village])
                count = str(next(households)) if rule.households else ""
                name = rule.name.format(area=area.name, n=n)
                parent = area.code if rule.inside else ""
                rows.append((code, name, area.village, rule.kind, "composed", parent, count))
    return rows


def spread_posts(rules: Sequence[SpreadPosts], areas: Sequence[Area]) -> list[PostRow]:
    """The rows of posts.csv they stand for: ``worker-<area>-<n>``."""
    rows: list[PostRow] = []
    for rule in rules:
        chosen = [area for area in areas if area.kind in rule.over][: rule.at_most]
        for area, share in zip(chosen, shared_out(rule.total, len(chosen)), strict=True):
            kind = rule.kind.replace("_", "-")
            rows += [(f"{kind}-{area.code}-{n}", area.code, rule.kind, rule.time) for n in range(1, share + 1)]
    return rows


def shared_out(total: int, among: int) -> list[int]:
    """``total`` shared out evenly, the first ones getting what is left over."""
    return [total // among + (at < total % among) for at in range(among)] if among else []


def named(rules: Spread) -> Mapping[str, Sequence[str]]:
    """The kinds that the rules name, by what they are: of grids made, of posts made, of areas shared out over."""
    over = [code for rule in rules.grids for code in rule.over]
    over += [code for rule in rules.posts for code in rule.over]
    inside = [rule.inside for rule in rules.grids if rule.inside]
    return {
        "grids": [*(rule.kind for rule in rules.grids), *inside],
        "posts": [rule.kind for rule in rules.posts],
        "areas": over,
    }
