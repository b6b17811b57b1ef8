"""Puts an operation into messages, notes, promises and orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from govcore.events.decision import Note, Promise, Said
from govcore.events.rungs import issued, standing
from govcore.events.way import Way
from govcore.joint.operation import Operation, Timer
from govcore.messages.operation import OperationFacts


def about(operation: Operation, payload: type[OperationFacts], *, to: tuple[str, ...] = (), **more: Any) -> Said:
    """A message of type ``payload`` about ``operation`` as it is now, straight to the departments ``to``."""
    said = payload(
        operation_id=operation.id,
        kind=operation.kind,
        state=operation.state,
        caller=operation.caller,
        events=operation.events,
        handoff_id=operation.handoff_id,
        departments=operation.departments,
        class_code=operation.class_code,
        place=operation.place,
        called_at=operation.called_at,
        answer_due_at=operation.answer_due_at,
        conclude_due_at=operation.conclude_due_at,
        **more,
    )
    return Said(said, operation.id, operation.version, operation.place, more.get("dept"), to)


def note(operation: Operation, kind: str, before: str, actor: str, reason: str = "") -> Note:
    """A line of the history of the operation; its holder is who called it."""
    holder = operation.caller if operation.open else None
    return Note(operation.id, kind, before, operation.state, holder, actor, reason, operation.event_id)


def promise(operation: Operation, timer: Timer, at: datetime) -> Promise:
    """To look at the operation again."""
    return Promise(f"joint.{timer}", operation.id, at, operation.event_id)


def order(operation: Operation, *, to: str, number: int, reason: str, since: datetime, at: datetime, way: Way) -> Said:
    """An order to whoever is late with its part; each further one stands a rung higher on the pack's ladder.

    It asks for no answer of its own: what it wants is the answer to the call, or the end of the operation.
    """
    said = issued(
        standing(way, number - 1),
        to=to,
        place=operation.place,
        at=at,
        way=way,
        number=number,
        event_id=operation.event_id,
        operation_id=operation.id,
        reason=reason,
        class_code=operation.class_code,
        late_since=since,
    )
    return said._replace(payload=said.payload.model_copy(update={"term": None, "answer_due_at": None}))


def changed(operation: Operation, **changes: Any) -> Operation:
    """``operation`` with ``changes``, one version on."""
    return operation.model_copy(update={**changes, "version": operation.version + 1})
