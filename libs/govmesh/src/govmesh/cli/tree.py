"""The tree of a trace: which message was handled because of which, from the history rows of all services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

Row = dict[str, Any]


def build(rows: Sequence[Row], said: Mapping[str, str | None] = MappingProxyType({})) -> list[dict[str, Any]]:
    """Nodes, one a handled message, each with its history rows and the nodes it caused; roots first.

    ``said``: of a message that an outsider answered, which message it came of.
    """
    nodes: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        key = (row["message"], row["service"])
        if key not in nodes:
            kept = ("message", "service", "type", "said_at", "at", "parent")
            nodes[key] = {**{name: row[name] for name in kept}, "steps": [], "causes": []}
        nodes[key]["steps"].append(row)
    by_message: dict[str, dict[str, Any]] = {}
    for (message, _), node in nodes.items():
        by_message.setdefault(message, node)
    roots = []
    for node in nodes.values():
        parent = node["parent"]
        while parent is not None and parent not in by_message:
            parent = said.get(parent)
        above = by_message.get(parent or "")
        (roots if above is None or above is node else above["causes"]).append(node)
    return roots


def lines(rows: Sequence[Row], said: Mapping[str, str | None] = MappingProxyType({})) -> list[str]:
    """The tree as text, one line a step, with the time since the message was said."""
    return [line for root in build(rows, said) for line in _lines(root, "", "")]


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
