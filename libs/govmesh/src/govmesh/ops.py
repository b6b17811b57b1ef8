"""What every service answers to ops: health, what is on its way, what is stuck, what was parked, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from pydantic_core import from_json

from govcore.messages.calendar import CalendarNoticed
from govmesh import years
from govmesh.http import Request, Route, body, page
from govmesh.mesh import Mesh
from govmesh.paging import asked
from govmesh.tables import HISTORY, OUTBOX


def routes(mesh: Mesh) -> Sequence[Route]:
    """The routes of :mod:`govmesh.ops` for one service."""
    return (
        Route("GET", "/healthz", lambda _request: mesh.health()),
        Route("GET", "/ops/settled", lambda _request: dict(mesh.settled())),
        Route("GET", "/ops/handled", lambda _request: {"handled": mesh.handled()}),
        *(
            (
                Route("GET", "/ops/calendar", lambda request: _calendar(mesh, request)),
                Route("POST", "/ops/calendar", lambda request: _load(mesh, request)),
            )
            if CalendarNoticed in (*mesh.spec.says, *mesh.spec.hears)
            else ()
        ),
        Route("GET", "/ops/stalled", lambda request: _stalled(mesh, request)),
        Route("GET", "/ops/parked", lambda request: _parked(mesh, request)),
        Route("POST", "/ops/parked/<path:key>/replay", lambda _request, key: asdict(mesh.parking.replay(key))),
        Route("POST", "/ops/parked/<path:key>/drop", lambda _request, key: asdict(mesh.parking.drop(key))),
        Route("GET", "/ops/trace/<trace>", lambda _request, trace: _trace(mesh, trace)),
        Route(
            "GET",
            "/ops/history/<subject>",
            lambda _request, subject: {"rows": _history(mesh, HISTORY.c.subject == subject)},
        ),
    )


def _calendar(mesh: Mesh, _request: Request) -> dict[str, Any]:
    """The years this process counts by notices that came out after the pack, and since when (a revision)."""
    with mesh.database.read() as conn:
        return {"revision": mesh.years.revision, "kept": years.newest(conn), "years": sorted(years.kept(conn))}


def _load(mesh: Mesh, request: Request) -> dict[str, Any]:
    """Count by a year's notice from now on; ``changed``: the years counted otherwise before, none the second time."""
    wanted = years.said(body(request))
    changed = mesh.years.changes(wanted.holidays)
    if changed:
        mesh.obey(wanted)
    mesh.years.look()
    return {**_calendar(mesh, request), "changed": changed}


def _stalled(mesh: Mesh, request: Request) -> dict[str, Any]:
    """A page of findings, oldest first, each with the cursor that goes on behind it; ``next`` where more follow."""
    found = mesh.stalled(*asked(request))
    rows = [{**row.as_dict(), "cursor": cursor} for row, cursor in zip(found.rows, found.cursors, strict=True)]
    return {"findings": rows, "next": found.next}


def _parked(mesh: Mesh, request: Request) -> dict[str, Any]:
    limit, _ = page(request)
    state = request.args.get("state")
    return {"parked": [asdict(row) for row in mesh.parking.list(state, limit)], "counts": mesh.parking.counts()}


def _trace(mesh: Mesh, trace: str) -> dict[str, Any]:
    """The history of a trace, and of each message said here that somebody else acted on: which message it came of."""
    rows = _history(mesh, HISTORY.c.trace == trace)
    with mesh.database.read() as conn:
        found = conn.execute(sa.select(OUTBOX.c.id, OUTBOX.c.body).where(OUTBOX.c.trace == trace).limit(2000))
        said = {row.id.partition("@")[0]: from_json(row.body).get("cause") for row in found}
    return {"rows": rows, "said": said}


def _history(mesh: Mesh, where: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    with mesh.database.read() as conn:
        found = conn.execute(sa.select(HISTORY).where(where).order_by(HISTORY.c.seq).limit(2000))
        return [{**row, "service": mesh.spec.name} for row in found.mappings()]
