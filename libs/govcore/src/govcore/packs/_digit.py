"""The workflow JSON of eGov DIGIT: business services whose states list the actions that lead on."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from govcore.errors import Refusal
from govcore.packs._validate import validated
from govcore.packs._yaml import Document, KeyPath
from govcore.workflow import NOTHING, Finding, Lifecycle, Transition, check

SERVICES = "BusinessServices"
_SYSTEM = "-"
"""The role of a beginning that the format implies and nobody does."""


class _Lax(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class _Action(_Lax):
    action: str
    nextState: str | None = None
    roles: tuple[str, ...] | None = None
    active: bool | None = None


class _State(_Lax):
    uuid: str | None = None
    state: str | None = None
    applicationStatus: str | None = None
    sla: Any = None
    isStartState: bool | None = None
    isTerminateState: bool | None = None
    actions: tuple[_Action, ...] | None = None


class _Service(_Lax):
    businessService: str = ""
    states: tuple[_State, ...]


def digit_tables(
    document: Document,
    roles: frozenset[str],
    tables: list[Lifecycle],
    errors: list[Refusal],
    warnings: list[Refusal],
) -> None:
    """One table for each business service, and what is wrong with it.

    The format has no place for a reason: that each line lacks one is a warning.
    """
    services = document.value[SERVICES]
    if not isinstance(services, list) or not services:
        errors.append(document.refuse("WORKFLOW_NO_TABLE", (SERVICES,)))
        return
    for number, said in enumerate(services):
        service = validated(_Service, document, errors, said, SERVICES, number)
        if service is not None:
            tables.append(_table(document, (SERVICES, number), service, roles, errors, warnings))


def _table(
    document: Document,
    at: KeyPath,
    service: _Service,
    roles: frozenset[str],
    errors: list[Refusal],
    warnings: list[Refusal],
) -> Lifecycle:
    known: dict[str, str] = {}
    places: dict[str, KeyPath] = {}
    for number, state in enumerate(service.states):
        name, where = _name(state), (*at, "states", number)
        if name in places:
            errors.append(document.refuse("PACK_CODE_TWICE", (*where, "state"), name or "null"))
        places.setdefault(name, where)
        for alias in (state.uuid, state.state, state.applicationStatus):
            if alias:
                known.setdefault(alias, name)
        if state.sla is not None and (isinstance(state.sla, bool) or not _milliseconds(state.sla)):
            errors.append(document.refuse("LIFECYCLE_BAD_SLA", (*where, "sla"), state.sla))
    lines, lie = _lines(document, at, service, known, errors)
    starts = [] if NOTHING in places else [_name(one) for one in service.states if one.isStartState]
    table = Lifecycle(
        name=service.businessService or "-",
        version=1,
        transitions=(*lines, *(Transition(NOTHING, "start", name, _SYSTEM, "it begins here") for name in starts)),
        ends=frozenset(_name(one) for one in service.states if one.isTerminateState),
        phases={_name(one): "" for one in service.states if _name(one) != NOTHING},
        timers={_name(one): ("sla",) for one in service.states if one.sla},
    )
    held = roles or {role for line in lines for role in line.roles}
    for finding in check(table, held | {_SYSTEM}):
        path = _where(finding, at, lie, places)
        soft = not finding.error or finding.code == "LIFECYCLE_NO_REASON"
        (warnings if soft else errors).append(document.refuse(finding.code, path, finding.what))
    return Lifecycle(table.name, 1, tuple(lines), table.ends, phases=table.phases, timers=table.timers)


def _lines(
    document: Document, at: KeyPath, service: _Service, known: dict[str, str], errors: list[Refusal]
) -> tuple[list[Transition], list[KeyPath]]:
    lines: list[Transition] = []
    lie: list[KeyPath] = []
    for number, state in enumerate(service.states):
        for position, one in enumerate(state.actions or ()):
            path = (*at, "states", number, "actions", position)
            if one.active is False:
                continue
            if one.nextState not in known:
                errors.append(document.refuse("LIFECYCLE_UNKNOWN_NEXT", (*path, "nextState"), one.nextState))
                continue
            lines.append(Transition(_name(state), one.action, known[one.nextState], "|".join(one.roles or ()), ""))
            lie.append(path)
    return lines, lie


def _where(finding: Finding, at: KeyPath, lie: list[KeyPath], places: dict[str, KeyPath]) -> KeyPath:
    if finding.line is not None and finding.line < len(lie):
        return lie[finding.line]
    return places.get(finding.state or "", at)


def _name(state: _State) -> str:
    """A state without a name is where it begins, as DIGIT's own service has it."""
    return state.state or (NOTHING if state.isStartState else state.applicationStatus or NOTHING)


def _milliseconds(value: Any) -> bool:
    return isinstance(value, int) and value > 0
