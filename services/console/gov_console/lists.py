"""The lists: events by state or holder, hand-offs by department, a page at a time."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from gov_console.ask import Services
from gov_console.overview import STATES
from govcore.errors import Refusal
from govmesh.http import Request, page
from govmesh.mesh import Mesh

DESKS = ("desk:intake", "desk:triage", "desk:verify")


def events(services: Services, mesh: Mesh, request: Request) -> dict[str, Any]:
    """``?state=&holder=``.  Raises ``CONSOLE_UNKNOWN_STATE``, ``HANDOFF_UNKNOWN_DEPARTMENT``."""
    state, holder = request.args.get("state", ""), request.args.get("holder", "")
    states = tuple(dict.fromkeys((*STATES, *(name for one in mesh.pack.workflows for name in one.event.phases))))
    _one_of(state, states)
    if holder not in DESKS:
        _department(holder.removeprefix("dept:"), mesh)
    return _page(services, request, "/api/v1/events", {"state": state, "holder": holder}) | {
        "states": states,
        "holders": (*DESKS, *(f"dept:{code}" for code in mesh.pack.departments)),
    }


def handoffs(services: Services, mesh: Mesh, request: Request) -> dict[str, Any]:
    """``?dept=&state=``.  Raises ``HANDOFF_UNKNOWN_DEPARTMENT``, ``CONSOLE_UNKNOWN_STATE``."""
    state, dept = request.args.get("state", ""), request.args.get("dept", "")
    states = tuple(dict.fromkeys(name for one in mesh.pack.workflows for name in one.handoff.phases))
    _one_of(state, states)
    _department(dept, mesh)
    return _page(services, request, "/api/v1/handoffs", {"dept": dept, "state": state}) | {
        "states": states,
        "departments": list(mesh.pack.departments),
    }


def _page(services: Services, request: Request, path: str, asked: dict[str, str]) -> dict[str, Any]:
    """One more is asked for than shown, to know whether there is a next page."""
    limit, offset = page(request, most=100)
    got = services.get("dispatch", path, **asked, limit=limit + 1, offset=offset)
    rows = next(iter(got.value.values())) if got.value else []
    return {
        "got": got,
        "rows": rows[:limit],
        "asked": asked,
        "first": offset + 1,
        "earlier": _link(request, asked, limit, max(0, offset - limit)) if offset else None,
        "later": _link(request, asked, limit, offset + limit) if len(rows) > limit else None,
    }


def _link(request: Request, asked: dict[str, str], limit: int, offset: int) -> str:
    said = {**{name: value for name, value in asked.items() if value}, "limit": limit, "offset": offset}
    return f"{request.path}?{urlencode(said)}"


def _one_of(state: str, states: tuple[str, ...]) -> None:
    if state and state not in states:
        raise Refusal("CONSOLE_UNKNOWN_STATE", field="state", value=state[:80])


def _department(code: str, mesh: Mesh) -> None:
    if code and code not in mesh.pack.departments:
        raise Refusal("HANDOFF_UNKNOWN_DEPARTMENT", field="dept", value=code[:80])
