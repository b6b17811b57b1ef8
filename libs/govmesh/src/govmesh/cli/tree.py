"""The tree of a trace: which message was handled because of which, from the history rows of all services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

Row = dict[str, Any]


def build(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Nodes, one a handled message, each with its history rows and the nodes it caused; roots first."""
    nodes: dict[tuple[str, str], dict[str, Any]] = {}
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        key = (row["message"], row["service"])
        if key not in nodes:
            nodes[key] = {
                "message": row["message"],
                "service": row["service"],
                "type": row["type"],
                "said_at": row["said_at"],
                "at": row["at"],
                "parent": row["parent"],
                "steps": [],
                "causes": [],
            }
            said[row["parent"] or ""].append(key)
        nodes[key]["steps"].append(row)
    handled = {message for message, _ in nodes}
    roots = []
    for (_message, _service), node in nodes.items():
        parents = [key for key in nodes if key[0] == node["parent"]] if node["parent"] in handled else []
        (nodes[parents[0]]["causes"] if parents else roots).append(node)
    return roots


def lines(rows: Sequence[Row]) -> list[str]:
    """The tree as text, one line a step, with the time since the message was said."""
    return [line for root in build(rows) for line in _lines(root, "", "")]


def _lines(node: dict[str, Any], head: str, rest: str) -> Iterator[str]:
    took = _between(node["said_at"], node["at"])
    yield f"{head}{_clock(node['at'])} {node['service']:<9} ← {node['type']}{f'  +{took:.3f}s' if took is not None else ''}"
    for step in node["steps"]:
        states = f" {step['from_state'] or '·'}→{step['to_state']}" if step["to_state"] else ""
        holder = f"  〔{step['holder']}〕" if step["holder"] else ""
        reason = f"  {step['reason']}" if step["reason"] else ""
        yield f"{rest}│    {step['kind']} {step['subject']}{states}{holder}{reason}"
    for index, child in enumerate(node["causes"]):
        last = index == len(node["causes"]) - 1
        yield from _lines(child, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "))


def _clock(value: str) -> str:
    return datetime.fromisoformat(value).astimezone().strftime("%m-%d %H:%M:%S.%f")[:-3]


def _between(start: str | None, end: str) -> float | None:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() if start else None
