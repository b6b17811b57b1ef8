"""Boundaries from an ESRI shapefile packed as one zip (``.shp``, ``.dbf``, and ``.prj``, ``.cpg`` where there are any).

Read by pyshp.  What the ``.prj`` means is asked of pyproj: degrees in WGS-84 or CGCS2000 are taken as they are, metres
of a projection of either (the Gauss-Krueger zones 高斯-克吕格 that surveyors deliver) become degrees; another datum is
refused, for its shift cannot be guessed.  GCJ-02 and BD-09 have no ``.prj``: who imports says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from zipfile import BadZipFile, ZipFile

from govcore.errors import Refusal
from govcore.grids.boundaries import Boundaries, read_boundaries
from govcore.grids.coordinates import Crs

MOST_BYTES = 512 * 1024 * 1024
"""So much a packed file may unfold to; more is refused before it is unpacked."""
_DATUMS: dict[str, Crs] = {"wgs": "wgs84", "world geodetic": "wgs84", "china": "cgcs2000", "cgcs": "cgcs2000"}


def is_zip(raw: bytes) -> bool:
    """Whether these bytes begin as a zip does."""
    return raw[:4] == b"PK\x03\x04"


def read_boundary_file(
    raw: bytes, *, crs: Crs | None = None, code: str | None = None, name: str = "name", file: str, mend: bool = False
) -> Boundaries:
    """The boundaries of a file as it lies on a disk, GeoJSON or a zipped shapefile.

    ``crs``, ``code``, ``name``, ``mend`` and the refusals as :func:`read_boundaries` has them.  Raises
    ``GRID_BAD_SHAPEFILE`` (with the ``reason``), ``GRID_BAD_CRS`` (the ``.prj`` is of another datum, or says other
    than ``crs``) and ``GRID_BAD_GEOJSON``.
    """
    if not is_zip(raw):
        return read_boundaries(raw, crs=crs, code=code, name=name, file=file, mend=mend)
    document, said = _collection(raw, file)
    if crs and said and crs != said:
        raise Refusal("GRID_BAD_CRS", file=file, field=".prj", value=said)
    return read_boundaries(document, crs=crs or said, code=code, name=name, file=file, mend=mend)


def _collection(raw: bytes, file: str) -> tuple[dict[str, Any], Crs | None]:
    try:
        import shapefile
    except ImportError:
        raise Refusal("GRID_NEEDS_SHAPELY", field="govcore[geo]") from None
    parts = _unpacked(raw, file)
    degrees, crs = _system(parts.get("prj"), file)
    try:
        reader = shapefile.Reader(
            shp=BytesIO(parts["shp"]), dbf=BytesIO(parts["dbf"]), encoding=_encoding(parts), encodingErrors="strict"
        )
        features = [
            {"type": "Feature", "properties": dict(each.record.as_dict()), "geometry": _geometry(each, degrees)}
            for each in reader.iterShapeRecords()
        ]
    except UnicodeDecodeError:
        raise _bad(file, "the .dbf is in another encoding than its .cpg says") from None
    except Exception as error:  # a reader of a binary format meets bytes that nobody foresaw
        raise _bad(file, f"{type(error).__name__}: {error}"[:120]) from None
    return {"type": "FeatureCollection", "features": features}, crs


def _unpacked(raw: bytes, file: str) -> dict[str, bytes]:
    """The bytes of the one shapefile in it, by ending.  A zip of several is refused: which one was meant?"""
    try:
        with ZipFile(BytesIO(raw)) as packed:
            found = [each for each in packed.infolist() if PurePosixPath(each.filename).suffix.lower() == ".shp"]
            if len(found) != 1:
                raise _bad(file, f"{len(found)} .shp in the zip, not one")
            stem = found[0].filename[:-4]
            wanted = [each for each in packed.infolist() if each.filename[:-4] == stem and each.filename[-4:-3] == "."]
            if sum(each.file_size for each in wanted) > MOST_BYTES:
                raise _bad(file, f"more than {MOST_BYTES} bytes unpacked")
            parts = {each.filename[-3:].lower(): packed.read(each) for each in wanted}
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise _bad(file, str(error)[:120]) from None
    if "dbf" not in parts:
        raise _bad(file, "no .dbf beside the .shp")
    return parts


def _encoding(parts: dict[str, bytes]) -> str:
    """What the ``.cpg`` says, else UTF-8 where the names are that, else GB18030, in which most Chinese ones are."""
    if said := parts.get("cpg", b"").decode("ascii", "replace").strip():
        return {"65001": "utf-8", "936": "gb18030"}.get(said, said)
    try:
        parts["dbf"][int.from_bytes(parts["dbf"][8:10], "little") :].decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _system(prj: bytes | None, file: str) -> tuple[Any, Crs | None]:
    """How to make degrees of what is in the file (None: they are), and which system those are in."""
    if not prj:
        return None, None
    import pyproj
    from pyproj.exceptions import CRSError

    try:
        found = pyproj.CRS.from_wkt(prj.decode("utf-8", "replace").strip())
    except CRSError as error:
        raise _bad(file, f".prj: {error}"[:120]) from None
    base = found.geodetic_crs
    named = "" if base is None else f"{base.name} {base.datum.name if base.datum else ''}".casefold().replace("_", " ")
    crs = next((crs for word, crs in _DATUMS.items() if word in named), None)
    if base is None or crs is None:
        raise Refusal("GRID_BAD_CRS", file=file, field=".prj", value=found.name[:80])
    if not found.is_projected:
        return None, crs
    return pyproj.Transformer.from_crs(found, base, always_xy=True).transform, crs


def _geometry(record: Any, degrees: Any) -> dict[str, Any]:
    """As GeoJSON; a shape that is no polygon is left for the reader of boundaries to refuse, with its number."""
    shape = record.shape.__geo_interface__
    kind, parts = shape["type"], shape.get("coordinates") or ()
    if kind not in ("Polygon", "MultiPolygon"):
        return {"type": kind, "coordinates": []}
    parts = [[list(_ring(ring, degrees)) for ring in part] for part in (parts if kind == "MultiPolygon" else [parts])]
    return {"type": "MultiPolygon", "coordinates": parts}


def _ring(ring: Any, degrees: Any) -> Iterator[list[float]]:
    for x, y, *_ in ring:
        yield [float(x), float(y)] if degrees is None else list(degrees(x, y))


def _bad(file: str, reason: str) -> Refusal:
    return Refusal("GRID_BAD_SHAPEFILE", file=file, reason=reason)
