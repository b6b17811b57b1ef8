"""Whether boundaries cover the ground as grids must 覆盖检查: wholly, once, each within its parent.

Asked of boundaries in WGS-84; surfaces are square metres on the ellipsoid, widths are metres.  Needs ``govcore[geo]``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from govcore.errors import Refusal
from govcore.grids.boundaries import Boundaries, Boundary
from govcore.grids.coordinates import Pair
from govcore.grids.model import COMPREHENSIVE, Grid
from govcore.grids.registry import Registry

What = Literal["overlap", "gap", "outside"]

NOISE_M2 = 0.01
"""Less than this (a square of 10 cm) is the rounding of coordinates, not a finding."""
SLIVER_M = 1.0
"""A finding narrower than this on average is a sliver: two drawings of one line, not ground that nobody or two have."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Boundaries that must not lie over each other: one kind of grid of one level."""

    name: str
    boundaries: tuple[Boundary, ...]
    parents: Mapping[str, Boundary] = field(default_factory=dict)
    """For the code of each boundary the one it must lie in, where one is known."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a layer.

    *overlap*: ground of two (``codes``); *gap*: ground of a parent (``codes``, where one is known) that none has;
    *outside*: ground of the first that lies outside the second, its parent.  ``at`` is a point in it.
    """

    what: What
    layer: str
    codes: tuple[str, ...]
    area_m2: float
    width_m: float
    sliver: bool
    at: Pair
    shape: Any = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a check found; ``without`` are the codes of areas that should have a boundary and have none."""

    polygons: int
    invalid: tuple[Refusal, ...]
    findings: tuple[Finding, ...]
    boundaries: tuple[Boundary, ...]
    without: tuple[str, ...] = ()

    def of(self, what: What) -> tuple[Finding, ...]:
        """The findings of one sort, largest first."""
        return tuple(each for each in self.findings if each.what == what)

    @property
    def passed(self) -> bool:
        """Whether everything is valid and no ground has two, none, or another parent."""
        return not self.invalid and not self.findings

    def as_dict(self) -> dict[str, Any]:
        """In numbers, with where each invalid polygon is wrong: what ``govmesh grid check --json`` ends with."""
        return {
            "polygons": self.polygons,
            "invalid": [
                {
                    "id": no.value,
                    "reason": no.params.get("reason", no.code),
                    "at": [no.params.get("lon"), no.params.get("lat")],
                }
                for no in self.invalid
            ],
            "overlaps": len(self.of("overlap")),
            "gaps": len(self.of("gap")),
            "outside": len(self.of("outside")),
            "slivers": sum(each.sliver for each in self.findings),
            "overlap_m2": round(sum(each.area_m2 for each in self.of("overlap")), 1),
            "gap_m2": round(sum(each.area_m2 for each in self.of("gap")), 1),
            "outside_m2": round(sum(each.area_m2 for each in self.of("outside")), 1),
            "without": len(self.without),
        }

    def as_geojson(self) -> dict[str, Any]:
        """The map: every boundary, and every finding with its surface (RFC 7946, WGS-84)."""
        import shapely

        def feature(shape: Any, **said: Any) -> dict[str, Any]:
            return {"type": "Feature", "properties": said, "geometry": shapely.geometry.mapping(shape)}

        return {
            "type": "FeatureCollection",
            "features": [
                *(feature(each.shape, what="boundary", code=each.code, name=each.name) for each in self.boundaries),
                *(
                    feature(
                        each.shape,
                        what=each.what,
                        layer=each.layer,
                        codes=list(each.codes),
                        area_m2=round(each.area_m2, 2),
                        width_m=round(each.width_m, 2),
                        sliver=each.sliver,
                    )
                    for each in self.findings
                ),
            ],
        }


def check(
    read: Boundaries,
    *,
    registry: Registry | None = None,
    wanted: Iterable[str] = (),
    noise_m2: float = NOISE_M2,
    sliver_m: float = SLIVER_M,
) -> Coverage:
    """Check the boundaries of a file or of a locality.

    With a ``registry`` it says what lies in what; without, the properties ``kind``, ``level`` and ``parent`` of the
    file do, and boundaries that have none of them are one layer.  A gap is ground of a parent that none of a layer
    has, and where no parent has a boundary, ground that a layer encloses.  ``wanted`` are the codes that should have
    a boundary.
    """
    layers = _of_registry(read.sound, registry) if registry is not None else _of_file(read.sound)
    findings = [each for layer in layers for each in _findings(layer, noise_m2, sliver_m)]
    findings.sort(key=lambda each: (each.what, -each.area_m2, each.codes))
    known = {each.code for each in read.sound} | {str(no.value) for no in read.refused}
    return Coverage(
        polygons=len(read.sound) + len(read.refused),
        invalid=read.refused,
        findings=tuple(findings),
        boundaries=read.sound,
        without=tuple(code for code in wanted if code not in known),
    )


def _of_file(boundaries: Iterable[Boundary]) -> Iterator[Layer]:
    """By the properties ``kind`` and ``level``; the ``parent`` is another boundary of the file."""
    given = {each.code: each for each in boundaries}
    layers: dict[str, list[Boundary]] = defaultdict(list)
    for each in given.values():
        parts = [str(each.properties[name]) for name in ("level", "kind") if each.properties.get(name)]
        layers[" ".join(parts) or "all"].append(each)
    for name, members in layers.items():
        parents = {each.code: given.get(str(each.properties.get("parent") or "")) for each in members}
        yield Layer(name, tuple(members), {code: above for code, above in parents.items() if above is not None})


def _of_registry(boundaries: Iterable[Boundary], registry: Registry) -> Iterator[Layer]:
    """Divisions by level; comprehensive grids by how many grids they lie in.  The parent is the next area above that
    has a boundary.  Other kinds of grid may lie across each other and make no layer, but do not leave their parent."""
    given = {each.code: each for each in boundaries}
    layers: dict[str, list[Boundary]] = defaultdict(list)
    parents: dict[str, Boundary] = {}
    for code, each in given.items():
        chain = registry.chain(code)
        grids = [area for area in chain if isinstance(area, Grid)]
        if not grids:
            name = registry.profile.level_name(code) or f"level {registry.profile.level(code)}"
        elif grids[0].kind == COMPREHENSIVE:
            name = f"grid {len(grids)}"
        else:
            name = f"{grids[0].kind} {code}"
        layers[name].append(each)
        above = next((given[area.code] for area in chain[1:] if area.code in given), None)
        if above is not None:
            parents[code] = above
    for name, members in layers.items():
        yield Layer(name, tuple(members), {each.code: parents[each.code] for each in members if each.code in parents})


def _findings(layer: Layer, noise_m2: float, sliver_m: float) -> Iterator[Finding]:
    import shapely

    measure = measured()

    def found(what: What, codes: tuple[str, ...], shape: Any) -> Iterator[Finding]:
        for part in shapely.get_parts(shape):
            if part.geom_type != "Polygon":
                continue
            area_m2, round_m = measure(part)
            if area_m2 < noise_m2:
                continue
            width = 2 * area_m2 / round_m
            at = part.representative_point()
            yield Finding(what, layer.name, codes, area_m2, width, width < sliver_m, (at.x, at.y), part)

    codes = [each.code for each in layer.boundaries]
    shapes = [each.shape for each in layer.boundaries]
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for first, second in zip(one.tolist(), other.tolist(), strict=True):
        if first < second and not shapes[first].touches(shapes[second]):
            shared = shapely.intersection(shapes[first], shapes[second])
            yield from found("overlap", (codes[first], codes[second]), shared)
    ground = shapely.union_all(shapes)
    above = {parent.code: parent for parent in layer.parents.values()}
    for parent in above.values():
        yield from found("gap", (parent.code,), shapely.difference(parent.shape, ground))
    if not above:
        holes = [shapely.Polygon(ring) for part in shapely.get_parts(ground) for ring in part.interiors]
        yield from found("gap", (), shapely.difference(shapely.union_all(holes), ground))
    for code, shape in zip(codes, shapes, strict=True):
        if code in layer.parents:
            mine = layer.parents[code]
            yield from found("outside", (code, mine.code), shapely.difference(shape, mine.shape))


def measured() -> Callable[[Any], tuple[float, float]]:
    """What measures a polygon in WGS-84 on the ellipsoid: square metres, and metres around it."""
    import pyproj

    ellipsoid = pyproj.Geod(ellps="WGS84")

    def measure(shape: Any) -> tuple[float, float]:
        area, around = ellipsoid.geometry_area_perimeter(shape)
        return abs(area), around

    return measure
