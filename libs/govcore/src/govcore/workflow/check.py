"""Looks through tables of transitions for what would strand a matter, and for what no rule can do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from govcore.workflow.table import NOTHING, Lifecycle, Transition
from govcore.workflow.vocabulary import (
    EVENT_ACTIONS,
    EVENT_MUST,
    EVENT_PHASES,
    EVENT_TELL,
    EVENT_TIMERS,
    HANDOFF_ACTIONS,
    HANDOFF_CONCERNS,
    HANDOFF_MUST,
    HANDOFF_PHASES,
    HANDOFF_TELL,
    HANDOFF_TIMERS,
    ROLES,
    START,
    Action,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: a reason code and the state, action or role it is about.

    ``line`` is the transition's number in the table, from 0; ``state`` the state, where it is about none;
    ``error`` False: it can run, and somebody should look.
    """

    code: str
    what: str
    line: int | None = None
    state: str | None = None
    error: bool = True


def check(table: Lifecycle, roles: Iterable[str]) -> list[Finding]:
    """Everything that would strand a thing in ``table``; empty if it is sound.

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
    known = table.states | table.phases.keys()
    found += [Finding("LIFECYCLE_UNREACHABLE", state, state=state) for state in sorted(known - forwards)]
    found += [Finding("LIFECYCLE_DEAD_END", state, state=state) for state in sorted(known - backwards)]
    found += [Finding("LIFECYCLE_UNKNOWN_END", state, state=state) for state in sorted(table.ends - table.states)]
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(table.transitions):
        unheld = [role for role in line.roles if role not in held] or ([] if line.roles else ["-"])
        found += [Finding("LIFECYCLE_NOBODY", f"{_name(line)}: {role}", number) for role in unheld]
        if not line.reason.strip():
            found.append(Finding("LIFECYCLE_NO_REASON", _name(line), number))
        if (line.state, line.action) in seen:
            found.append(Finding("LIFECYCLE_AMBIGUOUS", _name(line), number))
        seen.add((line.state, line.action))
    return found


def check_workflow(event: Lifecycle, handoff: Lifecycle) -> tuple[list[Finding], list[Finding]]:
    """What is wrong with the two tables of a workflow: :func:`check`, and what the rules of events cannot do.

    Further codes: ``LIFECYCLE_UNKNOWN_STATE``, ``LIFECYCLE_UNKNOWN_ACTION``, ``LIFECYCLE_UNKNOWN_PHASE``,
    ``LIFECYCLE_WRONG_PHASE`` (the action leads from or to states of other phases), ``LIFECYCLE_MUST_ALLOW`` (the rules
    come to it by themselves), ``LIFECYCLE_TIMER_UNSERVED``, ``LIFECYCLE_WRONG_TELL``, ``LIFECYCLE_NOT_TOLD``,
    ``LIFECYCLE_WRONG_FORK``, ``LIFECYCLE_WRONG_JOIN``; as a warning ``LIFECYCLE_UNWATCHED`` (somebody
    holds it and no timer runs).
    """
    return (
        check(event, ROLES) + _bound(event, EVENT_PHASES, EVENT_ACTIONS, EVENT_MUST, EVENT_TIMERS, EVENT_TELL),
        check(handoff, ROLES)
        + _bound(handoff, HANDOFF_PHASES, HANDOFF_ACTIONS, HANDOFF_MUST, HANDOFF_TIMERS, HANDOFF_TELL),
    )


_UNWATCHED = frozenset({"intake", "triage", "verify", "asked", "held", "paused"})
"""The phases in which silence would go unseen without a timer; hand-offs watch over ``departments``."""


def _bound(
    table: Lifecycle,
    phases: Mapping[str, str],
    actions: Mapping[str, Action],
    must: Mapping[str, tuple[str, ...]],
    timers: Mapping[str, frozenset[str]],
    tell: frozenset[str],
) -> list[Finding]:
    found: list[Finding] = []
    for state, phase in table.phases.items():
        if phase not in phases:
            found.append(Finding("LIFECYCLE_UNKNOWN_PHASE", phase, state=state))
        runs = table.timers.get(state, ())
        found += [
            Finding("LIFECYCLE_TIMER_UNSERVED", f"{state}: {timer}", state=state)
            for timer in runs
            if phase not in timers.get(timer, ())
        ]
        if phase in _UNWATCHED and not runs:
            found.append(Finding("LIFECYCLE_UNWATCHED", state, state=state, error=False))
    for state, phase in {NOTHING: START, **table.phases}.items():
        for wanted in must.get(phase, ()):
            if not any(table.allows(state, one) for one in wanted.split("|")):
                found.append(Finding("LIFECYCLE_MUST_ALLOW", f"{state or '-'}: {wanted}", state=state or None))
    for number, line in enumerate(table.transitions):
        found += _line(number, line, table, actions, tell)
    return found


def _line(
    number: int, line: Transition, table: Lifecycle, actions: Mapping[str, Action], tell: frozenset[str]
) -> list[Finding]:
    name = _name(line)
    strange = [state for state in (line.state, line.next) if state != NOTHING and state not in table.phases]
    found = [Finding("LIFECYCLE_UNKNOWN_STATE", f"{name}: {state}", number) for state in strange]
    can = actions.get(line.action)
    if can is None:
        return [*found, Finding("LIFECYCLE_UNKNOWN_ACTION", name, number)]
    if not strange:
        before, after = table.phases.get(line.state, START), table.phases[line.next]
        if before not in can.before or after != can.after:
            wanted = f"{'|'.join(sorted(can.before)) or '-'} → {can.after}"
            found.append(Finding("LIFECYCLE_WRONG_PHASE", f"{name}: {before or '-'} → {after}, {wanted}", number))
    found += [Finding("LIFECYCLE_WRONG_TELL", f"{name}: {word}", number) for word in line.tell if word not in tell]
    offers = can.after == "asked" and line.action != "transfer"
    if table.name == "handoff" and not offers and HANDOFF_CONCERNS.isdisjoint(line.tell):
        found.append(Finding("LIFECYCLE_NOT_TOLD", name, number))
    if line.fork != can.fork:
        found.append(Finding("LIFECYCLE_WRONG_FORK", f"{name}: {can.fork or '-'}", number))
    if (line.join is not None) != (table.name == "event" and line.action == "finish"):
        found.append(Finding("LIFECYCLE_WRONG_JOIN", name, number))
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
