"""One event's page: what it is, who holds it, its hand-offs with their times, and its trace over all services."""

from __future__ import annotations

from typing import Any

from gov_console.ask import Got, Services, part
from govmesh.tracetree import tree

MOST_NODES = 1000
TIMES = ("offered_at", "sent_at", "received_at", "answered_at", "answer_received_at")
"""When the offer was made and left, when the department had it, when it answered and when the answer was in."""


def view(services: Services, event_id: str) -> dict[str, Any]:
    """What the template shows.  ``event.problem`` says why there is nothing else."""
    path = f"/api/v1/events/{part(event_id)}"
    event = services.get("dispatch", path)
    if event.value is None:
        return {"event": event}
    traces = services.each(f"/ops/trace/{part(str(event.value['trace_id']))}")
    rows = [row for got in traces.values() if got.value for row in got.value["rows"]]
    said = {message: cause for got in traces.values() if got.value for message, cause in got.value["said"].items()}
    nodes = tree(rows, said)
    return {
        "event": event,
        "holders": services.get("dispatch", f"{path}/holders"),
        "handoffs": _in_order(services.get("dispatch", f"{path}/handoffs")),
        "operations": services.get("dispatch", "/api/v1/operations", event=event_id),
        "orders": services.get("dispatch", "/api/v1/orders", event=event_id),
        "visits": services.get("dispatch", f"{path}/visits"),
        "nodes": nodes[:MOST_NODES],
        "left_out": max(0, len(nodes) - MOST_NODES),
        "untraced": [got.problem for got in traces.values() if got.problem],
        "points": services.get("points", f"/api/v1/points/events/{part(event_id)}"),
        "times": TIMES,
    }


def _in_order(handoffs: Got) -> Got:
    """The lead first, then in the order of offering."""
    if handoffs.value is None:
        return handoffs
    rows = sorted(handoffs.value["handoffs"], key=lambda row: (row["role"] != "lead", row["offered_at"], row["id"]))
    return Got(value={"handoffs": rows})
