"""What the pack knows about the names and places in a report."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from govcore.events.report_in import Point
from govcore.grids.coordinates import Crs, convert
from govcore.packs import Pack

_CRS: dict[str, Crs] = {"WGS-84": "wgs84", "CGCS2000": "cgcs2000", "GCJ-02": "gcj02"}


def wgs84(point: Point) -> tuple[float, float]:
    """A report's point, degrees in WGS-84."""
    return convert(point.lon, point.lat, _CRS[point.crs], "wgs84")


class Known:
    """:class:`govcore.events.report_in.PackFacts` over a pack."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    def knows_class(self, code_or_name: str) -> str | None:
        return self._pack.code_of("class", code_or_name) or self._by_name.get(code_or_name)

    def knows_division(self, code: str) -> bool:
        return code in self._pack.divisions or code in self._pack.header.areas

    def division_named(self, name: str) -> str | None:
        return self._pack.code_of("division", name)

    def department(self, name: str) -> str | None:
        return self._pack.code_of("department", name)

    def channel(self, name: str) -> str | None:
        return self._pack.code_of("channel", name)

    def contains(self, point: Point) -> bool:
        if self._area is None:
            return True
        from shapely import Point as At

        return bool(self._area.intersects(At(*wgs84(point))))

    @cached_property
    def _by_name(self) -> dict[str, str]:
        """The lowest class of each name."""
        return {item.name: item.code for item in sorted(self._pack.classes.values(), key=lambda item: item.level)}

    @cached_property
    def _area(self) -> Any:
        if self._pack.boundary is None:
            return None
        from shapely import prepare, unary_union
        from shapely.geometry import shape

        area = unary_union([shape(feature["geometry"]) for feature in self._pack.boundary["features"]])
        prepare(area)
        return area
