"""S09 Yanliang: its figures, grids of three kinds on five levels, and who gets what."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from govcore.events.routing import Facts
from govcore.grids import read_boundaries
from govcore.packs import Pack, Places, check_pack

NAMED = {"法院文书送达协助", "公益诉讼线索", "警格联动事项"}


def test_nothing_is_wrong_with_it() -> None:
    """The checker finds nothing."""
    assert [str(finding) for finding in check_pack("yanliang")] == []


def test_the_figures_of_the_source(yanliang: Pack) -> None:
    """48 departments; 7 streets; 172 base grids in 103 communities and villages, 8 dedicated; partners of six kinds."""
    assert len(yanliang.departments) == 48
    kinds = Counter(division.kind for division in yanliang.divisions.values())
    assert (kinds["county"], kinds["street"], len(yanliang.villages)) == (1, 7, 105)
    assert Counter(grid.kind for grid in yanliang.grids.values()) == {
        "comprehensive": 172,
        "micro": 688,
        "dedicated": 8,
    }
    assert len({grid.village for grid in yanliang.grids.values() if grid.kind == "comprehensive"}) == 103
    assert [one.code for one in yanliang.header.partners] == [
        "party",
        "youth",
        "culture",
        "shops",
        "governance",
        "care",
    ]
    assert list(yanliang.stories) == ["s09"]


def test_every_community_has_its_grids_and_every_answering_grid_its_chief(yanliang: Pack) -> None:
    """Full cover, also where only a dedicated grid lies; microgrids belong to a base grid and have no post."""
    assert set(yanliang.grids_by_village) == {division.code for division in yanliang.villages}
    base = {code for code, grid in yanliang.grids.items() if grid.kind == "comprehensive"}
    for code, grid in yanliang.grids.items():
        assert len(code) == 15 and code.startswith(grid.village) and grid.origin == "composed"
        assert [post.kind for post in yanliang.posts_by_grid.get(code, ())] == (
            [] if grid.kind == "micro" else ["chief"]
        )
        if grid.kind == "micro":
            assert f"{grid.village}00{code[13]}" in base


@pytest.mark.parametrize(
    ("grid", "division", "found"),
    [
        ("610114003004901", None, "610114003004901"),
        (None, "610114001013", "610114001013901"),
        (None, "610114007227", "610114007227001"),
    ],
)
def test_a_place_has_its_grid_and_its_chief(yanliang: Pack, grid: str | None, division: str | None, found: str) -> None:
    """A dedicated grid by its code, a community by its dedicated or its only base grid."""
    at = datetime(2021, 9, 6, 9, tzinfo=yanliang.zone)
    facts = Places(yanliang).find(grid=grid, division=division, at=at).facts()
    assert (facts["grid"], facts["duty_post"]) == (found, f"post-{found}")


def test_what_the_source_names_is_marked_named_and_the_rest_composed(yanliang: Pack) -> None:
    """What grids are joined with stands in the source: court, procuratorate, police."""
    assert {item.name for item in yanliang.classes.values() if item.origin == "named"} == NAMED
    named = {one.code for one in yanliang.departments.values() if one.origin == "named"}
    assert named == {"fayuan", "jianchayuan", "gongan"}


def test_every_item_has_a_lead_and_all_48_lead(yanliang: Pack) -> None:
    """By class alone; between them all 48 departments lead something."""
    items = [item.code for item in yanliang.classes.values() if item.level == 3]
    leads = {yanliang.routing.decide(Facts(code)).lead for code in items}
    assert leads == set(yanliang.departments)


@pytest.mark.parametrize(
    ("facts", "lead", "assists", "severity"),
    [
        (Facts("090301"), "fayuan", ("zhengfa",), None),
        (Facts("090302", text="渠边污水直排"), "jianchayuan", ("shengtai", "zhengfa"), None),
        (Facts("090302", text="小卖部出售过期食品"), "jianchayuan", ("shichang", "zhengfa"), None),
        (Facts("090102"), "gongan", ("zhengfa",), None),
        (Facts("050301", text="有人放飞无人机"), "hangkong", ("gongan",), "urgent"),
        (Facts("020201", channel="partner"), "chengguan", ("shehui", "shichang"), None),
        (Facts("010103"), "zhujian", ("chengguan",), "urgent"),
        (Facts(text="请协助法院文书送达"), "fayuan", ("zhengfa",), None),
        (Facts("020201", text="举报某局领导受贿"), "jiwei", (), "complex"),
        (Facts(text="这件事请帮忙看看"), None, (), None),
    ],
)
def test_who_gets_it(
    facts: Facts, lead: str | None, assists: tuple[str, ...], severity: str | None, yanliang: Pack
) -> None:
    """Lead, assisting departments and urgency of some matters."""
    decision = yanliang.routing.decide(facts)
    assert decision.lead == lead and decision.severity == severity
    assert tuple(code for code in decision.assists if code != lead) == assists


def test_the_boundary_is_sound(yanliang: Pack) -> None:
    """One polygon of the district."""
    assert yanliang.boundary is not None
    (area,) = read_boundaries(yanliang.boundary).strict()
    assert area.code == "610114"


def test_the_divisions_are_the_real_ones(yanliang: Pack, shared: Callable[[str], Path]) -> None:
    """Codes and names of all 7 streets and 105 communities and villages are those of the data."""
    for file, level in (("five_counties_streets.csv", 9), ("five_counties_villages.csv", 12)):
        with shared(f"divisions/{file}").open(encoding="utf-8", newline="") as handle:
            real = {row["code"]: row["name"] for row in csv.DictReader(handle) if row["areaCode"] == "610114"}
        assert real == {code: one.name for code, one in yanliang.divisions.items() if len(code) == level}


def test_composed_classes_name_a_real_class_of_the_standard(yanliang: Pack, shared: Callable[[str], Path]) -> None:
    """Each gb_code is a (kind, code) of the transcription of GB/T 47678.5."""
    with shared("categories/gbt47678_5_classes.tsv").open(encoding="utf-8", newline="") as handle:
        known = {f"{row['kind']}:{row['code5']}" for row in csv.DictReader(handle, delimiter="\t")}
    used = [item.gb_code for item in yanliang.classes.values() if item.gb_code]
    assert set(used) <= known and len(used) == len(set(used)) and len(used) >= 20
