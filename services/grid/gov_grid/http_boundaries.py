"""Boundaries through the API: a file comes in or is tried, an import is taken back, one is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from gov_grid.boundary_commands import ImportBoundaries, UndoBoundaries
from gov_grid.lookup import lookup_of
from gov_grid.store import boundaries as store
from govcore.errors import Refusal
from govcore.grids import Boundaries, crs_named
from govcore.grids.bounds import Batch, BoundaryLife, Drawn
from govcore.grids.coverage import check, measured
from govcore.grids.shapefiles import read_boundary_file
from govmesh.http import Answer, Request, Route, page, reply, status_of
from govmesh.mesh import Mesh


def routes(mesh: Mesh) -> Sequence[Route]:
    """Everything about boundaries."""
    api = _Boundaries(mesh)
    return (
        Route("POST", "/api/v1/boundaries", api.take),
        Route("GET", "/api/v1/boundaries/batches", api.batches),
        Route("POST", "/api/v1/boundaries/batches/<batch>/undo", api.undo),
        Route("GET", "/api/v1/boundaries/<code>", api.shown),
    )


class _Boundaries:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh, self._lookup = mesh, lookup_of(mesh)

    def take(self, request: Request) -> Answer:
        """A file as the body; ``?file=`` its name, ``crs=``, ``code=`` the property that holds the code, ``on=`` the
        first day it holds, ``mend=1``, ``by=``, ``dry=1`` to be told only.  One bad feature, and nothing is imported.
        """
        args, raw = request.args, request.get_data(cache=False)
        name = args.get("file", "body")[:120]
        crs = crs_named(args["crs"]) if args.get("crs") else None
        read = read_boundary_file(raw, crs=crs, code=args.get("code"), file=name, mend=args.get("mend") == "1")
        unknown = self._unknown(read, name)
        refused = [*read.refused, *unknown]
        drawn = self._drawn(read, {str(no.value) for no in unknown})
        with self._mesh.database.read() as conn:
            known = store.lives(conn, [each.code for each in drawn])
        told = {
            **(
                {"polygons": len(read.sound) + len(read.refused)}
                if unknown
                else check(read, registry=self._lookup.places().registry).as_dict()
            ),
            **_compared(drawn, known),
            "refused": [no.as_dict() for no in refused],
            "mended": [{"id": no.value, "reason": no.params["reason"]} for no in read.mended],
            "crs": sorted({each.crs for each in drawn}),
        }
        if args.get("dry") == "1":
            return {**told, "batch": None}
        if refused:
            no = Refusal("GRID_IMPORT_REFUSED", file=name, value=len(refused))
            return reply({"error": {**no.as_dict(), "report": told}}, status_of(no.code))
        batch: Batch = self._mesh.obey(
            ImportBoundaries(
                file=name,
                digest=sha256(raw).hexdigest(),
                on=_day(args.get("on")),
                by=args.get("by", "desk:grid"),
                boundaries=tuple(drawn),
            )
        )
        self._lookup.refresh()
        return {**told, "batch": _batch(batch)}

    def undo(self, request: Request, batch: str) -> dict[str, Any]:
        """What the import changed is as it was; refused where another import has been built upon it."""
        found: Batch = self._mesh.obey(UndoBoundaries(batch=batch))
        self._lookup.refresh()
        return {"batch": _batch(found)}

    def batches(self, request: Request) -> dict[str, Any]:
        """The imports, the latest first."""
        with self._mesh.database.read() as conn:
            return {"batches": [_batch(one) for one in store.batches(conn, *page(request))]}

    def shown(self, request: Request, code: str) -> dict[str, Any]:
        """All that imports made of an area's boundary; the shapes as WKB in WGS-84, hex."""
        self._lookup.places().place_of(code)
        with self._mesh.database.read() as conn:
            life = store.lives(conn, [code]).get(code)
        versions = [] if life is None else life.model_dump(mode="json")["versions"]
        return {"code": code, "version": len(versions), "versions": versions}

    def _unknown(self, read: Boundaries, file: str) -> list[Refusal]:
        """Those whose code is of no grid or division here."""
        found = []
        for each in read.sound:
            try:
                self._lookup.places().place_of(each.code)
            except Refusal as no:
                no.file, no.value = file, each.code[:80]
                found.append(no)
        return found

    def _drawn(self, read: Boundaries, unknown: set[str]) -> list[Drawn]:
        measure = measured()
        mended = {str(no.value): str(no.params["reason"]) for no in read.mended}
        return [
            Drawn.of(each, measure(each.shape)[0], mended.get(each.code))
            for each in read.sound
            if each.code[:80] not in unknown
        ]


def _compared(drawn: Sequence[Drawn], known: Mapping[str, BoundaryLife]) -> dict[str, int]:
    """How many areas get their first boundary, another one, or the one they have."""
    counts = {"new": 0, "changed": 0, "same": 0}
    for each in drawn:
        last = known[each.code].drawn if each.code in known else None
        counts["new" if last is None else "same" if last.digest == each.digest else "changed"] += 1
    return counts


def _batch(batch: Batch) -> dict[str, Any]:
    return {**batch.model_dump(mode="json", exclude={"codes", "digest"}), "changed": len(batch.codes)}


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise Refusal("HTTP_BAD_REQUEST", field="on", value=str(said)[:40]) from None
