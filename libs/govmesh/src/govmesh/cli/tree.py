"""The tree of a trace: which message was handled because of which, from the history rows of all services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from govmesh.cli.show import moment
from govmesh.voices import speaker_of

Row = dict[str, Any]


def build(rows: Sequence[Row], said: Mapping[str, str | None] = MappingProxyType({})) -> list[dict[str, Any]]:
    """Nodes, one a handled message, each with its history rows and the nodes it caused; roots first.

    ``rows`` in order of time; ``said``: of a message that an outsider answered, which message it came of.  What a
    person did by hand came of no message: it stands below the last thing its service had done about the same subject.
    """
    nodes: dict[tuple[str, str], dict[str, Any]] = {}
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    before: dict[tuple[str, str], dict[str, Any] | None] = {}
    for row in rows:
        key, about = (row["message"], row["service"]), (row["service"], row["subject"])
        if key not in nodes:
            kept = ("message", "service", "type", "said_at", "at", "parent")
            nodes[key] = {**{name: row[name] for name in kept}, "steps": [], "causes": []}
            before[key] = latest.get(about)
        nodes[key]["steps"].append(row)
        latest[about] = nodes[key]
    handled: dict[str, dict[str, Any]] = {}
    for (message, _), node in nodes.items():
        handled.setdefault(message, node)
    roots: list[dict[str, Any]] = []
    for key, node in nodes.items():
        parent = node["parent"]
        while parent is not None and parent not in handled:
            parent = said.get(parent)
        above = (
            nodes.get((parent or "", speaker_of(node["type"]) or node["service"]))
            or handled.get(parent or "")
            or before[key]
        )
        (roots if above is None or above is node else above["causes"]).append(node)
    return roots


def lines(rows: Sequence[Row], said: Mapping[str, str | None] = MappingProxyType({})) -> list[str]:
    """The tree as text, one line a step, with the time since the message was said."""
    return [line for root in build(rows, said) for line in _lines(root, "", "")]


def _lines(node: dict[str, Any], head: str, rest: str) -> Iterator[str]:
    took = _between(node["said_at"], node["at"])
    late = f"  +{took:.3f}s" if took is not None else ""
    yield f"{head}{_clock(node['at'])} {node['service']:<9} ← {node['type']}{late}"
    for step in node["steps"]:
        states = f" {step['from_state'] or '·'}→{step['to_state']}" if step["to_state"] else ""
        holder = f"  〔{step['holder']}〕" if step["holder"] else ""
        reason = f"  {step['reason']}" if step["reason"] else ""
        yield f"{rest}│    {step['kind']} {step['subject']}{states}{holder}{reason}"
    for index, child in enumerate(node["causes"]):
        last = index == len(node["causes"]) - 1
        yield from _lines(child, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "))


def _clock(value: str) -> str:
    return moment(value, "%m-%d %H:%M:%S.%f")[:-3]


def _between(start: str | None, end: str) -> float | None:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() if start else None
