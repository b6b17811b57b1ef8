"""Renewals through the API, a page of open matters at a time, so that a million of them are no single request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gov_dispatch import contracts, store
from govcore.events import matter
from govcore.events.matter import Moved
from govcore.packs import way_of
from govmesh.http import Request, Route, page
from govmesh.many import obey_all
from govmesh.mesh import Mesh


def routes(mesh: Mesh) -> Sequence[Route]:
    """What a notice moves, asked (GET) and done (POST); each answers with where the next page begins."""
    api = _Renewals(mesh)
    return (
        Route("GET", "/api/v1/calendar/renewals", api.look),
        Route("POST", "/api/v1/calendar/renewals", api.renew),
    )


class _Renewals:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh, self._way = mesh, way_of(mesh.pack, mesh.ids)

    def look(self, request: Request) -> dict[str, Any]:
        """What would change; nothing does."""
        found, after = self._page(request)
        tasks = [task for _, moved in found for task in moved]
        return {"looked": len(found), "next": after, "renewed": [_shown(task) for task in tasks]}

    def renew(self, request: Request) -> dict[str, Any]:
        """Reckon the page's matters again; doing it twice changes nothing more."""
        found, after = self._page(request)
        done = obey_all(self._mesh, [contracts.RenewTimes(event_id=event) for event, _ in found])
        tasks = [task for moved in done for task in moved]
        return {"looked": len(found), "next": after, "renewed": [_shown(task) for task in tasks]}

    def _page(self, request: Request) -> tuple[list[tuple[str, list[Moved]]], str | None]:
        """Open matters after ``after`` with the tasks to be moved, and the id after which the next page begins."""
        limit, _ = page(request)
        found = []
        with self._mesh.database.read() as conn:
            events = store.open_events(conn, request.args.get("after", ""), limit)
            tasks = store.handoffs_of_all(conn, [event.id for event in events])
            for event in events:
                found.append((event.id, matter.moved(event, tasks.get(event.id, ()), way=self._way)))
        return found, events[-1].id if len(events) == limit else None


def _shown(task: Moved) -> dict[str, Any]:
    before, after = task.before.model_dump(mode="json"), task.after.model_dump(mode="json")
    times = ("due_at", "accept_due_at")
    kept = ("id", "event_id", "dept", "holder", "due_term", "due_from", "provisional", *times)
    return {**{name: after[name] for name in kept}, **{f"was_{name}": before[name] for name in times}}
