"""A trace's tree drawn in text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from govmesh.cli.show import moment
from govmesh.tracetree import Node, Row, tree


def lines(rows: Sequence[Row], said: Mapping[str, str | None]) -> list[str]:
    """One line a step, with the time since the message was said."""
    return [line for node in tree(rows, said) if node.depth == 0 for line in _lines(node, "", "")]


def _lines(node: Node, head: str, rest: str) -> Iterator[str]:
    late = f"  +{node.took:.3f}s" if node.took is not None else ""
    yield f"{head}{moment(node.at, '%m-%d %H:%M:%S.%f')[:-3]} {node.service:<9} ← {node.type}{late}"
    for step in node.steps:
        states = f" {step['from_state'] or '·'}→{step['to_state']}" if step["to_state"] else ""
        holder = f"  〔{step['holder']}〕" if step["holder"] else ""
        reason = f"  {step['reason']}" if step["reason"] else ""
        yield f"{rest}│    {step['kind']} {step['subject']}{states}{holder}{reason}"
    for index, child in enumerate(node.causes):
        last = index == len(node.causes) - 1
        yield from _lines(child, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "))
