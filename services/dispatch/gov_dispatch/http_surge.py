"""dispatch's API for surges: those told, and a look at any days of the mesh's own history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from gov_dispatch.contracts import CheckSurges, ReferSurge
from gov_dispatch.store import handoffs_of
from gov_dispatch.store import surge as store
from gov_dispatch.store.watch import watch
from govcore.errors import Refusal
from govmesh.http import Request, Route, body, fields
from govmesh.mesh import Mesh
from govmesh.paging import asked

MOST_DAYS = 400


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route about surges."""
    api = _Surges(mesh)
    return [
        Route("GET", "/api/v1/surges", api.kept),
        Route("GET", "/api/v1/surges/look", api.look),
        Route("POST", "/api/v1/surges", api.check),
        Route("GET", "/api/v1/surges/<surge_id>", api.one),
        Route("POST", "/api/v1/surges/<surge_id>/refer", api.refer),
    ]


class _Surges:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    def kept(self, request: Request) -> dict[str, Any]:
        """Those that were told, the latest first."""
        limit, cursor = asked(request)
        with self._mesh.database.read() as conn:
            return store.kept(conn, limit, cursor).told("surges", lambda one: one.model_dump(mode="json"))

    def one(self, request: Request, surge_id: str) -> dict[str, Any]:
        """One of them, and what those it was handed to have answered.  Raises ``SURGE_UNKNOWN``."""
        with self._mesh.database.read() as conn:
            found = store.one(conn, surge_id)
            if found is None:
                raise Refusal("SURGE_UNKNOWN", field="surge_id", value=surge_id[:80])
            tasks = handoffs_of(conn, found.event_id) if found.event_id else []
        shown = {"dept", "role", "state", "result"}
        return {**found.model_dump(mode="json"), "answers": [task.model_dump(include=shown) for task in tasks]}

    def refer(self, request: Request, surge_id: str) -> Any:
        """Hand it over: ``class_code``, ``title``, ``text``, ``division``; the rules say to whom."""
        return self._mesh.obey(ReferSurge.model_validate({**fields(request), "surge_id": surge_id}))

    def look(self, request: Request) -> dict[str, Any]:
        """What stood out from ``first`` to ``last``; nothing is kept or said.  Raises ``HTTP_BAD_REQUEST``."""
        first, last = _day(request.args.get("first"), "first"), _day(request.args.get("last"), "last")
        if not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
            raise Refusal("HTTP_BAD_REQUEST", field="last", value=last.isoformat())
        with self._mesh.database.read() as conn:
            found = watch(conn, self._mesh.pack, first, last).through(first, last)
        return {
            "surges": [
                {
                    "class_code": one.key.class_code,
                    "place": one.key.place,
                    "since": one.since,
                    "until": one.until,
                    "observed": one.observed,
                    "expected": round(one.expected, 2),
                    "times": round(one.times, 2),
                    "score": one.score,
                    "zh": one.reason("zh_CN"),
                    "en": one.reason("en"),
                }
                for one in found
            ]
        }

    def check(self, request: Request) -> Any:
        """Look at one day now (yesterday where none is named), keep and say what is new."""
        said = body(request)
        named = said.get("day") if isinstance(said, dict) else None
        today = self._mesh.clock.now().astimezone(self._mesh.pack.zone).date()
        day = _day(str(named), "day") if named is not None else today - timedelta(days=1)
        return self._mesh.obey(CheckSurges(day=day))


def _day(said: str | None, field: str) -> date:
    try:
        found = date.fromisoformat(said or "")
    except ValueError as error:
        raise Refusal("HTTP_BAD_REQUEST", field=field, value=(said or "")[:40]) from error
    if not 1990 <= found.year <= 9000:
        raise Refusal("HTTP_BAD_REQUEST", field=field, value=found.isoformat())
    return found
