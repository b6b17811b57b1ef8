"""One thing's page: an operation, an order, a led project, a stewardship, a surge; the boards and the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from gov_console.ask import Got, Problem, Services, part
from govmesh.http import Request
from govmesh.mesh import Mesh

BEHIND = 20
"""How many of the events behind a surge are asked for by name; the others are shown by their numbers."""


class Away(Exception):
    """What a page is about could not be had."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def operation(ask: Services, _mesh: Mesh, _request: Request, ident: str) -> dict[str, Any]:
    """Who was called, who answered, who is there, what was found; each matter with its join rule and its tasks."""
    it = _of(ask.get("dispatch", f"/api/v1/operations/{part(ident)}"))
    return {"it": it, "matters": _matters(ask, it["events"])}


def order(ask: Services, mesh: Mesh, _request: Request, ident: str) -> dict[str, Any]:
    """An order, the others of its matter in the order of their numbers, and the pack's ladder."""
    it = _of(ask.get("dispatch", f"/api/v1/orders/{part(ident)}"))
    chain = ask.get("dispatch", "/api/v1/orders", event=it["event_id"], limit=100) if it["event_id"] else Got()
    found = chain.value["orders"] if chain.value else [it]
    same = [one for one in found if one["handoff_id"] == it["handoff_id"]]
    return {
        "it": it,
        "chain": sorted(same, key=lambda one: (one["issued_at"], one["number"])),
        "ladder": mesh.pack.terms.ladder,
        "problem": chain.problem,
    }


def project(ask: Services, _mesh: Mesh, _request: Request, ident: str) -> dict[str, Any]:
    """A led project with its plan."""
    return {"it": _of(ask.get("dispatch", f"/api/v1/projects/{part(ident)}"))}


def steward(ask: Services, _mesh: Mesh, request: Request, ident: str) -> dict[str, Any]:
    """A stewardship with its visits, a page of them."""
    path = f"/api/v1/stewards/{part(ident)}"
    it = _of(ask.get("dispatch", path, cursor=request.args.get("cursor"), limit=50))
    return {"it": it, "later": f"/stewards/{part(ident)}?cursor={part(it['next'])}" if it.get("next") else None}


def surge(ask: Services, _mesh: Mesh, _request: Request, ident: str) -> dict[str, Any]:
    """A surge with the events behind it."""
    it = _of(ask.get("dispatch", f"/api/v1/surges/{part(ident)}"))
    named = _matters(ask, it["events"][:BEHIND])
    return {"it": it, "matters": named, "numbers": it["events"][BEHIND:]}


def board(ask: Services, _mesh: Mesh, request: Request, kind: str) -> dict[str, Any]:
    """The board of the month, quarter or year."""
    return {
        "it": _of(ask.get("dispatch", f"/api/v1/projects/boards/{part(kind)}", date=request.args.get("date"))),
        "kinds": ("month", "quarter", "year"),
    }


def ledger(ask: Services, _mesh: Mesh, request: Request) -> dict[str, Any]:
    """What each department was asked, how it answered, what it holds, in a day, week or month."""
    asked = {name: request.args.get(name, "") for name in ("period", "date")}
    period = asked["period"] or "month"
    it = _of(ask.get("dispatch", "/api/v1/stats/ledger", period=period, date=asked["date"]))
    return {"it": it, "period": period, "date": asked["date"], "periods": ("day", "week", "month")}


PAGES: dict[str, Callable[[Services, Mesh, Request, str], dict[str, Any]]] = {
    "operation": operation,
    "order": order,
    "project": project,
    "steward": steward,
    "surge": surge,
    "board": board,
}


def _matters(ask: Services, ids: Iterable[str]) -> list[tuple[str, Got]]:
    return [(one, ask.get("dispatch", f"/api/v1/events/{part(one)}")) for one in ids]


def _of(got: Got) -> dict[str, Any]:
    if got.problem is not None:
        raise Away(got.problem)
    found: dict[str, Any] = got.value
    return found
