"""One matter's trace as a tree: what was handled because of what, over all services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from govmesh.voices import speaker_of

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


def tree(rows: Sequence[Row], said: Mapping[str, str | None] = MappingProxyType({})) -> list[Node]:
    """The nodes in reading order, each below what caused it, ``depth`` saying how far.

    ``said``: of a message that an outsider answered, which message it came of.  A timer, and what a person did by
    hand, came of no message: it stands below the last thing its service had done about the same subject.
    """
    nodes: dict[tuple[str, str], Node] = {}
    handled: dict[str, Node] = {}
    latest: dict[tuple[str, str], Node] = {}
    before: dict[tuple[str, str], Node | None] = {}
    for row in sorted(rows, key=lambda row: (row["at"], row["service"], row["seq"])):
        key, about = (row["message"], row["service"]), (row["service"], row["subject"])
        node = nodes.get(key)
        if node is None:
            took = _between(row["said_at"], row["at"])
            node = nodes[key] = Node(row["service"], row["type"], row["at"], took, [])
            handled.setdefault(row["message"], node)
            before[key] = latest.get(about)
        node.steps.append(row)
        latest[about] = node
    roots: list[Node] = []
    for key, node in nodes.items():
        cause = node.steps[0]["parent"]
        while cause is not None and cause not in handled:
            cause = said.get(cause)
        above = nodes.get((cause or "", speaker_of(node.type) or "")) or handled.get(cause or "") or before[key]
        (roots if above is None or above is node else above.causes).append(node)
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
