from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from govcore.errors import Refusal
from govcore.grids import (
    GRID_CODES,
    Boundary,
    Division,
    Grid,
    Locator,
    Point,
    Registry,
    convert,
    polygon,
    read_boundaries,
)

pytest.importorskip("shapely", reason="the extra govcore[geo] is not installed: shapely")

WEST, SOUTH, STEP = 116.90, 31.00, 0.01


def square(column: float, row: float, size: float = 1.0) -> Any:
    """A square of about a kilometre, counted from the south-west."""
    x, y = WEST + column * STEP, SOUTH + row * STEP
    far_x, far_y = x + size * STEP, y + size * STEP
    return polygon({"type": "Polygon", "coordinates": [[[x, y], [far_x, y], [far_x, far_y], [x, far_y], [x, y]]]})


def spot(column: float, row: float) -> Point:
    return Point(WEST + column * STEP, SOUTH + row * STEP)


def grid(number: int, column: float, row: float, size: float = 1.0, **more: Any) -> Grid:
    code = f"340881001001{number:03}"
    return Grid(code, f"第{number}网格", "340881001001", boundary=Boundary(code, "", square(column, row, size)), **more)


DIVISIONS = [
    Division("340881", "桐城市"),
    Division("340881001", "文昌街道"),
    Division("340881001001", "西苑社区"),
    Division("340881001002", "东苑社区"),
    Division("340881001003", "南苑社区"),
]
GRIDS = [
    grid(1, 0, 0),
    grid(2, 1, 0),
    grid(3, 0, 0, 0.3, parent="340881001001001"),
    grid(4, 0.5, 0.5, 1, kind="dedicated"),
    grid(5, 2, 0, until=date(2026, 1, 1)),
    Grid("340881001002001", "东苑网格", "340881001002"),
]
REGISTRY = Registry(DIVISIONS, GRIDS, grid_profile=GRID_CODES[15])
AREAS = [Boundary("340881001002", "", square(5, 5)), Boundary("340881", "", square(-1, -1, 10))]
LOCATOR = Locator(REGISTRY, AREAS)


def test_by_grid_code() -> None:
    """A grid code is certain, with the chain above it; malformed, unknown and ended ones are refused."""
    found = LOCATOR.by_grid("340881001001001")
    assert found.grid is not None
    assert (found.grid.name, found.division.name, found.how, found.sure) == (
        "第1网格",
        "西苑社区",
        "grid_code",
        "certain",
    )
    assert [area.name for area in found.chain] == ["第1网格", "西苑社区", "文昌街道", "桐城市"]
    assert found.place == "34.08.81.001.001"
    for code, wanted in (
        ("x", "GRID_BAD_GRID_CODE"),
        ("340881001001999", "GRID_UNKNOWN_GRID"),
        ("340881001001005", "GRID_NOT_IN_FORCE"),
    ):
        with pytest.raises(Refusal, match=wanted):
            LOCATOR.by_grid(code)
    assert LOCATOR.by_grid("340881001001005", at=date(2025, 5, 1)).sure == "certain"


def test_by_division_code() -> None:
    """A village with one grid gives it; with several they are candidates; with none the village is the answer."""
    one, many, none = (LOCATOR.by_division(f"34088100100{n}") for n in (2, 1, 3))
    assert one.grid is not None and one.grid.name == "东苑网格" and one.sure == "certain"
    assert many.grid is None and many.sure == "unsure"
    assert [candidate.name for candidate in many.candidates] == ["第1网格", "第2网格"]
    assert none.grid is None and none.sure == "certain" and none.division.name == "南苑社区"
    with pytest.raises(Refusal, match="GRID_UNKNOWN_CODE"):
        LOCATOR.by_division("340881001999")


def test_by_point_in_a_grid() -> None:
    """A point well inside one grid is certain, and nobody else comes into question."""
    found = LOCATOR.by_point(spot(1.2, 0.25))
    assert found.grid is not None and (found.grid.name, found.how, found.sure) == ("第2网格", "point", "certain")
    assert found.candidates == ()


def test_parts_and_kinds_decide_where_grids_overlap() -> None:
    """In a microgrid its microgrid answers; where a dedicated grid lies across, the comprehensive one does."""
    micro, across = LOCATOR.by_point(spot(0.1, 0.1)), LOCATOR.by_point(spot(0.7, 0.7))
    assert micro.grid is not None and micro.grid.name == "第3网格" and micro.chain[1].name == "第1网格"
    assert across.grid is not None and across.grid.name == "第1网格"
    assert across.candidates[0] == across.candidates[0].__class__("340881001001004", "第4网格", 0.0)
    dedicated = Locator(REGISTRY, AREAS, kinds=("dedicated",)).by_point(spot(0.7, 0.7))
    assert dedicated.grid is not None and dedicated.grid.name == "第4网格"


def test_near_a_border_the_answer_is_only_likely() -> None:
    """On the border of two grids, or a few metres from it, the other one is named with its distance."""
    on_it, near_it = LOCATOR.by_point(spot(1.0, 0.2)), LOCATOR.by_point(spot(1.0 + 0.005, 0.2))
    assert on_it.sure == near_it.sure == "likely"
    assert {on_it.grid and on_it.grid.name, on_it.candidates[0].name} == {"第1网格", "第2网格"}
    assert near_it.candidates[0].distance_m == pytest.approx(4.8, abs=0.2)


def test_ended_grids_do_not_answer() -> None:
    """The grid in force on the day answers; without a day, those not ended."""
    assert LOCATOR.by_point(spot(2.5, 0.5)).grid is None
    found = LOCATOR.by_point(spot(2.5, 0.5), at=date(2025, 5, 1))
    assert found.grid is not None and found.grid.name == "第5网格"


def test_by_point_in_a_division() -> None:
    """In a village with a boundary its only grid answers; in the county alone the county does, with what is near."""
    village, county = LOCATOR.by_point(spot(5.5, 5.5)), LOCATOR.by_point(spot(0.5, -0.5))
    assert village.grid is not None and (village.grid.name, village.how, village.sure) == (
        "东苑网格",
        "point",
        "certain",
    )
    assert county.grid is None and county.division.name == "桐城市"
    assert county.candidates[0].name == "第1网格"


def test_a_point_outside_is_refused_with_what_is_nearest() -> None:
    """Outside everything a point is refused with the nearest area and its metres; within a tolerance it is likely."""
    with pytest.raises(Refusal) as no:
        LOCATOR.by_point(spot(9.5, 4))
    assert (no.value.code, no.value.params["nearest"]) == ("GRID_POINT_OUTSIDE", "桐城市")
    assert no.value.params["metres"] == pytest.approx(477, abs=3)
    assert "116." not in no.value.text("zh_CN")
    assert Locator(REGISTRY, AREAS, outside_m=500).by_point(spot(9.5, 4)).sure == "likely"
    with pytest.raises(Refusal, match="GRID_NO_BOUNDARIES"):
        Locator(Registry(DIVISIONS)).by_point(spot(0, 0))


def test_points_in_other_systems_are_converted() -> None:
    """The same spot measured on a Chinese map lies in the same grid, not half a kilometre off."""
    lon, lat = convert(spot(1.5, 0.25).lon, spot(1.5, 0.25).lat, "wgs84", "gcj02")
    found = LOCATOR.by_point(Point(lon, lat, "gcj02"))
    assert found.grid is not None and found.grid.name == "第2网格"
    unconverted = LOCATOR.by_point(Point(lon, lat))
    assert unconverted.grid is None or unconverted.grid.name != "第2网格"


def test_what_is_given_is_tried_in_order() -> None:
    """Grid code before point before division; a refused way is a doubt, and the next one answers."""
    assert LOCATOR.locate(grid="340881001001002", division="340881001001").how == "grid_code"
    found = LOCATOR.locate(grid="340881001001999", point=spot(9.5, 4), division="340881001002")
    assert (found.how, found.division.name) == ("division", "东苑社区")
    assert [no.code for no in found.doubts] == ["GRID_UNKNOWN_GRID", "GRID_POINT_OUTSIDE"]
    with pytest.raises(Refusal, match="GRID_UNKNOWN_GRID"):
        LOCATOR.locate(grid="340881001001999", division="999999")
    with pytest.raises(Refusal, match="GRID_NOTHING_GIVEN"):
        LOCATOR.locate()


def test_ways_that_disagree_are_unsure() -> None:
    """A point in one village with the code of another is unsure and says so; the point's village decides."""
    found = LOCATOR.locate(point=spot(0.2, 0.8), division="340881001002")
    assert (found.division.name, found.sure) == ("西苑社区", "unsure")
    assert [no.code for no in found.doubts] == ["GRID_PLACES_DISAGREE"]


def test_a_point_that_only_says_the_county_leaves_the_village_to_the_code() -> None:
    """Where only the county has a boundary, a village given with the point decides, and nothing disagrees."""
    found = LOCATOR.locate(point=spot(7.5, 7.5), division="340881001002")
    assert found.grid is not None and (found.grid.name, found.how, found.doubts) == ("东苑网格", "division", ())


def test_a_real_county_of_two_parts(shared: Callable[[str], Path]) -> None:
    """Points in and around the real Tongcheng are told apart, whichever system they come in."""
    read = read_boundaries(shared("geo/five_counties_wgs84_amap.geojson").read_bytes(), code="adcode").strict()
    county = Locator(Registry([Division("340881", "桐城市")]), [each for each in read if each.code == "340881"])
    market = Point(116.95, 31.04)
    assert county.by_point(market).division.name == "桐城市"
    assert county.by_point(market.to("bd09")).division.name == "桐城市"
    assert county.by_point(Point(117.2125, 30.6902)).division.name == "桐城市"
    with pytest.raises(Refusal, match="GRID_POINT_OUTSIDE"):
        county.by_point(Point(117.05, 30.53))
