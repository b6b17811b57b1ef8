"""Coordinate systems 坐标系: WGS-84, CGCS2000, GCJ-02 and BD-09, to and fro.

CGCS2000 differs from WGS-84 by centimetres and is taken as the same.  Chinese online maps shift every
point by 100–700 m (GCJ-02, "Mars coordinates"; BD-09 shifts it once more): a point keeps its system with
it, and everything inside is WGS-84.  Outside China's frame GCJ-02 is WGS-84.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import asin, atan2, cos, hypot, isfinite, pi, radians, sin, sqrt
from typing import Literal

from govcore.errors import Refusal

Crs = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]

_NAMES: dict[str, Crs] = {
    "wgs84": "wgs84",
    "epsg4326": "wgs84",
    "urn:ogc:def:crs:ogc:1.3:crs84": "wgs84",
    "crs84": "wgs84",
    "cgcs2000": "cgcs2000",
    "epsg4490": "cgcs2000",
    "gcj02": "gcj02",
    "bd09": "bd09",
    "bd09ll": "bd09",
}

_MAJOR, _FLATTENING = 6_378_245.0, 0.006_693_421_622_965_943
"""The ellipsoid that GCJ-02 reckons its shifts on (Krasovsky 1940)."""
_BAIDU = pi * 3_000 / 180
_ROUNDS = 12
EARTH_M = 6_371_008.8

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Point:
    """A point in degrees, longitude first, with the system it was measured in.

    Raises ``GRID_BAD_POINT`` when it lies nowhere on earth.
    """

    lon: float
    lat: float
    crs: Crs = "wgs84"

    def __post_init__(self) -> None:
        fits = isfinite(self.lon) and isfinite(self.lat) and abs(self.lon) <= 180 and abs(self.lat) <= 90
        if not fits:
            raise Refusal("GRID_BAD_POINT", field="point", value=f"{self.lon},{self.lat}")

    def to(self, crs: Crs) -> Point:
        """The same point in another system."""
        return Point(*convert(self.lon, self.lat, self.crs, crs), crs)


def crs_named(name: str) -> Crs:
    """The system that goes by a name such as ``GCJ-02`` or ``EPSG:4490``.  Raises ``GRID_BAD_CRS``."""
    plain = name.casefold()
    for found in (plain, plain.translate({ord(sign): None for sign in "-_: "})):
        if found in _NAMES:
            return _NAMES[found]
    raise Refusal("GRID_BAD_CRS", field="crs", value=name[:80])


def convert(lon: float, lat: float, source: Crs, target: Crs) -> Pair:
    """Degrees from one system to another; there and back again lies within a millimetre."""
    if source == target:
        return lon, lat
    if source == "bd09":
        lon, lat = _undo(_gcj_to_bd, lon, lat)
    if source in ("bd09", "gcj02"):
        if target == "gcj02":
            return lon, lat
        if target == "bd09":
            return _gcj_to_bd(lon, lat)
        return _undo(_wgs_to_gcj, lon, lat)
    if target in ("gcj02", "bd09"):
        lon, lat = _wgs_to_gcj(lon, lat)
    return _gcj_to_bd(lon, lat) if target == "bd09" else (lon, lat)


def distance_m(one: Pair, other: Pair) -> float:
    """Metres between two WGS-84 points along the earth's surface (haversine, good to 0.5 %)."""
    lon1, lat1, lon2, lat2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(half)))


def _in_frame(lon: float, lat: float) -> bool:
    return 72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271


def _wgs_to_gcj(lon: float, lat: float) -> Pair:
    if not _in_frame(lon, lat):
        return lon, lat
    x, y = lon - 105.0, lat - 35.0
    wave = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    curve = 1.0 - _FLATTENING * sin(radians(lat)) ** 2
    north = north * 180.0 / (_MAJOR * (1.0 - _FLATTENING) / (curve * sqrt(curve)) * pi)
    east = east * 180.0 / (_MAJOR / sqrt(curve) * cos(radians(lat)) * pi)
    return lon + east, lat + north


def _gcj_to_bd(lon: float, lat: float) -> Pair:
    radius = hypot(lon, lat) + 0.000_02 * sin(lat * _BAIDU)
    angle = atan2(lat, lon) + 0.000_003 * cos(lon * _BAIDU)
    return radius * cos(angle) + 0.006_5, radius * sin(angle) + 0.006


def _undo(shift: Callable[[float, float], Pair], lon: float, lat: float) -> Pair:
    """The point that ``shift`` moves to this one, by taking off what it would add until nothing changes."""
    at, up = lon, lat
    for _ in range(_ROUNDS):
        moved, raised = shift(at, up)
        off, down = moved - lon, raised - lat
        at, up = at - off, up - down
        if abs(off) < 1e-12 and abs(down) < 1e-12:
            break
    return at, up
