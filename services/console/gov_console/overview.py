"""The first page: how many in which state, who holds what since when, what stands still, what came last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gov_console.ask import Got, Services
from gov_console.findings import stalled
from gov_console.listing import STATES
from govmesh.mesh import Mesh

LATEST, OLDEST = 12, 10


def view(services: Services, mesh: Mesh, now: datetime) -> dict[str, Any]:
    """What the template shows; each section has its own answer or its own problem."""
    summary = services.get("dispatch", "/api/v1/events/summary")
    holders = services.get("dispatch", "/api/v1/holders")
    found = stalled(services, now)
    parked = services.each("/ops/parked", limit=1)
    return {
        "summary": summary,
        "by_state": _by_state(summary.value["events"]) if summary.value else [],
        "holders": holders,
        "held": _held(holders),
        "latest": services.get("dispatch", "/api/v1/events", limit=LATEST),
        "stalled": found,
        "oldest": found.findings[:OLDEST],
        "points": services.get("points", "/api/v1/points/summary"),
        "services": _services(services, mesh, parked),
        "parked": sum(_count(got, "parked") for got in parked.values()),
    }


def health(services: Services, mesh: Mesh) -> dict[str, Any]:
    """console's own health with that of every service; ``ok`` when all of them answer and have their database."""
    parts = {}
    for name in services.names:
        if name == mesh.spec.name:
            continue
        got = services.get(name, "/healthz")
        parts[name] = got.value if got.problem is None else {"problem": got.problem.as_dict(), "database": False}
    own = mesh.health()
    return {**own, "ok": own["database"] and all(one["database"] for one in parts.values()), "services": parts}


def _by_state(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    known = [(state, counts[state]) for state in STATES if counts.get(state)]
    return known + [(state, count) for state, count in sorted(counts.items()) if state not in STATES]


def _held(holders: Got) -> list[dict[str, Any]]:
    """Desks first, then the departments with the most."""
    rows = holders.value["holders"] if holders.value else []
    return sorted(rows, key=lambda row: (not row["holder"].startswith("desk:"), -row["count"], row["holder"]))


def _services(services: Services, mesh: Mesh, parked: Mapping[str, Got]) -> list[dict[str, Any]]:
    parts = health(services, mesh)["services"]
    parts[mesh.spec.name] = mesh.health()
    return [
        {
            "name": name,
            "problem": parked[name].problem,
            "database": parts[name]["database"],
            "parked": _count(parked[name], "parked"),
            "retry": _count(parked[name], "retry"),
        }
        for name in services.names
    ]


def _count(got: Got, state: str) -> int:
    return int(got.value["counts"].get(state, 0)) if got.value else 0
