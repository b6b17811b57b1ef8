"""Where is it, who is on duty there: ``/api/v1/locate``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gov_grid.lookup import Lookup
from govcore.errors import Refusal
from govmesh.http import Request, Route
from govmesh.mesh import Mesh


def routes(mesh: Mesh) -> Sequence[Route]:
    """Asked with a code, a point, or both."""
    lookup = Lookup(mesh)
    return (Route("GET", "/api/v1/locate", lambda request: _locate(mesh, lookup, request)),)


def _locate(mesh: Mesh, lookup: Lookup, request: Request) -> dict[str, Any]:
    """``?grid=``, ``?lon=&lat=`` (WGS-84) or ``?division=``, or several; ``?code=`` is of a grid or a division."""
    asked = request.args
    point = None
    if "lon" in asked or "lat" in asked:
        try:
            point = (float(asked["lon"]), float(asked["lat"]))
        except (KeyError, ValueError) as error:
            raise Refusal("HTTP_BAD_REQUEST", field="lon,lat") from error
    found = lookup.places.find(
        grid=asked.get("grid"),
        point=point,
        division=asked.get("division"),
        code=asked.get("code"),
        at=mesh.clock.now(),
        anywhere=True,
    )
    located = found.located
    return {
        **found.facts(),
        "sure": located.sure,
        "chain": [{"code": area.code, "name": area.name} for area in located.chain],
        "candidates": [{"code": c.code, "name": c.name, "distance_m": c.distance_m} for c in located.candidates],
        "doubts": [doubt.as_dict() for doubt in located.doubts],
    }
