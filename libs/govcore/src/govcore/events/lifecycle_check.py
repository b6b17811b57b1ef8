"""Looks through a lifecycle table for what would strand a matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from govcore.events.lifecycle import NOTHING, Lifecycle, Transition


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: a reason code and the state, action or role it is about."""

    code: str
    what: str


def check(table: Lifecycle, roles: Iterable[str]) -> list[Finding]:
    """Everything wrong with ``table``; empty if it is sound.

    ``roles`` are the roles somebody holds.  Codes: ``LIFECYCLE_UNREACHABLE`` (no way into a state),
    ``LIFECYCLE_DEAD_END`` (no way from a state to an end), ``LIFECYCLE_UNKNOWN_END``,
    ``LIFECYCLE_NOBODY`` (a role nobody holds), ``LIFECYCLE_NO_REASON``, ``LIFECYCLE_AMBIGUOUS`` (two
    lines for one state and action), ``LIFECYCLE_NO_START``.
    """
    held = frozenset(roles)
    found: list[Finding] = []
    if not any(line.state == NOTHING for line in table.transitions):
        found.append(Finding("LIFECYCLE_NO_START", table.name))
    forwards = _reached({NOTHING}, [(line.state, line.next) for line in table.transitions])
    backwards = _reached(set(table.ends), [(line.next, line.state) for line in table.transitions])
    found += [Finding("LIFECYCLE_UNREACHABLE", state) for state in sorted(table.states - forwards)]
    found += [Finding("LIFECYCLE_DEAD_END", state) for state in sorted(table.states - backwards)]
    found += [Finding("LIFECYCLE_UNKNOWN_END", state) for state in sorted(table.ends - table.states)]
    seen: set[tuple[str, str]] = set()
    for line in table.transitions:
        found += _line(line, held)
        if (line.state, line.action) in seen:
            found.append(Finding("LIFECYCLE_AMBIGUOUS", _name(line)))
        seen.add((line.state, line.action))
    return found


def _line(line: Transition, held: frozenset[str]) -> list[Finding]:
    found: list[Finding] = []
    if line.who not in held:
        found.append(Finding("LIFECYCLE_NOBODY", f"{_name(line)}: {line.who or '-'}"))
    if not line.reason.strip():
        found.append(Finding("LIFECYCLE_NO_REASON", _name(line)))
    return found


def _name(line: Transition) -> str:
    return f"{line.state or '-'} {line.action}"


def _reached(start: set[str], steps: list[tuple[str, str]]) -> set[str]:
    reached, waiting = set(start), list(start)
    while waiting:
        state = waiting.pop()
        new = {after for before, after in steps if before == state} - reached
        reached |= new
        waiting += new
    return reached
