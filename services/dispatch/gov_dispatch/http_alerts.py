"""dispatch's API for alerts: one or many in, and the runs there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from gov_dispatch.store import alerts as store
from govcore.alerts import SENDER
from govcore.errors import Refusal
from govcore.messages import AlertRaised
from govmesh.http import Request, Response, Route, body, reply, status_of
from govmesh.mesh import Mesh
from govmesh.paging import asked

MOST_AT_ONCE = 1000


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route about alerts."""
    api = _Alerts(mesh)
    return [
        Route("POST", "/api/v1/alerts", api.raised),
        Route("GET", "/api/v1/alerts", api.runs),
    ]


class _Alerts:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    def raised(self, request: Request) -> Response:
        """One alert, or ``{"gateway": …, "alerts": […]}``: each answered on its own, the good ones taken in one hop.

        Where one was above its limit, ``Retry-After`` says in how many seconds it may come again.
        """
        said = body(request)
        bulk = isinstance(said, dict) and "alerts" in said
        rows = said["alerts"] if bulk else [said]
        if not isinstance(rows, list) or len(rows) > MOST_AT_ONCE:
            raise Refusal("HTTP_TOO_MANY", field="alerts", value=MOST_AT_ONCE)
        gateway = said.get("gateway") if isinstance(said, dict) else None
        results = self._take([{"gateway": gateway, **row} if isinstance(row, dict) else row for row in rows])
        refused = [one for one in results if isinstance(one, Refusal)]
        if not bulk and refused:
            answer = reply({"error": refused[0].as_dict()}, status_of(refused[0].code))
        elif not bulk:
            answer = reply(results[0])
        else:
            told = [{"row": row, **_told(one)} for row, one in enumerate(results)]
            answer = reply({"results": told})
        waits = [one.params["seconds"] for one in refused if one.code == "ALERT_RATE_LIMIT"]
        if waits:
            answer.headers["Retry-After"] = str(max(waits))
        return answer

    def _take(self, rows: list[Any]) -> list[dict[str, Any] | Refusal]:
        """What became of each row."""
        results: dict[int, dict[str, Any] | Refusal] = {}
        good: dict[str, list[tuple[int, AlertRaised]]] = {}
        for index, row in enumerate(rows):
            try:
                alert = AlertRaised.model_validate(row)
                good.setdefault(alert.gateway, []).append((index, alert))
            except ValidationError as error:
                results[index] = _refusal_of(error)
        size = self._mesh.settings.batch
        for gateway, alerts in good.items():
            for start in range(0, len(alerts), size):
                part = alerts[start : start + size]
                items = self._mesh.submit([alert for _, alert in part], user=SENDER + gateway)
                for (index, _), item in zip(part, items, strict=True):
                    failed = Refusal("MESH_HANDLER_FAILED", value=item.error) if item.error else None
                    results[index] = item.refusal or failed or item.result
        return [results[index] for index in range(len(rows))]

    def runs(self, request: Request) -> dict[str, Any]:
        """Of each device and kind the latest run, the one told of last first."""
        limit, cursor = asked(request)
        with self._mesh.database.read() as conn:
            return store.latest(conn, limit, cursor).told("alerts", lambda one: one.model_dump(mode="json"))


def _told(one: dict[str, Any] | Refusal) -> dict[str, Any]:
    if not isinstance(one, Refusal):
        return one
    told: dict[str, Any] = {"outcome": "rejected", "reason": one.as_dict()}
    return {**told, "retry_after": one.params["seconds"]} if one.code == "ALERT_RATE_LIMIT" else told


def _refusal_of(error: ValidationError) -> Refusal:
    """What is wrong first; what stood there is not quoted."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part)[:80] for part in first["loc"])
    return Refusal("ALERT_BAD_FIELD", field=where or ".", why=first["msg"])
