"""Boundaries from GeoJSON (RFC 7946), checked polygon by polygon, kept in WGS-84.

Shapefiles are read by :mod:`govcore.grids.shapefiles`.  Needs the extra ``govcore[geo]`` (shapely), which is
imported when a boundary is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from govcore.errors import Refusal
from govcore.grids.coordinates import Crs, Pair, Point, convert, crs_named

CODE_PROPERTIES = ("code", "adcode", "grid_code", "GRIDCODE", "网格编码", "编码", "id", "ID", "name", "NAME", "名称")
"""Where files of others have the code of an area, the likeliest first."""
_AT = re.compile(r"^(.*?)\[(-?[\d.e+-]+) (-?[\d.e+-]+).*\]$")


@dataclass(frozen=True, slots=True)
class Boundary:
    """The boundary of the area with this code; ``shape`` is a shapely polygon or multipolygon in WGS-84.

    ``crs`` is the system it was measured in and converted from.  ``properties`` are whatever else the file says of it.
    """

    code: str
    name: str
    shape: Any = field(repr=False, compare=False)
    crs: Crs = "wgs84"
    properties: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Boundaries:
    """What a file of boundaries held: the sound ones, and a refusal for each that is not.

    ``mended`` are the refusals there would have been for those that were mended because it was asked for; their
    mended shapes are among the sound ones.
    """

    sound: tuple[Boundary, ...]
    refused: tuple[Refusal, ...]
    mended: tuple[Refusal, ...] = ()

    def strict(self) -> tuple[Boundary, ...]:
        """All of them; raises the first refusal if there is one."""
        if self.refused:
            raise self.refused[0]
        return self.sound


class Extent:
    """The ground that boundaries cover together."""

    def __init__(self, boundaries: Iterable[Boundary]) -> None:
        """Raises ``GRID_NEEDS_SHAPELY`` without the extra."""
        shapely = _shapely()
        self._ground = shapely.union_all([boundary.shape for boundary in boundaries])
        shapely.prepare(self._ground)

    def contains(self, point: Point) -> bool:
        """Whether the point lies inside or on the border."""
        here = point.to("wgs84")
        return bool(_shapely().intersects_xy(self._ground, here.lon, here.lat))


def read_boundaries(
    document: Mapping[str, Any] | str | bytes,
    *,
    crs: Crs | None = None,
    code: str | None = "code",
    name: str = "name",
    file: str | None = None,
    mend: bool = False,
) -> Boundaries:
    """Read a GeoJSON ``FeatureCollection`` of polygons and multipolygons.

    ``code`` and ``name`` say which properties hold them (a feature without the code property may have it as its
    ``id``; where ``code`` is None it is the first of ``CODE_PROPERTIES`` that every feature has, each its own).
    Rings left open are closed, as other readers do.  The system is ``crs``, else the feature's own
    property ``crs``, else WGS-84.

    A feature that cannot be used is refused with its number (``row``, from 1), its code or name (``value``) and the
    reason: ``GRID_INVALID_POLYGON`` (with ``reason``, ``lon``, ``lat`` of the fault in the file's own system),
    ``GRID_BAD_FEATURE``, ``GRID_BAD_CRS``, ``GRID_DUPLICATE_CODE``.  With ``mend`` an invalid polygon is mended (what
    its outer rings enclose less the inner ones; lines and points left over go) and named among ``mended``; one of
    which no surface is left stays refused.

    Raises ``GRID_BAD_GEOJSON`` when the document as a whole is none, ``GRID_NEEDS_SHAPELY`` without the extra.
    """
    _shapely()
    features = _features(document, file)
    code = code or _code_property(features)
    sound: dict[str, Boundary] = {}
    refused: list[Refusal] = []
    mended: list[Refusal] = []
    for row, feature in enumerate(features, 1):
        faults: list[Refusal] = []
        try:
            boundary = _boundary(feature, crs, code, name, faults if mend else None)
            if boundary.code in sound:
                raise Refusal("GRID_DUPLICATE_CODE", field=code, value=boundary.code)
            sound[boundary.code] = boundary
            said = mended
        except Refusal as no:
            faults, said = [no], refused
        for fault in faults:
            fault.file, fault.row = file, row
            fault.value = fault.value or _called(feature, code, name)
            said.append(fault)
    return Boundaries(tuple(sound.values()), tuple(refused), tuple(mended))


def polygon(geometry: Mapping[str, Any], *, crs: Crs = "wgs84", faults: list[Refusal] | None = None) -> Any:
    """The shapely polygon or multipolygon of a GeoJSON geometry, converted to WGS-84.

    Raises ``GRID_BAD_FEATURE`` or ``GRID_INVALID_POLYGON`` (the coordinate is given as it stood in the file); with a
    list of ``faults`` an invalid one is mended and the refusal is added there.
    """
    shapely = _shapely()
    kind, parts = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(parts, list) or not parts:
        raise _bad(f"type {kind!r}, not a Polygon or MultiPolygon with coordinates")
    rings = [[_ring(ring) for ring in part] for part in (parts if kind == "MultiPolygon" else [parts]) if part]
    if not rings:
        raise _bad("no rings")
    made = _shape(shapely, rings)
    if not made.is_valid:
        reason, lon, lat = why_invalid(made)
        fault = Refusal("GRID_INVALID_POLYGON", field="geometry", reason=reason, lon=lon, lat=lat)
        if faults is None or (made := _mended(shapely, made)).is_empty:
            raise fault
        faults.append(fault)
    return to_wgs84(made, crs)


def to_wgs84(shape: Any, crs: Crs) -> Any:
    """A shapely polygon or multipolygon, every corner converted from its system."""
    if crs in ("wgs84", "cgcs2000"):
        return shape
    return _shapely().transform(shape, lambda at: [convert(lon, lat, crs, "wgs84") for lon, lat in at.tolist()])


def _mended(shapely: Any, made: Any) -> Any:
    """What of it is surface: what its outer rings enclose less the inner ones; where that is nothing, what its lines
    enclose an odd number of times."""
    for way in ({"method": "structure", "keep_collapsed": False}, {"method": "linework"}):
        found = shapely.get_parts(shapely.make_valid(made, **way))
        parts = [part for part in found if part.geom_type == "Polygon" and part.area > 0]
        if parts:
            return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    return shapely.MultiPolygon()


def why_invalid(made: Any) -> tuple[str, float | None, float | None]:
    """GEOS's reason why a polygon is invalid, and the coordinate it names."""
    said = str(_shapely().is_valid_reason(made))
    found = _AT.match(said)
    return (found[1], float(found[2]), float(found[3])) if found else (said, None, None)


def _boundary(feature: Any, crs: Crs | None, code: str, name: str, faults: list[Refusal] | None) -> Boundary:
    if not isinstance(feature, Mapping) or not isinstance(feature.get("geometry"), Mapping):
        raise _bad("not a feature with a geometry")
    properties = feature.get("properties") or {}
    if not isinstance(properties, Mapping):
        raise _bad("properties are no object")
    own = crs_named(str(properties["crs"])) if properties.get("crs") else None
    if crs and own and crs != own:
        raise Refusal("GRID_BAD_CRS", field="crs", value=str(properties["crs"]))
    found = properties.get(code) or feature.get("id")
    if not isinstance(found, str | int):
        raise _bad(f"no property {code!r}")
    system = crs or own or "wgs84"
    shape = polygon(feature["geometry"], crs=system, faults=faults)
    return Boundary(str(found), str(properties.get(name) or found), shape, system, properties)


def _ring(ring: Any) -> list[Pair]:
    points: list[Pair] = []
    for at in ring if isinstance(ring, list) else []:
        if not isinstance(at, Sequence) or len(at) < 2 or not all(isinstance(part, int | float) for part in at[:2]):
            raise _bad(f"{str(at)[:40]} is no coordinate")
        lon, lat = float(at[0]), float(at[1])
        if not (abs(lon) <= 180 and abs(lat) <= 90):
            raise _bad(f"{lon:.10g}, {lat:.10g} are not degrees")
        points.append((lon, lat))
    if points and points[0] != points[-1]:
        points.append(points[0])
    if len(points) < 4:
        raise _bad("a ring of fewer than three corners")
    return points


def _shape(shapely: Any, rings: list[list[list[Pair]]]) -> Any:
    parts = [shapely.Polygon(part[0], part[1:]) for part in rings]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _features(document: Mapping[str, Any] | str | bytes, file: str | None) -> Sequence[Any]:
    read: Any = document
    if isinstance(document, str | bytes):
        try:
            read = json.loads(document)
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
            raise Refusal("GRID_BAD_GEOJSON", file=file, line=line, field="document", reason=str(error)) from None
    features = read.get("features") if isinstance(read, Mapping) else None
    if not isinstance(features, list) or read.get("type") != "FeatureCollection":
        raise Refusal("GRID_BAD_GEOJSON", file=file, field="features", reason="not a FeatureCollection")
    return features


def _code_property(features: Sequence[Any]) -> str:
    said = [each.get("properties") for each in features if isinstance(each, Mapping)]
    known = [each for each in said if isinstance(each, Mapping)]
    for found in CODE_PROPERTIES:
        values = {each.get(found) for each in known if isinstance(each.get(found), str | int)}
        if known and len(values) == len(known):
            return found
    return CODE_PROPERTIES[0]


def _called(feature: Any, code: str, name: str) -> str | None:
    if not isinstance(feature, Mapping):
        return None
    properties = feature.get("properties")
    known = properties if isinstance(properties, Mapping) else {}
    found = known.get(code) or known.get(name) or feature.get("id")
    return None if found is None else str(found)[:80]


def _bad(reason: str) -> Refusal:
    return Refusal("GRID_BAD_FEATURE", field="geometry", reason=reason)


def _shapely() -> Any:
    try:
        import shapely
    except ImportError:
        raise Refusal("GRID_NEEDS_SHAPELY", field="govcore[geo]") from None
    return shapely
