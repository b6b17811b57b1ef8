from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from govcore.errors import Refusal
from govcore.grids import GRID_CODES, CodeProfile, Division, Grid, Registry

DIVISIONS = [
    Division("3408", "安庆市"),
    Division("340881", "桐城市"),
    Division("340881001", "文昌街道"),
    Division("340881001001", "西苑社区居委会"),
    Division("340881001002", "东苑社区居委会"),
    Division("340881103", "孔城镇"),
    Division("340881103004", "文昌村"),
]
GRIDS = [
    Grid("340881001001001", "西苑第一网格", "340881001001", level="grid"),
    Grid("340881001001002", "西苑微网格", "340881001001", level="micro", parent="340881001001001"),
    Grid("340881001001003", "旧网格", "340881001001", until=date(2026, 1, 1)),
    Grid("340881001001004", "学校", "340881001001", kind="dedicated", since=date(2026, 7, 1)),
]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry(DIVISIONS, GRIDS, grid_profile=GRID_CODES[15])


def test_the_chain_climbs_from_the_grid(registry: Registry) -> None:
    """From a microgrid the chain goes over its grid, village, town and county to the highest known division."""
    names = [area.name for area in registry.chain("340881001001002")]
    assert names == ["西苑微网格", "西苑第一网格", "西苑社区居委会", "文昌街道", "桐城市", "安庆市"]
    assert registry.areas("340881103000") == ("340881103", "340881", "3408")
    assert registry.full_name("340881001001002").endswith("文昌街道西苑社区居委会西苑第一网格西苑微网格")
    assert registry.place("340881001001002") == "34.08.81.001.001"


def test_children_and_grids(registry: Registry) -> None:
    """Children are the divisions directly below; grids are those in force, of the division or of all below it."""
    assert [each.name for each in registry.children("340881000000")] == ["文昌街道", "孔城镇"]
    assert [each.name for each in registry.roots()] == ["安庆市"]
    assert [each.name for each in registry.grids_in("340881001001", at=date(2025, 6, 1))] == [
        "西苑第一网格",
        "西苑微网格",
        "旧网格",
    ]
    assert [each.name for each in registry.grids_in("3408", at=date(2026, 7, 1), deep=True)] == [
        "西苑第一网格",
        "西苑微网格",
        "学校",
    ]
    assert [each.name for each in registry.parts_of("340881001001001")] == ["西苑微网格"]
    assert registry.children("340881103004") == ()


def test_unknown_codes_say_what_is_known_above(registry: Registry) -> None:
    """A village that does not exist is refused with the nearest division that does."""
    with pytest.raises(Refusal) as no:
        registry.division("340881103999")
    assert (no.value.code, no.value.params["known"], no.value.params["known_name"]) == (
        "GRID_UNKNOWN_CODE",
        "340881103",
        "孔城镇",
    )
    assert "孔城镇" in no.value.text("zh_CN") and "340881103999" in no.value.text("en")
    with pytest.raises(Refusal, match="GRID_UNKNOWN_GRID"):
        registry.grid("340881001001999")
    with pytest.raises(Refusal, match="GRID_BAD_GRID_CODE"):
        registry.grid("34088100100")
    with pytest.raises(Refusal, match="GRID_UNKNOWN_CODE"):
        registry.chain("110101")


@pytest.mark.parametrize(
    ("grid", "code"),
    [
        (Grid("340881001001001", "again", "340881001001"), "GRID_DUPLICATE_CODE"),
        (Grid("340881001002009", "elsewhere", "340881001001"), "GRID_NOT_IN_DIVISION"),
        (Grid("340881999001001", "nowhere", "340881999001"), "GRID_UNKNOWN_CODE"),
        (Grid("3408810010010", "short", "340881001001"), "GRID_BAD_GRID_CODE"),
        (Grid("340881001001009", "orphan", "340881001001", parent="340881001001777"), "GRID_BAD_PARENT"),
        (Grid("340881001002009", "far", "340881001002", parent="340881001001001"), "GRID_BAD_PARENT"),
        (Grid("340881001001009", "own", "340881001001", parent="340881001001009"), "GRID_BAD_PARENT"),
    ],
)
def test_what_does_not_fit_is_refused(grid: Grid, code: str) -> None:
    """Double codes, grids of other or unknown divisions, and parents unknown, far away or in a circle are refused."""
    with pytest.raises(Refusal) as no:
        Registry(DIVISIONS, [*GRIDS, grid], grid_profile=GRID_CODES[15])
    assert no.value.code == code
    assert code not in no.value.text("zh_CN") and "{" not in no.value.text("en")


def test_divisions_twice(registry: Registry) -> None:
    """The same code twice is refused; a city that is also listed as its own county is one division."""
    with pytest.raises(Refusal, match="GRID_DUPLICATE_CODE"):
        Registry([*DIVISIONS, Division("340881", "again")])
    dongguan = Registry([Division("4419", "东莞市"), Division("441900", "东莞市"), Division("441900003", "东城街道")])
    assert [area.name for area in dongguan.chain("441900003")] == ["东城街道", "东莞市"]


def test_names_are_found_without_their_endings(registry: Registry) -> None:
    """People leave out official endings and blanks; the best fit comes first, and full names tell twins apart."""
    assert [match.name for match in registry.search("西苑社区")] == ["西苑社区居委会"]
    found = registry.search(" 文 昌 ")
    assert [(match.name, match.fit) for match in found] == [("文昌村", "core"), ("文昌街道", "core")]
    assert found[0].full_name == "安庆市桐城市孔城镇文昌村"
    assert [match.code for match in registry.search("文昌", within="340881001")] == ["340881001"]
    assert [match.fit for match in registry.search("网格", limit=2)] == ["part", "part"]
    assert registry.search("  ") == () == registry.search("哈尔滨")


def test_a_real_county(shared: Callable[[str], Path]) -> None:
    """Tongcheng's streets and villages from the real files: 228 villages under its towns, each with its place."""
    streets, villages = ("divisions/five_counties_streets.csv", "divisions/five_counties_villages.csv")
    divisions = [Division("340881", "桐城市")]
    for name in (streets, villages):
        with shared(name).open(encoding="utf-8") as lines:
            divisions += [
                Division(row["code"], row["name"]) for row in csv.DictReader(lines) if row["areaCode"] == "340881"
            ]
    registry = Registry(divisions)
    towns = registry.children("340881")
    assert sum(len(registry.children(town.code)) for town in towns) == 228
    assert len(registry.divisions) == 1 + len(towns) + 228
    assert registry.search("孔城")[0].name == "孔城镇"


def test_another_country() -> None:
    """A registry with a separator profile knows neighbourhoods under a city without their state being listed."""
    boston = Registry(
        [Division("us.ma.bos", "Boston"), Division("us.ma.bos.allston", "Allston")], profile=CodeProfile(separator=".")
    )
    assert boston.areas("us.ma.bos.allston") == ("us.ma.bos.allston", "us.ma.bos")
    assert boston.full_name("us.ma.bos.allston", joined=", ") == "Boston, Allston"
    assert boston.search("ALLSTON")[0].fit == "exact"
