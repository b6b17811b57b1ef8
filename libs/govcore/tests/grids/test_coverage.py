from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

shapely = pytest.importorskip("shapely", reason="the extra govcore[geo] is not installed: shapely")

from govcore.grids import Boundaries, Boundary, Division, Grid, Locator, Point, Registry, read_boundaries  # noqa: E402
from govcore.grids.coverage import Coverage, check  # noqa: E402
from govcore.grids.picture import picture  # noqa: E402

WEST, SOUTH, STEP = 116.9, 31.0, 0.01


def box(column: float, row: float, wide: float = 1, high: float = 1) -> Any:
    x, y = WEST + column * STEP, SOUTH + row * STEP
    return shapely.box(x, y, x + wide * STEP, y + high * STEP)


def of(*shapes: tuple[str, Any], parent: str | None = None, outer: Any = None) -> Coverage:
    """The check of some grids, in a town where ``outer`` is given."""
    said = {"level": "grid", "parent": parent}
    read = [Boundary(code, code, shape, properties=said) for code, shape in shapes]
    if outer is not None:
        read.append(Boundary(str(parent), "", outer, properties={"level": "town"}))
    return check(Boundaries(tuple(read), ()))


def test_neighbours_that_share_a_line_pass() -> None:
    """Grids that touch, in a parent that they fill, are as they must be."""
    found = of(("a", box(0, 0)), ("b", box(1, 0)), parent="t", outer=box(0, 0, 2))
    assert found.passed and found.as_dict()["polygons"] == 3 and found.as_geojson()["type"] == "FeatureCollection"


def test_overlap_gap_sliver_and_outside_have_their_square_metres() -> None:
    """Each fault is named with whose ground it is, how much, how wide, and a point in it."""
    found = of(("a", box(0, 0, 1.1)), ("b", box(1, 0)), ("c", box(2.000_05, 0, 1.2)), parent="t", outer=box(0, 0, 3))
    (overlap,), (gap,), (outside,) = found.of("overlap"), found.of("gap"), found.of("outside")
    a_square = 954.9 * 1_108.7  # metres of 0.01 degrees at 31 N on the ellipsoid
    assert (overlap.codes, gap.codes, outside.codes) == (("a", "b"), ("t",), ("c", "t"))
    assert overlap.area_m2 == pytest.approx(0.1 * a_square, rel=0.001) and not overlap.sliver
    assert outside.area_m2 == pytest.approx(0.200_05 * a_square, rel=0.001)
    assert gap.sliver and gap.width_m == pytest.approx(0.048, abs=0.001)
    assert box(1, 0, 0.1).contains(shapely.Point(overlap.at)) and not found.passed
    assert {key: found.as_dict()[key] for key in ("overlaps", "gaps", "outside", "slivers")} == {
        "overlaps": 1,
        "gaps": 1,
        "outside": 1,
        "slivers": 1,
    }


def test_what_is_enclosed_by_all_is_a_gap_where_no_parent_is_known() -> None:
    """Without a parent a hole in the ground of a layer is a gap; what lies around it is none."""
    ring = box(0, 0, 3, 3).difference(box(1, 1))
    assert [each.codes for each in of(("a", ring)).of("gap")] == [()]
    assert of(("a", ring), ("b", box(1, 1))).passed


def test_a_registry_says_the_levels() -> None:
    """Parts may lie in their grid and dedicated grids across it; comprehensive grids of one level may not overlap."""
    place = Division("340881001001", "西苑社区")
    shapes = {"001": box(0, 0), "002": box(1, 0), "003": box(0, 0, 0.5), "004": box(0.5, 0), "005": box(0.4, 0, 0.6)}
    code = "340881001001"
    grids = [
        Grid(code + "001", "一", code),
        Grid(code + "002", "二", code),
        Grid(code + "003", "三", code, parent=code + "001"),
        Grid(code + "004", "四", code, kind="dedicated"),
        Grid(code + "005", "五", code, parent=code + "001"),
    ]
    read = Boundaries(tuple(Boundary(code + key, "", shape) for key, shape in shapes.items()), ())
    found = check(read, registry=Registry([place], grids), wanted=[code + "001", code + "009"])
    assert [(each.what, each.codes) for each in found.findings] == [("overlap", (code + "003", code + "005"))]
    assert found.without == (code + "009",)


def test_invalid_polygons_stand_in_the_answer() -> None:
    """An invalid polygon is counted, named and shown; it fails the check, and mended it does not."""
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    document = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"name": "弓"}, "geometry": bow}],
    }
    found = check(read_boundaries(document, code=None))
    assert found.as_dict()["invalid"] == [{"id": "弓", "reason": "Self-intersection", "at": [0.5, 0.5]}]
    assert found.polygons == 1 and not found.passed
    mended = read_boundaries(document, code=None, mend=True)
    assert check(mended).passed and [no.value for no in mended.mended] == ["弓"]


def test_the_picture_shows_every_boundary_and_finding() -> None:
    """The SVG is well-formed, says in both languages what it shows, and names each boundary and finding."""
    found = of(("a<&", box(0, 0, 1.1)), ("b", box(1, 0)), parent="t", outer=box(0, 0, 3))
    drawn = ElementTree.fromstring(picture(found, "桐城"))
    texts = [each.text or "" for each in drawn.iter() if each.text and each.text.strip()]
    assert any("a<&" in text for text in texts) and any("重叠 overlap 1" in text for text in texts)
    assert any("空白 gap 1" in text for text in texts)
    assert json.dumps(found.as_geojson()).count('"what": "gap"') == 1


shift = st.floats(-0.45, 0.45)


@pytest.mark.slow
@settings(max_examples=60)
@given(st.data())
def test_after_a_passed_check_no_point_lies_in_two_grids(data: st.DataObject) -> None:
    """Cells with their corners moved about, some of them once more on their own: passed, and each point has at most
    one grid; or not passed, and a point of the overlap has two."""
    corners = {
        (x, y): (WEST + (x + data.draw(shift)) * STEP, SOUTH + (y + data.draw(shift)) * STEP)
        for x in range(4)
        for y in range(4)
    }
    moved = data.draw(st.none() | st.sampled_from(sorted(corners)))
    grids = []
    for x in range(3):
        for y in range(3):
            ring = [corners[at] for at in ((x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1))]
            if (x, y) == moved:
                ring[2] = (ring[2][0] + data.draw(shift) * STEP, ring[2][1] + data.draw(shift) * STEP)
            shape = shapely.Polygon(ring)
            if shape.is_valid:
                code = f"340881001001{x * 3 + y + 1:03}"
                grids.append(Grid(code, code, "340881001001", boundary=Boundary(code, "", shape)))
    registry = Registry([Division("340881001001", "")], grids)
    found = check(Boundaries(tuple(each.boundary for each in grids if each.boundary), ()), registry=registry)
    locator = Locator(registry)

    def holding(lon: float, lat: float) -> list[str]:
        spot = shapely.Point(lon, lat)
        return [each.code for each in grids if each.boundary and each.boundary.shape.contains_properly(spot)]

    for each in found.of("overlap"):
        assert set(each.codes) <= set(holding(*each.at))
    if not found.of("overlap"):
        for _ in range(20):
            lon = WEST + data.draw(st.floats(-0.5, 3.5)) * STEP
            lat = SOUTH + data.draw(st.floats(-0.5, 3.5)) * STEP
            here = holding(lon, lat)
            assert len(here) <= 1
            answer = locator.by_points([lon], [lat])[0]
            assert answer == here[0] if here else answer is None or locator.by_point(Point(lon, lat)).sure == "likely"
