"""Where is it, who is on duty there: ``/api/v1/locate``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gov_grid.lookup import Lookup, lookup_of
from gov_grid.moments import moment
from govcore.errors import Refusal
from govcore.grids import Candidate, Point, crs_named
from govmesh.http import Answer, Request, Route, reply, status_of
from govmesh.mesh import Mesh


def routes(mesh: Mesh) -> Sequence[Route]:
    """Asked with a code, a point, or both."""
    lookup = lookup_of(mesh)
    return (Route("GET", "/api/v1/locate", lambda request: _locate(mesh, lookup, request)),)


def _locate(mesh: Mesh, lookup: Lookup, request: Request) -> Answer:
    """``?grid=``, ``?lon=&lat=`` (in ``?crs=``, WGS-84 without it) or ``?division=``, or several; ``?code=`` is of a
    grid or a division, ``?text=`` an address in words; ``?at=``: as it was then.

    A point outside everything is refused with the ``candidates`` nearest to it."""
    asked = request.args
    point = None
    if "lon" in asked or "lat" in asked:
        try:
            there = Point(float(asked["lon"]), float(asked["lat"]), crs_named(asked.get("crs", "wgs84"))).to("wgs84")
            point = (there.lon, there.lat)
        except (KeyError, ValueError) as error:
            raise Refusal("HTTP_BAD_REQUEST", field="lon,lat") from error
    at = moment(mesh, request)
    try:
        found = lookup.on(at, now=True).find(
            grid=asked.get("grid"),
            point=point,
            division=asked.get("division"),
            code=asked.get("code"),
            at=at,
            texts=(asked.get("text", ""),),
            anywhere=True,
        )
    except Refusal as no:
        if no.code != "GRID_POINT_OUTSIDE":
            raise
        refused = {**no.as_dict(), "candidates": _shown(no.params["candidates"])}
        return reply({"error": refused}, status_of(no.code))
    located = found.located
    return {
        **found.facts(),
        "sure": located.sure,
        "score": located.score,
        "words": located.words,
        "chain": [{"code": area.code, "name": area.name} for area in located.chain],
        "candidates": _shown(located.candidates),
        "doubts": [doubt.as_dict() for doubt in located.doubts],
    }


def _shown(candidates: Iterable[Candidate]) -> list[dict[str, Any]]:
    return [{"code": each.code, "name": each.name, "distance_m": each.distance_m} for each in candidates]
