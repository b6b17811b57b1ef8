from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

shapely = pytest.importorskip("shapely", reason="the extra govcore[geo] is not installed: shapely")
shapefile = pytest.importorskip("shapefile", reason="the extra govcore[geo] is not installed: pyshp")
pyproj = pytest.importorskip("pyproj", reason="the extra govcore[geo] is not installed: pyproj")

from govcore.errors import Refusal  # noqa: E402
from govcore.grids import read_boundaries  # noqa: E402
from govcore.grids.shapefiles import read_boundary_file  # noqa: E402

SQUARE = [(116.9, 31.0), (116.9, 31.01), (116.91, 31.01), (116.91, 31.0), (116.9, 31.0)]


def packed(
    *rings: Any, epsg: int | None = 4490, encoding: str = "gb18030", cpg: str | None = None, leave: tuple[str, ...] = ()
) -> bytes:
    """A shapefile as a surveyor sends it."""
    shp, shx, dbf = BytesIO(), BytesIO(), BytesIO()
    with shapefile.Writer(shp=shp, shx=shx, dbf=dbf, shapeType=shapefile.POLYGON, encoding=encoding) as writer:
        writer.field("code", "C", 20)
        writer.field("name", "C", 40)
        for number, ring in enumerate(rings, 1):
            writer.poly([ring])
            writer.record(f"34088100100100{number}", "第一网格")
    parts = {"shp": shp.getvalue(), "shx": shx.getvalue(), "dbf": dbf.getvalue()}
    if epsg is not None:
        parts["prj"] = pyproj.CRS.from_epsg(epsg).to_wkt("WKT1_ESRI").encode()
    if cpg is not None:
        parts["cpg"] = cpg.encode()
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for ending, content in parts.items():
            if ending not in leave:
                archive.writestr(f"grids/网格.{ending}", content)
    return out.getvalue()


def test_degrees_of_cgcs2000_with_chinese_names() -> None:
    """A zip in CGCS2000 is taken as it is, its system recorded, its names read in whatever encoding they are."""
    for encoding, cpg in (("gb18030", None), ("utf-8", None), ("gb18030", "936"), ("utf-8", "UTF-8")):
        (found,) = read_boundary_file(packed(SQUARE, encoding=encoding, cpg=cpg), file="f.zip").strict()
        assert (found.code, found.name, found.crs) == ("340881001001001", "第一网格", "cgcs2000")
        assert found.shape.equals(shapely.Polygon(SQUARE))


@pytest.mark.parametrize("epsg", [4548, 4527, 32650])
def test_metres_of_a_zone_become_degrees(epsg: int) -> None:
    """Gauss-Krueger metres (three-degree zone 39, without and with its number) and UTM metres are told by the .prj."""
    to = pyproj.Transformer.from_crs(4490, epsg, always_xy=True).transform
    (found,) = read_boundary_file(packed([to(*at) for at in SQUARE], epsg=epsg), file="f.zip").strict()
    assert found.shape.hausdorff_distance(shapely.Polygon(SQUARE)) < 1e-7


def test_gcj02_is_said_by_whoever_imports() -> None:
    """A shapefile without .prj is converted from the system that is said, and the system is recorded."""
    (found,) = read_boundary_file(packed(SQUARE, epsg=None), file="f.zip", crs="gcj02").strict()
    assert found.crs == "gcj02" and 111_195 * found.shape.distance(shapely.Point(SQUARE[0])) + 600 > 300
    assert not found.shape.equals(shapely.Polygon(SQUARE))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"PK\x03\x04broken", "GRID_BAD_SHAPEFILE"),
        (packed(SQUARE, leave=("shp",)), "GRID_BAD_SHAPEFILE"),
        (packed(SQUARE, leave=("dbf",)), "GRID_BAD_SHAPEFILE"),
        (packed(SQUARE, encoding="gb18030", cpg="UTF-8"), "GRID_BAD_SHAPEFILE"),
        (packed(SQUARE, epsg=4214), "GRID_BAD_CRS"),
        (b"{", "GRID_BAD_GEOJSON"),
    ],
)
def test_what_cannot_be_read_is_refused_whole(raw: bytes, code: str) -> None:
    """Broken, incomplete, wrongly encoded files, and those of a datum whose shift is unknown, name the file."""
    with pytest.raises(Refusal, match=code) as no:
        read_boundary_file(raw, file="f.zip")
    assert no.value.file == "f.zip" and "{" not in no.value.text("en") + no.value.text("zh_CN")


def test_invalid_polygons_of_a_shapefile_are_named() -> None:
    """Number, code and place of the fault, as in GeoJSON; the others are read."""
    bow = [(116.9, 31.0), (116.91, 31.01), (116.91, 31.0), (116.9, 31.01), (116.9, 31.0)]
    found = read_boundary_file(packed(SQUARE, bow), file="f.zip")
    assert len(found.sound) == 1 and [(no.code, no.row, no.value) for no in found.refused] == [
        ("GRID_INVALID_POLYGON", 2, "340881001001002")
    ]


def test_the_two_files_of_five_counties_agree(shared: Callable[[str], Path]) -> None:
    """Converted from GCJ-02 each county covers what it covers in WGS-84: intersection over union at least 0.998."""
    ours = read_boundaries(shared("geo/five_counties_wgs84_amap.geojson").read_bytes(), code="adcode").strict()
    theirs = read_boundaries(shared("geo/five_counties_gcj02_cnmaps.geojson").read_bytes(), code="adcode").strict()
    assert {each.crs for each in theirs} == {"gcj02"} and len(ours) == 5
    shapes = {each.code: each.shape for each in theirs}
    for each in ours:
        other = shapes[each.code]
        assert each.shape.intersection(other).area / each.shape.union(other).area >= 0.998, each.name


def test_mended_only_when_asked(shared: Callable[[str], Path]) -> None:
    """All eight invalid areas are refused; asked to, each is mended, named, valid, and keeps its ground."""
    raw = shared("geo/nyc_neighborhoods.geojson").read_bytes()
    plain, mended = read_boundary_file(raw, file="nyc"), read_boundary_file(raw, file="nyc", mend=True)
    assert (len(plain.sound), len(plain.refused), plain.mended) == (180, 8, ())
    assert (len(mended.sound), mended.refused) == (188, ())
    assert [no.value for no in mended.mended] == [no.value for no in plain.refused]
    names = {no.value for no in mended.mended}
    for each in mended.sound:
        assert each.shape.is_valid and (each.name not in names or each.shape.area > 1e-5)
