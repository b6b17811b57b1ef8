"""console's paths: pages for people, and what is gathered over all services for machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from gov_console import details, lists, matter, overview
from gov_console.ask import Problem, Services, part
from gov_console.details import Away
from gov_console.findings import stalled
from gov_console.listing import LISTS
from gov_console.render import Renderer
from gov_console.words import Words
from govcore.errors import Refusal
from govmesh.http import Request, Response, Route, status_of
from govmesh.mesh import Mesh
from govmesh.paging import asked


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route of console."""
    pages = _Pages(mesh)
    return (
        Route("GET", "/", pages.first),
        *(Route("GET", f"/{name}", partial(pages.list, name)) for name in LISTS),
        Route("GET", "/events/<event_id>", pages.event),
        Route("GET", "/handoffs/<handoff_id>", pages.handoff),
        Route("GET", "/operations/<ident>", partial(pages.one, "operation")),
        Route("GET", "/orders/<ident>", partial(pages.one, "order")),
        Route("GET", "/projects/boards/<ident>", partial(pages.one, "board")),
        Route("GET", "/projects/<ident>", partial(pages.one, "project")),
        Route("GET", "/stewards/<ident>", partial(pages.one, "steward")),
        Route("GET", "/surges/<ident>", partial(pages.one, "surge")),
        Route("GET", "/ledger", pages.ledger),
        Route("GET", "/stalled", pages.stalled),
        Route("GET", "/assets/<name>", lambda _request, name: pages.asset(name)),
        Route("GET", "/api/v1/stalled", pages.api_stalled),
        Route("GET", "/healthz", pages.health),
    )


class _Pages:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh
        self._render = Renderer(Words(mesh.pack))
        self.asset = self._render.asset

    def first(self, _request: Request) -> Response:
        return self._page("first.html", lambda ask: overview.view(ask, self._mesh, self._mesh.clock.now()))

    def list(self, name: str, request: Request) -> Response:
        return self._page("list.html", lambda ask: lists.view(ask, self._mesh, request, name))

    def one(self, name: str, request: Request, ident: str) -> Response:
        return self._page(f"{name}.html", lambda ask: details.PAGES[name](ask, self._mesh, request, ident))

    def ledger(self, request: Request) -> Response:
        return self._page("ledger.html", lambda ask: details.ledger(ask, self._mesh, request))

    def stalled(self, request: Request) -> Response:
        return self._page(
            "stalled.html", lambda ask: {"stalled": stalled(ask, self._mesh.clock.now(), *asked(request))}
        )

    def event(self, _request: Request, event_id: str) -> Response:
        return self._page("event.html", lambda ask: _or_problem(matter.view(ask, event_id), "event"))

    def handoff(self, _request: Request, handoff_id: str) -> Response:
        """To the page of its event."""
        ask = Services(self._mesh)
        got = ask.get("dispatch", f"/api/v1/handoffs/{part(handoff_id)}")
        if got.problem is not None:
            return self._problem(got.problem)
        where = f"/events/{part(str(got.value['event_id']))}#{part(str(got.value['id']))}"
        return Response(status=303, headers={"Location": where})

    def api_stalled(self, request: Request) -> dict[str, Any]:
        """A page of what has stood past its time, and which services could not be asked; ``next`` where more follow."""
        now = self._mesh.clock.now()
        found = stalled(Services(self._mesh), now, *asked(request))
        away = [problem.as_dict() for problem in found.problems]
        more = {"next": found.next} if found.next else {}
        return {"now": now.isoformat(), "stalled": found.findings, "away": away, **more}

    def health(self, _request: Request) -> dict[str, Any]:
        return overview.health(Services(self._mesh), self._mesh)

    def _page(self, template: str, view: Callable[[Services], dict[str, Any]]) -> Response:
        try:
            return self._render.html(template, view(Services(self._mesh)), self._mesh.clock.now())
        except Away as away:
            return self._problem(away.problem)
        except Refusal as no:
            return self._problem(Problem("console", status_of(no.code), no.code, no.text("zh_CN"), no.text("en")))

    def _problem(self, problem: Problem) -> Response:
        return self._render.html("problem.html", {"problem": problem}, self._mesh.clock.now(), problem.status)


def _or_problem(view: dict[str, Any], name: str) -> dict[str, Any]:
    if view[name].problem is not None:
        raise Away(view[name].problem)
    return view
