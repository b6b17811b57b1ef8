"""One matter's trace as a tree: what was handled because of what, over all services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Row = dict[str, Any]


@dataclass(slots=True)
class Node:
    """One message handled by one service: ``steps`` are its history rows, ``took`` the seconds since it was said."""

    service: str
    type: str
    at: str
    took: float | None
    steps: list[Row]
    depth: int = 0
    causes: list[Node] = field(default_factory=list, repr=False)


def tree(rows: Sequence[Row]) -> list[Node]:
    """The nodes in reading order, each below what caused it, ``depth`` saying how far.

    A message said because of another one stands below that.  A department's answer, and a timer, name a message that
    no service of the mesh has handled: they stand below the last thing that happened to the same task before.
    """
    nodes: dict[tuple[str, str], Node] = {}
    handled: dict[str, Node] = {}
    latest: dict[str, Node] = {}
    before: dict[tuple[str, str], Node | None] = {}
    for row in sorted(rows, key=lambda row: (row["at"], row["service"], row["seq"])):
        key = (row["message"], row["service"])
        node = nodes.get(key)
        if node is None:
            took = _between(row["said_at"], row["at"])
            node = nodes[key] = Node(row["service"], row["type"], row["at"], took, [])
            handled.setdefault(row["message"], node)
            before[key] = latest.get(row["subject"])
        node.steps.append(row)
        latest[row["subject"]] = node
    roots: list[Node] = []
    for key, node in nodes.items():
        parent = handled.get(node.steps[0]["parent"] or "") or before[key]
        (roots if parent is None or parent is node else parent.causes).append(node)
    return _in_order(roots, list(nodes.values()))


def _in_order(roots: Sequence[Node], every: Sequence[Node]) -> list[Node]:
    found: list[Node] = []
    seen: set[int] = set()
    for root in (*roots, *every):
        stack = [(root, 0)]
        while stack:
            node, depth = stack.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            node.depth = depth
            found.append(node)
            stack += [(child, depth + 1) for child in reversed(node.causes)]
    return found


def _between(start: str | None, end: str) -> float | None:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() if start else None
