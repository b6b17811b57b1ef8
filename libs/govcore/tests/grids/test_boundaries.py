from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govcore.errors import Refusal
from govcore.grids import Extent, Point, read_boundaries

pytest.importorskip("shapely", reason="the extra govcore[geo] is not installed: shapely")

SQUARE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]
BOW = [[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]


def feature(rings: Any, kind: str = "Polygon", **properties: object) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": "34", **properties},
        "geometry": {"type": kind, "coordinates": rings},
    }


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def test_polygons_with_holes_and_parts() -> None:
    """Polygons, holes, several parts and heights are read, and a ring left open is closed."""
    hole = [[0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.4]]
    far = [[[5, 5, 9.5], [6, 5, 9.5], [6, 6, 9.5], [5, 5, 9.5]]]
    found = read_boundaries(collection(feature([[SQUARE, hole], far], "MultiPolygon", name="皖"))).strict()
    assert [(each.code, each.name) for each in found] == [("34", "皖")]
    assert found[0].shape.area == pytest.approx(1 - 0.04 + 0.5)


def test_invalid_polygons_are_named_with_place_and_reason(shared: Callable[[str], Path]) -> None:
    """Of 188 real areas 8 are invalid: each is refused with number, name, reason and coordinate, the others read."""
    found = read_boundaries(shared("geo/nyc_neighborhoods.geojson").read_bytes(), code="name", file="nyc.geojson")
    assert (len(found.sound), len(found.refused)) == (180, 8)
    said = {
        (no.row, no.value): (no.params["reason"], round(no.params["lon"], 4), round(no.params["lat"], 4))
        for no in found.refused
    }
    assert said[33, "College Point"] == ("Self-intersection", -73.8502, 40.7796)
    assert said[139, "East Harlem North"] == ("Too few points in geometry component", -73.9355, 40.8102)
    assert {no.code for no in found.refused} == {"GRID_INVALID_POLYGON"}
    assert "College Point" in found.refused[2].text("en") and "-73.85" in found.refused[2].text("zh_CN")
    with pytest.raises(Refusal) as no:
        found.strict()
    assert (no.value.file, no.value.row) == ("nyc.geojson", 8)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (feature([BOW]), "GRID_INVALID_POLYGON"),
        (feature([SQUARE[:2]]), "GRID_BAD_FEATURE"),
        (feature(["ring"]), "GRID_BAD_FEATURE"),
        (feature([[[500000.0, 3400000.0], *SQUARE[1:4], [500000.0, 3400000.0]]]), "GRID_BAD_FEATURE"),
        (feature([[["a", 0.0], *SQUARE[1:]]]), "GRID_BAD_FEATURE"),
        (feature([[[float("nan"), 0.0], *SQUARE[1:]]]), "GRID_BAD_FEATURE"),
        (feature([]), "GRID_BAD_FEATURE"),
        (feature([[]], "MultiPolygon"), "GRID_BAD_FEATURE"),
        (feature([0.0, 0.0], "Point"), "GRID_BAD_FEATURE"),
        (feature([SQUARE], crs="EPSG:3857"), "GRID_BAD_CRS"),
        (feature([SQUARE], code=None), "GRID_BAD_FEATURE"),
        ({"type": "Feature", "properties": {}, "geometry": None}, "GRID_BAD_FEATURE"),
        ("feature", "GRID_BAD_FEATURE"),
        (feature([SQUARE], code="11"), "GRID_DUPLICATE_CODE"),
    ],
)
def test_one_bad_feature_does_not_spoil_the_rest(bad: Any, code: str) -> None:
    """Whatever is wrong with a feature, it is refused with its number and the sound ones are read."""
    found = read_boundaries(collection(feature([SQUARE], code="11"), bad, feature([SQUARE], code="12")), file="f")
    assert [each.code for each in found.sound] == ["11", "12"]
    assert [(no.code, no.row, no.file) for no in found.refused] == [(code, 2, "f")]
    assert "{" not in found.refused[0].text("zh_CN") + found.refused[0].text("en")


def test_an_extent_says_what_lies_inside() -> None:
    """Points inside or on the border of any of the areas are inside, in whatever system they were measured."""
    county = read_boundaries(collection(feature([[[at[0] + 116, at[1] + 31] for at in SQUARE]]))).strict()
    extent = Extent(county)
    inside = Point(116.5, 31.5)
    assert extent.contains(inside) and extent.contains(inside.to("bd09")) and extent.contains(Point(116.0, 31.0))
    assert not extent.contains(Point(116.0, 30.999)) and not Extent(()).contains(inside)


def test_systems_that_contradict_are_refused() -> None:
    """A file said to be WGS-84 whose feature says GCJ-02 is refused rather than misplaced."""
    found = read_boundaries(collection(feature([SQUARE], crs="GCJ-02")), crs="wgs84")
    assert [no.code for no in found.refused] == ["GRID_BAD_CRS"]


@pytest.mark.parametrize(
    "document", ["{", "[]", '{"type": "Feature"}', b"\xff\xfe", json.dumps({"type": "FeatureCollection"})]
)
def test_what_is_no_collection_is_refused(document: str | bytes) -> None:
    """A document that is not GeoJSON at all is refused as a whole, with its file."""
    with pytest.raises(Refusal) as no:
        read_boundaries(document, file="x.geojson")
    assert (no.value.code, no.value.file) == ("GRID_BAD_GEOJSON", "x.geojson")
