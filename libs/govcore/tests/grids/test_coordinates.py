from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcore.errors import Refusal
from govcore.grids import Crs, Point, convert, crs_named, distance_m, read_boundaries

SYSTEMS: tuple[Crs, ...] = ("wgs84", "cgcs2000", "gcj02", "bd09")
lons, lats = st.floats(73.5, 135.0), st.floats(18.0, 53.5)


@given(lons, lats, st.sampled_from(SYSTEMS), st.sampled_from(SYSTEMS))
def test_there_and_back_again(lon: float, lat: float, source: Crs, target: Crs) -> None:
    """Any point of China comes back within a millimetre from any system (asked for: a metre)."""
    back = convert(*convert(lon, lat, source, target), target, source)
    assert distance_m((lon, lat), back) < 0.001


@given(lons, lats)
def test_the_shift_has_its_size(lon: float, lat: float) -> None:
    """GCJ-02 lies within about a kilometre of WGS-84 and never on it; BD-09 lies further on; CGCS2000 is WGS-84."""
    gcj, bd = convert(lon, lat, "wgs84", "gcj02"), convert(lon, lat, "wgs84", "bd09")
    assert 10 < distance_m((lon, lat), gcj) < 1_500
    assert 400 < distance_m(gcj, bd) < 1_200
    assert convert(lon, lat, "cgcs2000", "bd09") == bd
    assert convert(lon, lat, "cgcs2000", "wgs84") == (lon, lat)


@pytest.mark.parametrize(
    ("source", "target", "wanted"),
    [("wgs84", "gcj02", (116.410_244_5, 39.916_404_3)), ("gcj02", "bd09", (116.410_369_5, 39.921_337_0))],
)
def test_known_points(source: Crs, target: Crs, wanted: tuple[float, float]) -> None:
    """A point of Beijing moves to where published converters show it, to a decimetre."""
    assert distance_m(convert(116.404, 39.915, source, target), wanted) < 0.1


def test_every_corner_of_the_real_counties_comes_back(shared: Callable[[str], Path]) -> None:
    """All corners of the five counties, there and back through GCJ-02 and BD-09, within a metre (here a millimetre)."""
    shapely = pytest.importorskip("shapely", reason="the extra govcore[geo] is not installed: shapely")
    counties = read_boundaries(shared("geo/five_counties_wgs84_amap.geojson").read_bytes(), code="adcode").strict()
    corners = [at for each in counties for at in shapely.get_coordinates(each.shape).tolist()]
    assert len(counties) == 5 and len(corners) > 1_000
    for lon, lat in corners:
        for system in SYSTEMS[2:]:
            shifted = convert(lon, lat, "wgs84", system)
            assert distance_m(convert(*shifted, system, "wgs84"), (lon, lat)) < 0.001 < distance_m(shifted, (lon, lat))


def test_outside_china_nothing_shifts() -> None:
    """Boston is where it is in every system but Baidu's."""
    assert convert(-71.06, 42.36, "wgs84", "gcj02") == (-71.06, 42.36)
    assert convert(-71.06, 42.36, "gcj02", "wgs84") == (-71.06, 42.36)


def test_points_that_lie_nowhere_are_refused() -> None:
    """Swapped, infinite and missing numbers are refused before anything is asked of them."""
    for lon, lat in ((31.05, 116.95), (float("nan"), 31.0), (116.95, float("inf")), (200.0, 10.0)):
        with pytest.raises(Refusal, match="GRID_BAD_POINT"):
            Point(lon, lat)
    assert Point(116.95, 31.05, "gcj02").to("wgs84").crs == "wgs84"


def test_systems_go_by_many_names() -> None:
    """Names as files write them are understood; others are refused."""
    names = ["GCJ-02", "gcj02", "WGS 84", "EPSG:4326", "EPSG:4490", "BD09LL", "urn:ogc:def:crs:OGC:1.3:CRS84"]
    assert [crs_named(name) for name in names] == ["gcj02", "gcj02", "wgs84", "wgs84", "cgcs2000", "bd09", "wgs84"]
    with pytest.raises(Refusal, match="GRID_BAD_CRS"):
        crs_named("EPSG:3857")
