"""Checks of who waits for whom in a pack's routing: known departments, somebody who waits, and no circle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from govcore.events.routing_rules import Rule
from govcore.packs._draft import Draft
from govcore.packs._yaml import Document


class _Edge(NamedTuple):
    """By the rule at ``at`` of the file, ``dept`` is asked when ``before`` is done."""

    dept: str
    before: str
    at: int
    rule: Rule


def check_orders(draft: Draft, document: Document) -> None:
    """Adds to the draft's findings: ``PACK_DEPARTMENT_UNKNOWN``, ``PACK_AFTER_NOBODY`` and ``PACK_AFTER_CIRCLE``.

    A circle is one whose rules may all speak for one matter; that their classes have nothing in common rules it out.
    """
    known = draft.department_codes()
    edges: dict[str, list[_Edge]] = {}
    for at, rule in draft.rules:
        if rule.after and not rule.assist:
            draft.findings.append(document.refuse("PACK_AFTER_NOBODY", ("rules", at, "after"), rule=rule.id))
        for position, before in enumerate(rule.after):
            if draft.department_file is not None and before not in known:
                path = ("rules", at, "after", position)
                draft.findings.append(document.refuse("PACK_DEPARTMENT_UNKNOWN", path, before))
            for dept in rule.assist:
                edges.setdefault(dept, []).append(_Edge(dept, before, at, rule))
    told: set[int] = set()
    for circle in _circles(edges):
        last = max(circle, key=lambda edge: edge.at)
        if last.at not in told:
            told.add(last.at)
            way = " → ".join([*(edge.dept for edge in circle), circle[0].dept])
            by = ", ".join(dict.fromkeys(edge.rule.id for edge in circle))
            draft.findings.append(document.refuse("PACK_AFTER_CIRCLE", ("rules", last.at, "after"), way, by=by))


def _circles(edges: dict[str, list[_Edge]]) -> Iterator[tuple[_Edge, ...]]:
    """One circle for each department that is in some."""
    return (found for dept in edges if (found := _back_to(dept, dept, edges, (), set())))


def _back_to(
    start: str, dept: str, edges: dict[str, list[_Edge]], way: tuple[_Edge, ...], seen: set[str]
) -> tuple[_Edge, ...]:
    for edge in edges.get(dept, ()):
        if not all(_together(edge.rule, one.rule) for one in way):
            continue
        if edge.before == start:
            return (*way, edge)
        if edge.before not in seen and (
            found := _back_to(start, edge.before, edges, (*way, edge), seen | {edge.before})
        ):
            return found
    return ()


def _together(one: Rule, other: Rule) -> bool:
    """Whether both may speak for one matter, as far as their classes say."""
    if not one.when.classes or not other.when.classes:
        return True
    return any(_meet(a, b) for a in one.when.classes for b in other.when.classes)


def _meet(one: str, other: str) -> bool:
    a, b = one.rstrip("*"), other.rstrip("*")
    if one.endswith("*") and other.endswith("*"):
        return a.startswith(b) or b.startswith(a)
    if one.endswith("*"):
        return b.startswith(a)
    return a.startswith(b) if other.endswith("*") else a == b
